"""Messages, questions and numbers that said stop."""

import sqlalchemy as sa
from alembic import op

from referral.foundation.rls import Protection

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLES = ("message_status", "message", "question", "opt_out")


def upgrade() -> None:
    op.create_table(
        "opt_out",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.String(60), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opt_out")),
    )
    op.create_index(
        "uq_opt_out_phone_in_force",
        "opt_out",
        ["phone"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "question",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("network_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("template", sa.String(60), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=True),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(60), nullable=False),
        sa.Column("answer", sa.String(60), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(status = 'answered') = (answer IS NOT NULL)", name=op.f("ck_question_answered_has_an_answer")
        ),
        sa.ForeignKeyConstraint(["network_id"], ["network.id"], name=op.f("fk_question_network_id")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_question_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
    )
    op.create_index(op.f("ix_question_organization_id"), "question", ["organization_id"], unique=False)
    op.create_index(op.f("ix_question_person_id"), "question", ["person_id"], unique=False)
    op.create_index(
        "ix_question_phone_waiting",
        "question",
        ["phone"],
        unique=False,
        postgresql_where=sa.text("status = 'waiting'"),
    )
    op.create_index(op.f("ix_question_subject_id"), "question", ["subject_id"], unique=False)
    op.create_index(
        "uq_question_phone_open",
        "question",
        ["phone"],
        unique=True,
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_table(
        "message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("network_id", sa.Uuid(), nullable=True),
        sa.Column("organization_id", sa.Uuid(), nullable=True),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("direction", sa.String(60), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("template", sa.String(60), nullable=True),
        sa.Column("time_zone", sa.Text(), nullable=True),
        sa.Column("question_id", sa.Uuid(), nullable=True),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("status", sa.String(60), nullable=False),
        sa.Column("reason", sa.String(60), nullable=True),
        sa.Column("error_code", sa.Integer(), nullable=True),
        sa.Column("twilio_sid", sa.Text(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("attempted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("meaning", sa.String(60), nullable=True),
        sa.Column("needs_person", sa.Boolean(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by_user_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_user_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "direction = 'inbound' OR person_id IS NOT NULL", name=op.f("ck_message_ours_has_a_person")
        ),
        sa.CheckConstraint(
            "direction = 'inbound' OR template IS NOT NULL", name=op.f("ck_message_ours_has_a_template")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_user_id"], ["app_user.id"], name=op.f("fk_message_created_by_user_id")
        ),
        sa.ForeignKeyConstraint(["network_id"], ["network.id"], name=op.f("fk_message_network_id")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_message_organization_id")
        ),
        sa.ForeignKeyConstraint(["question_id"], ["question.id"], name=op.f("fk_message_question_id")),
        sa.ForeignKeyConstraint(
            ["settled_by_user_id"], ["app_user.id"], name=op.f("fk_message_settled_by_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("key", name=op.f("uq_message_key")),
        sa.UniqueConstraint("twilio_sid", name=op.f("uq_message_twilio_sid")),
    )
    op.create_index(
        "ix_message_needs_person",
        "message",
        ["phone"],
        unique=False,
        postgresql_where=sa.text("needs_person AND settled_at IS NULL"),
    )
    op.create_index("ix_message_organization_id", "message", ["organization_id", "id"], unique=False)
    op.create_index("ix_message_person_id", "message", ["person_id", "id"], unique=False)
    op.create_index("ix_message_phone", "message", ["phone", "id"], unique=False)
    op.create_index(op.f("ix_message_question_id"), "message", ["question_id"], unique=False)
    op.create_table(
        "message_status",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("network_id", sa.Uuid(), nullable=True),
        sa.Column("organization_id", sa.Uuid(), nullable=True),
        sa.Column("status", sa.String(60), nullable=False),
        sa.Column("twilio_sid", sa.Text(), nullable=True),
        sa.Column("error_code", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_message_status_message_id")),
        sa.ForeignKeyConstraint(["network_id"], ["network.id"], name=op.f("fk_message_status_network_id")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_message_status_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_status")),
        sa.UniqueConstraint("twilio_sid", "status", name=op.f("uq_message_status_twilio_sid_status")),
    )
    op.create_index(op.f("ix_message_status_message_id"), "message_status", ["message_id"], unique=False)
    op.create_index(op.f("ix_message_status_person_id"), "message_status", ["person_id"], unique=False)
    for table, level in (("question", "level"), ("message", "level"), ("message_status", None)):
        protection = Protection(
            table=table,
            organization_columns=("organization_id",),
            level_column=level,
            grant_scopes=("record",),
        )
        for statement in protection.statements():
            op.execute(statement)


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
