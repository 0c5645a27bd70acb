"""What people ask their care team for, and requests that a record be erased, which two administrators decide."""

import sqlalchemy as sa
from alembic import op

from referral.foundation.rls import OWNER, Protection, setting

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
REQUESTS = Protection(table="person_request", grant_scopes=("record",))
WITH_PERSON = """
CREATE POLICY with_person ON person_request AS RESTRICTIVE FOR SELECT TO referral_app
USING (EXISTS (SELECT FROM person p WHERE p.id = person_request.person_id))
"""
IS_OWN = (
    f"network_id = {setting('network')} AND EXISTS (SELECT FROM membership m WHERE m.user_id = {setting('user')}"
    f" AND m.network_id = {setting('network')} AND m.is_active AND 'sysadmin' = ANY (m.roles))"
)
"""Which records are to be erased is known to the administrators of the system only."""
IS_SYSTEM = f"{setting('system', 'text')} IS NOT NULL"


def upgrade() -> None:
    op.create_table(
        "person_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("network_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(60), nullable=False),
        sa.Column("reader", sa.String(60), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("noted_by_user_id", sa.Uuid()),
        sa.Column("answer", sa.LargeBinary()),
        sa.Column("answered_at", INSTANT),
        sa.Column("answered_by_user_id", sa.Uuid()),
        sa.PrimaryKeyConstraint("id", name="pk_person_request"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_person_request_person_id"),
        sa.ForeignKeyConstraint(["network_id"], ["network.id"], name="fk_person_request_network_id"),
        sa.ForeignKeyConstraint(["noted_by_user_id"], ["app_user.id"], name="fk_person_request_noted_by_user_id"),
        sa.ForeignKeyConstraint(["answered_by_user_id"], ["app_user.id"], name="fk_person_request_answered_by_user_id"),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answer IS NULL)", name=op.f("ck_person_request_answered_with_words")
        ),
    )
    op.create_index("ix_person_request_person_id", "person_request", ["person_id"])
    op.create_index(
        "ix_person_request_open",
        "person_request",
        ["network_id", "asked_at"],
        postgresql_where=sa.text("answered_at IS NULL"),
    )
    for statement in (*REQUESTS.statements(), WITH_PERSON):
        op.execute(statement)
    _erasures()


def _erasures() -> None:
    op.create_table(
        "erasure",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("network_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("proposed_at", INSTANT),
        sa.Column("proposed_by_user_id", sa.Uuid()),
        sa.Column("confirmed_at", INSTANT),
        sa.Column("confirmed_by_user_id", sa.Uuid()),
        sa.Column("ended_at", INSTANT),
        sa.Column("reason", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_erasure"),
        sa.ForeignKeyConstraint(["network_id"], ["network.id"], name="fk_erasure_network_id"),
        sa.ForeignKeyConstraint(["proposed_by_user_id"], ["app_user.id"], name="fk_erasure_proposed_by_user_id"),
        sa.ForeignKeyConstraint(["confirmed_by_user_id"], ["app_user.id"], name="fk_erasure_confirmed_by_user_id"),
        sa.CheckConstraint(
            "confirmed_by_user_id <> proposed_by_user_id", name=op.f("ck_erasure_confirmed_by_somebody_else")
        ),
    )
    op.create_index("ix_erasure_person_id", "erasure", ["person_id"])
    for statement in (
        "ALTER TABLE erasure ENABLE ROW LEVEL SECURITY",
        "ALTER TABLE erasure FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY owner_all ON erasure TO {OWNER} USING (true) WITH CHECK (true)",
        f"CREATE POLICY system_all ON erasure TO referral_system USING ({IS_SYSTEM}) WITH CHECK ({IS_SYSTEM})",
        f"CREATE POLICY app_reads ON erasure FOR SELECT TO referral_app USING ({IS_OWN})",
        f"CREATE POLICY app_decides ON erasure FOR UPDATE TO referral_app USING ({IS_OWN}) WITH CHECK ({IS_OWN})",
    ):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("erasure")
    op.drop_table("person_request")
