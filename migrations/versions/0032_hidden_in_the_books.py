"""Whoever asked not to be found stands in the books of the organization that served them, and in nobody else's."""

from alembic import op

from referral.foundation.rls import setting

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

TABLES = ("delivery", "invoice_line", "ledger_entry")
FACES = "referral_app, referral_plan, referral_network"
OWN_BOOKS = (
    f"organization_id = {setting('org')}"
    " AND (SELECT 'on' IN (current_setting('app.books', true), current_setting('app.l3', true)))"
)


def upgrade() -> None:
    for table in TABLES:
        op.execute(
            f"CREATE POLICY not_hidden ON {table} AS RESTRICTIVE FOR SELECT TO {FACES}"
            f" USING (({OWN_BOOKS}) OR NOT is_hidden_from_asker(person_id))"
        )


def downgrade() -> None:
    for table in TABLES:
        op.execute(f"DROP POLICY not_hidden ON {table}")
