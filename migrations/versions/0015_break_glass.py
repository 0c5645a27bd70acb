"""Break-glass: what was asked and why, who reviews it, and grants of access that open a person to one user only."""

import sqlalchemy as sa
from alembic import op

from referral.foundation.rls import HAS_GRANT, OWNER, setting

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

ALL_FACES = "referral_app, referral_plan, referral_network"
INSTANT = sa.DateTime(timezone=True)

HAS_GRANT_OF_USER = HAS_GRANT.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION").replace(
    "AND g.starts_at <= now()",
    f"AND (g.user_id IS NULL OR g.user_id = {setting('user')}) AND g.starts_at <= now()",
)
OWN_GRANTS = f"""
CREATE POLICY of_one_user ON access_grant AS RESTRICTIVE FOR SELECT TO {ALL_FACES}
USING (user_id IS NULL OR user_id = {setting("user")} OR person_id = {setting("person")})
"""
"""That a colleague opened somebody in an emergency says that this person is here."""

REVIEWERS = f"organization_id = {setting('org')} OR network_id = {setting('care')}"
POLICIES = (
    f"CREATE POLICY owner_all ON break_glass TO {OWNER} USING (true) WITH CHECK (true)",
    f"CREATE POLICY system_all ON break_glass TO referral_system"
    f" USING ({setting('system', 'text')} IS NOT NULL) WITH CHECK ({setting('system', 'text')} IS NOT NULL)",
    f"CREATE POLICY app_reads ON break_glass FOR SELECT TO referral_app"
    f" USING (user_id = {setting('user')} OR person_id = {setting('person')} OR {REVIEWERS})",
    f"CREATE POLICY plan_reads ON break_glass FOR SELECT TO referral_plan USING (user_id = {setting('user')})",
    # Nobody reviews what they asked for themselves, in whichever role.
    f"CREATE POLICY app_reviews ON break_glass FOR UPDATE TO referral_app"
    f" USING (user_id <> {setting('user')} AND ({REVIEWERS})) WITH CHECK ({REVIEWERS})",
)


def _index(*added: str) -> None:
    """The whole grant stands in the index, so that the wall never has to look at the table."""
    op.drop_index("ix_access_grant_reader", "access_grant")
    op.create_index(
        "ix_access_grant_reader",
        "access_grant",
        ["organization_id", "person_id"],
        postgresql_include=["network_id", "scope", "level", "starts_at", "until", *added],
    )


def upgrade() -> None:
    op.add_column("access_grant", sa.Column("user_id", sa.Uuid()))
    op.create_foreign_key("fk_access_grant_user_id", "access_grant", "app_user", ["user_id"], ["id"])
    _index("user_id")
    op.execute(HAS_GRANT_OF_USER)
    op.execute(OWN_GRANTS)
    op.create_table(
        "break_glass",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid()),
        sa.Column("network_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("sought", sa.LargeBinary()),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("until", INSTANT),
        sa.Column("review_due_at", INSTANT, nullable=False),
        sa.Column("was_texted", sa.Boolean(), nullable=False),
        sa.Column("reviewed_at", INSTANT),
        sa.Column("reviewed_by_user_id", sa.Uuid()),
        sa.Column("verdict", sa.String(60)),
        sa.Column("review_note", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("id", name="pk_break_glass"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_break_glass_person_id"),
        sa.ForeignKeyConstraint(["network_id"], ["network.id"], name="fk_break_glass_network_id"),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name="fk_break_glass_organization_id"),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name="fk_break_glass_user_id"),
        sa.ForeignKeyConstraint(["reviewed_by_user_id"], ["app_user.id"], name="fk_break_glass_reviewed_by_user_id"),
        sa.CheckConstraint("(person_id IS NULL) = (until IS NULL)", name=op.f("ck_break_glass_opened_or_missed")),
        sa.CheckConstraint("(person_id IS NULL) = (sought IS NOT NULL)", name=op.f("ck_break_glass_missed_is_kept")),
        sa.CheckConstraint(
            "(reviewed_at IS NULL) = (reviewed_by_user_id IS NULL) AND (reviewed_at IS NULL) = (verdict IS NULL)",
            name=op.f("ck_break_glass_reviewed_by"),
        ),
        sa.CheckConstraint("reviewed_by_user_id <> user_id", name=op.f("ck_break_glass_four_eyes")),
    )
    op.create_index("ix_break_glass_person_id", "break_glass", ["person_id"])
    op.create_index("ix_break_glass_user_id_asked_at", "break_glass", ["user_id", "asked_at"])
    op.create_index(
        "ix_break_glass_waiting",
        "break_glass",
        ["network_id", "review_due_at"],
        postgresql_where=sa.text("reviewed_at IS NULL"),
    )
    op.execute("ALTER TABLE break_glass ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE break_glass FORCE ROW LEVEL SECURITY")
    for policy in POLICIES:
        op.execute(policy)


def downgrade() -> None:
    op.drop_table("break_glass")
    op.execute("DROP POLICY of_one_user ON access_grant")
    op.execute("DELETE FROM access_grant WHERE user_id IS NOT NULL")
    op.execute(HAS_GRANT.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"))
    _index()
    op.drop_constraint("fk_access_grant_user_id", "access_grant")
    op.drop_column("access_grant", "user_id")
