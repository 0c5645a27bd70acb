"""Ninety days after a referral ended its receiver reads no row of it any more, by the database alone."""

from alembic import op

from referral.foundation.rls import setting

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

OF_REFERRAL = ("status_change", "contact_attempt", "outcome_evidence", "contradiction")
IS_NOT_ONLY_RECEIVER = (
    f"receiving_organization_id IS DISTINCT FROM {setting('org')} OR sending_organization_id = {setting('org')}"
)


def upgrade() -> None:
    op.execute(
        "CREATE POLICY part_is_over ON referral AS RESTRICTIVE FOR SELECT TO referral_app USING ("
        f"{IS_NOT_ONLY_RECEIVER} OR ended_at IS NULL OR ended_at > now() - interval '90 days'"
        " OR has_grant(person_id, ARRAY['record'], level))"
    )
    for table in OF_REFERRAL:
        op.execute(
            f"CREATE POLICY part_is_over ON {table} AS RESTRICTIVE FOR SELECT TO referral_app USING ("
            f"{IS_NOT_ONLY_RECEIVER} OR EXISTS (SELECT FROM referral r WHERE r.id = {table}.referral_id))"
        )


def downgrade() -> None:
    for table in ("referral", *OF_REFERRAL):
        op.execute(f"DROP POLICY part_is_over ON {table}")
