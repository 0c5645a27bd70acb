"""Jobs, and the append-only audit log."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from referral.audit.models import TransactionId
from referral.foundation.rls import FACES, OWNER, append_only, setting

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "job",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("arguments", postgresql.JSONB(), nullable=False),
        sa.Column("run_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True)),
        sa.Column("last_error", sa.Text()),
        sa.Column("done_at", sa.DateTime(timezone=True)),
        sa.Column("dead_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_job"),
        sa.UniqueConstraint("key", name="uq_job_key"),
    )
    op.create_index("ix_job_due", "job", ["run_at"], postgresql_where=sa.text("done_at IS NULL AND dead_at IS NULL"))
    op.create_table(
        "audit_event",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("xid", TransactionId(), server_default=sa.text("pg_current_xact_id()"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("principal_kind", sa.Text(), nullable=False),
        sa.Column("principal_id", sa.Text(), nullable=False),
        sa.Column("organization_id", sa.Uuid()),
        sa.Column("network_id", sa.Uuid()),
        sa.Column("person_id", sa.Uuid()),
        sa.Column("subject_kind", sa.Text()),
        sa.Column("subject_id", sa.Text()),
        sa.Column("reason", sa.Text()),
        sa.Column("details", postgresql.JSONB(), nullable=False),
        sa.Column("ip", sa.Text()),
        sa.Column("request_id", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_audit_event"),
    )
    op.create_index("ix_audit_event_sealing", "audit_event", ["xid", "id"])
    op.create_index("ix_audit_event_person_id_at", "audit_event", ["person_id", "at"])
    op.create_index("ix_audit_event_organization_id_at", "audit_event", ["organization_id", "at"])
    op.execute("ALTER TABLE audit_event ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE audit_event FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY owner_all ON audit_event TO {OWNER} USING (true) WITH CHECK (true)")
    op.execute("CREATE POLICY system_reads ON audit_event FOR SELECT TO referral_system USING (true)")
    for face in FACES:
        op.execute(f"CREATE POLICY {face}_adds ON audit_event FOR INSERT TO {face} WITH CHECK (true)")
    for face in ("referral_app", "referral_plan", "referral_network"):
        op.execute(
            f"CREATE POLICY {face}_reads ON audit_event FOR SELECT TO {face} USING"
            f" (organization_id = {setting('org')} OR person_id = {setting('person')})"
        )
    for statement in append_only("audit_event"):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("audit_event")
    op.execute("DROP FUNCTION audit_event_is_append_only()")
    op.drop_table("job")
