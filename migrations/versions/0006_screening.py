"""Screening: instruments, screenings and answers, needs and their history, counted hand-offs."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from referral.foundation.rls import Protection

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

RECORD = ("record",)
PROTECTIONS = (
    Protection(table="screening", asker_column="asked_by_user_id", grant_scopes=RECORD),
    Protection(table="answer", asker_column="asked_by_user_id", level_column="level", grant_scopes=RECORD),
    Protection(
        table="urgent_answer",
        asker_column="asked_by_user_id",
        level_column="level",
        grant_scopes=RECORD,
        app_may_delete=True,  # an answer that was taken back
    ),
    Protection(table="need", asker_column="found_by_user_id", level_column="level", grant_scopes=RECORD),
    Protection(table="need_answer", asker_column="found_by_user_id", level_column="level", grant_scopes=RECORD),
    Protection(table="need_change", asker_column="found_by_user_id", level_column="level", grant_scopes=RECORD),
)
"""Plans and network leads read none of these by a column of the row: only where a grant opens the record."""


def upgrade() -> None:
    op.create_table(
        "instrument",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("document", postgresql.JSONB(), nullable=False),
        sa.Column("is_offered", sa.Boolean(), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instrument")),
        sa.UniqueConstraint("url", "version", name=op.f("uq_instrument_url_version")),
    )
    op.create_table(
        "warm_hand_off",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("network_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(60), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.CheckConstraint("times > 0", name=op.f("ck_warm_hand_off_counts")),
        sa.ForeignKeyConstraint(["network_id"], ["network.id"], name=op.f("fk_warm_hand_off_network_id")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_warm_hand_off_organization_id")
        ),
        sa.PrimaryKeyConstraint("organization_id", "network_id", "kind", "made_on", name=op.f("pk_warm_hand_off")),
    )
    op.create_table(
        "screening",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("network_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid()),
        sa.Column("asked_by_user_id", sa.Uuid()),
        sa.Column("instrument_id", sa.Uuid(), nullable=False),
        sa.Column("panels", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("status", sa.String(60), nullable=False),
        sa.Column("mode", sa.String(60), nullable=False),
        sa.Column("respondent", sa.String(60), nullable=False),
        sa.Column("is_alone", sa.Boolean(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("is_interpreted", sa.Boolean(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("(status = 'in_progress') = (ended_at IS NULL)", name=op.f("ck_screening_ends_once")),
        sa.ForeignKeyConstraint(["asked_by_user_id"], ["app_user.id"], name=op.f("fk_screening_asked_by_user_id")),
        sa.ForeignKeyConstraint(["instrument_id"], ["instrument.id"], name=op.f("fk_screening_instrument_id")),
        sa.ForeignKeyConstraint(["network_id"], ["network.id"], name=op.f("fk_screening_network_id")),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f("fk_screening_organization_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_screening_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screening")),
    )
    op.create_index(op.f("ix_screening_instrument_id"), "screening", ["instrument_id"])
    op.create_index(op.f("ix_screening_organization_id_started_at"), "screening", ["organization_id", "started_at"])
    op.create_index(op.f("ix_screening_person_id_started_at"), "screening", ["person_id", "started_at"])
    op.create_table(
        "answer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("screening_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("network_id", sa.Uuid(), nullable=False),
        sa.Column("asked_by_user_id", sa.Uuid()),
        sa.Column("link_id", sa.Text(), nullable=False),
        sa.Column("state", sa.String(60), nullable=False),
        sa.Column("codes", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("sealed_codes", sa.LargeBinary()),
        sa.Column("reason", sa.String(60)),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("level < 3 OR codes = '{}'", name=op.f("ck_answer_safety_is_sealed")),
        sa.ForeignKeyConstraint(["asked_by_user_id"], ["app_user.id"], name=op.f("fk_answer_asked_by_user_id")),
        sa.ForeignKeyConstraint(["network_id"], ["network.id"], name=op.f("fk_answer_network_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_answer_person_id")),
        sa.ForeignKeyConstraint(["screening_id"], ["screening.id"], name=op.f("fk_answer_screening_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer")),
        sa.UniqueConstraint("screening_id", "link_id", name=op.f("uq_answer_screening_id_link_id")),
    )
    op.create_index(op.f("ix_answer_person_id"), "answer", ["person_id"])
    op.create_table(
        "need",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("network_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid()),
        sa.Column("found_by_user_id", sa.Uuid()),
        sa.Column("screening_id", sa.Uuid()),
        sa.Column("category", sa.String(60), nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.String(60), nullable=False),
        sa.Column("is_urgent", sa.Boolean(), nullable=False),
        sa.Column("dismiss_reason", sa.String(60)),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True)),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["found_by_user_id"], ["app_user.id"], name=op.f("fk_need_found_by_user_id")),
        sa.ForeignKeyConstraint(["network_id"], ["network.id"], name=op.f("fk_need_network_id")),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f("fk_need_organization_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_need_person_id")),
        sa.ForeignKeyConstraint(["screening_id"], ["screening.id"], name=op.f("fk_need_screening_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need")),
    )
    op.create_index(op.f("ix_need_network_id_state"), "need", ["network_id", "state"])
    op.create_index(op.f("ix_need_person_id_found_at"), "need", ["person_id", "found_at"])
    op.create_index(op.f("ix_need_screening_id"), "need", ["screening_id"])
    op.create_index(
        "uq_need_open",
        "need",
        ["person_id", "category"],
        unique=True,
        postgresql_where=sa.text("state IN ('confirmed', 'identified', 'unmet') AND level = 1"),
    )
    op.create_index(
        "uq_need_open_sensitive",
        "need",
        ["person_id", "category", "found_by_user_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('confirmed', 'identified', 'unmet') AND level > 1"),
    )
    op.create_table(
        "need_answer",
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("answer_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("network_id", sa.Uuid(), nullable=False),
        sa.Column("found_by_user_id", sa.Uuid()),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(["answer_id"], ["answer.id"], name=op.f("fk_need_answer_answer_id")),
        sa.ForeignKeyConstraint(["found_by_user_id"], ["app_user.id"], name=op.f("fk_need_answer_found_by_user_id")),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_need_answer_need_id")),
        sa.ForeignKeyConstraint(["network_id"], ["network.id"], name=op.f("fk_need_answer_network_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_need_answer_person_id")),
        sa.PrimaryKeyConstraint("need_id", "answer_id", name=op.f("pk_need_answer")),
    )
    op.create_index(op.f("ix_need_answer_person_id"), "need_answer", ["person_id"])
    op.create_index(op.f("ix_need_answer_answer_id"), "need_answer", ["answer_id"])
    op.create_table(
        "need_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("network_id", sa.Uuid(), nullable=False),
        sa.Column("found_by_user_id", sa.Uuid()),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("action", sa.String(60)),
        sa.Column("from_state", sa.String(60)),
        sa.Column("to_state", sa.String(60), nullable=False),
        sa.Column("from_category", sa.String(60)),
        sa.Column("reason", sa.String(60)),
        sa.Column("note", sa.LargeBinary()),
        sa.Column("by_principal", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "reason IS DISTINCT FROM 'other' OR note IS NOT NULL", name=op.f("ck_need_change_other_needs_a_note")
        ),
        sa.ForeignKeyConstraint(["found_by_user_id"], ["app_user.id"], name=op.f("fk_need_change_found_by_user_id")),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_need_change_need_id")),
        sa.ForeignKeyConstraint(["network_id"], ["network.id"], name=op.f("fk_need_change_network_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_need_change_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need_change")),
    )
    op.create_index(op.f("ix_need_change_person_id"), "need_change", ["person_id"])
    op.create_index(op.f("ix_need_change_need_id_at"), "need_change", ["need_id", "at"])
    op.create_table(
        "urgent_answer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("answer_id", sa.Uuid(), nullable=False),
        sa.Column("screening_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("network_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid()),
        sa.Column("asked_by_user_id", sa.Uuid()),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("cause", sa.String(60)),
        sa.Column("is_proposed", sa.Boolean(), nullable=False),
        sa.Column("handed_to", sa.LargeBinary()),
        sa.Column("first_contact_at", sa.DateTime(timezone=True)),
        sa.Column("noticed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(handed_to IS NULL) = (first_contact_at IS NULL)", name=op.f("ck_urgent_answer_contact_is_whole")
        ),
        sa.ForeignKeyConstraint(["answer_id"], ["answer.id"], name=op.f("fk_urgent_answer_answer_id")),
        sa.ForeignKeyConstraint(["asked_by_user_id"], ["app_user.id"], name=op.f("fk_urgent_answer_asked_by_user_id")),
        sa.ForeignKeyConstraint(["network_id"], ["network.id"], name=op.f("fk_urgent_answer_network_id")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_urgent_answer_organization_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_urgent_answer_person_id")),
        sa.ForeignKeyConstraint(["screening_id"], ["screening.id"], name=op.f("fk_urgent_answer_screening_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_urgent_answer")),
        sa.UniqueConstraint("answer_id", name=op.f("uq_urgent_answer_answer_id")),
    )
    op.create_index(op.f("ix_urgent_answer_asked_by_user_id"), "urgent_answer", ["asked_by_user_id"])
    op.create_index(op.f("ix_urgent_answer_person_id"), "urgent_answer", ["person_id"])
    op.create_index(op.f("ix_urgent_answer_screening_id"), "urgent_answer", ["screening_id"])

    for protection in PROTECTIONS:
        for statement in protection.statements():
            op.execute(statement)
        # Whoever may not see a hidden person may not see what hangs on that person either.
        op.execute(
            f"CREATE POLICY with_person ON {protection.table} AS RESTRICTIVE FOR SELECT TO referral_app"
            f" USING (EXISTS (SELECT FROM person p WHERE p.id = {protection.table}.person_id))"
        )


def downgrade() -> None:
    for table in ("need_change", "need_answer", "need", "urgent_answer", "answer", "screening"):
        op.drop_table(table)
    op.drop_table("warm_hand_off")
    op.drop_table("instrument")
