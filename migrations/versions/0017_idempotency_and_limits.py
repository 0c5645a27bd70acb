"""Answers kept for a repeated request, counts of limited deeds, and the version of what is said about room."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from referral.foundation.rls import OWNER, setting

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

OWN = f"user_id = {setting('user')} AND organization_id = {setting('org')}"
SYSTEM = f"{setting('system', 'text')} IS NOT NULL"


def upgrade() -> None:
    op.create_table(
        "idempotency_key",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("network_id", sa.Uuid(), nullable=True),
        sa.Column("key_hash", sa.LargeBinary(), nullable=False),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("body_hash", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("headers", postgresql.JSONB(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_idempotency_key"),
        sa.UniqueConstraint(
            "user_id", "organization_id", "key_hash", name="uq_idempotency_key_user_id_organization_id_key_hash"
        ),
    )
    op.create_index("ix_idempotency_key_created_at", "idempotency_key", ["created_at"])
    for statement in (
        "ALTER TABLE idempotency_key ENABLE ROW LEVEL SECURITY",
        "ALTER TABLE idempotency_key FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY owner_all ON idempotency_key TO {OWNER} USING (true) WITH CHECK (true)",
        f"CREATE POLICY system_all ON idempotency_key TO referral_system USING ({SYSTEM}) WITH CHECK ({SYSTEM})",
        "CREATE POLICY own ON idempotency_key TO referral_app, referral_plan, referral_network"
        f" USING ({OWN}) WITH CHECK ({OWN})",
    ):
        op.execute(statement)
    op.create_table(
        "use_count",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "kind", "starts_at", name="pk_use_count"),
    )
    op.create_index("ix_use_count_starts_at", "use_count", ["starts_at"])
    op.add_column("capacity_status", sa.Column("version", sa.Integer(), server_default="1", nullable=False))


def downgrade() -> None:
    op.drop_column("capacity_status", "version")
    op.drop_table("use_count")
    op.drop_table("idempotency_key")
