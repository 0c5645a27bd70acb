"""Who wears the face of the system without naming the job sees nothing of the log, of disclosures and of grants."""

from alembic import op

from referral.foundation.rls import setting

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

POLICIES = (
    ("audit_event", "system_reads"),
    ("audit_seal", "system_reads"),
    ("disclosure", "referral_system_reads"),
    ("access_grant", "referral_system_reads"),
    ("access_grant", "referral_system_revokes"),
    ("access_grant", "referral_system_changes"),
)


def upgrade() -> None:
    for table, policy in POLICIES:
        op.execute(f"ALTER POLICY {policy} ON {table} USING ({setting('system', 'text')} IS NOT NULL)")


def downgrade() -> None:
    for table, policy in POLICIES:
        op.execute(f"ALTER POLICY {policy} ON {table} USING (true)")
