"""A health plan reads whom a sensitive line is about, and for what, as long as a signature that names the plan is in force.

What the line costs stays in the sums of its invoice.
"""

from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

TABLES = ("delivery", "invoice_line", "ledger_entry")
SIGNED = "has_grant(person_id, ARRAY['part2'], 2::smallint)"


def upgrade() -> None:
    for table in TABLES:
        op.execute(
            f"CREATE POLICY sensitive_room ON {table} AS RESTRICTIVE FOR SELECT TO referral_plan"
            f" USING (level <> 2 OR {SIGNED})"
        )
    # Sending the bill opened the name of who is on it: that it did would tell what the line says.
    op.execute(
        f"CREATE POLICY sensitive_bill ON access_grant AS RESTRICTIVE FOR SELECT TO referral_plan"
        f" USING (scope <> 'billing' OR level <> 2 OR {SIGNED})"
    )


def downgrade() -> None:
    op.execute("DROP POLICY sensitive_bill ON access_grant")
    for table in TABLES:
        op.execute(f"DROP POLICY sensitive_room ON {table}")
