"""A health plan reads a sensitive service authorization as long as a signature that names the plan is in force."""

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

TABLES = ("service_authorization", "authorization_change")


def upgrade() -> None:
    for table in TABLES:
        op.execute(
            f"CREATE POLICY sensitive_room ON {table} AS RESTRICTIVE FOR SELECT TO referral_plan"
            f" USING (level <> 2 OR has_grant(person_id, ARRAY['part2'], 2::smallint))"
        )


def downgrade() -> None:
    for table in TABLES:
        op.execute(f"DROP POLICY sensitive_room ON {table}")
