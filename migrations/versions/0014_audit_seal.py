"""The seal over the audit log; which user acted, and how sensitive the event is."""

import sqlalchemy as sa
from alembic import op

from referral.audit.models import TransactionId
from referral.foundation.rls import OWNER, append_only, setting

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

FACES = ("referral_app", "referral_plan", "referral_network")

HIDDEN_FROM_ASKER = f"""
CREATE FUNCTION is_hidden_from_asker(person uuid) RETURNS boolean
  LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = '' AS $$
  SELECT EXISTS (
    SELECT FROM public.person p
    WHERE p.id = person AND p.level = 3 AND coalesce(current_setting('app.l3', true), '') <> 'on'
      AND p.id IS DISTINCT FROM {setting("person")} AND p.owner_user_id IS DISTINCT FROM {setting("user")}) $$
"""
"""A hidden person is not found by way of the log either."""

QUIET = f"""
CREATE POLICY l3_room ON audit_event AS RESTRICTIVE FOR SELECT TO {", ".join(FACES)}
USING (user_id = {setting("user")} OR person_id = {setting("person")} OR (
       (level < 3 OR (SELECT current_setting('app.l3', true) = 'on'))
       AND (person_id IS NULL OR NOT is_hidden_from_asker(person_id))))
"""

NETWORK = f"""
CREATE POLICY care_reads ON audit_event FOR SELECT TO referral_app
USING (network_id = {setting("care")}
       AND (person_id IS NULL OR EXISTS (SELECT FROM person p WHERE p.id = audit_event.person_id)))
"""
"""The care team reads acts in its network, about persons whom it may see."""


def upgrade() -> None:
    op.add_column("audit_event", sa.Column("user_id", sa.Uuid()))
    op.add_column("audit_event", sa.Column("level", sa.SmallInteger(), server_default=sa.text("1"), nullable=False))
    op.execute("ALTER TABLE audit_event DISABLE TRIGGER append_only")
    op.execute("UPDATE audit_event SET user_id = principal_id::uuid WHERE principal_kind = 'user'")
    op.execute("UPDATE audit_event SET level = 3 WHERE action LIKE 'urgent:%'")
    op.execute("ALTER TABLE audit_event ENABLE TRIGGER append_only")
    op.create_index("ix_audit_event_user_id_at", "audit_event", ["user_id", "at"])
    op.create_index("ix_audit_event_network_id_at", "audit_event", ["network_id", "at"])
    op.create_index("ix_audit_event_at", "audit_event", ["at"])
    op.create_index(
        "ix_audit_event_verified", "audit_event", ["id"], postgresql_where=sa.text("action = 'audit:verified'")
    )
    op.create_index(
        "ix_audit_event_shown_ids",
        "audit_event",
        [sa.text("(details -> 'ids')")],
        postgresql_using="gin",
        postgresql_where=sa.text("subject_id = 'list'"),
    )
    op.execute(HIDDEN_FROM_ASKER)
    op.execute(QUIET)
    op.execute(NETWORK)
    op.create_table(
        "audit_seal",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("audit_id", sa.BigInteger(), nullable=False),
        sa.Column("xid", TransactionId(), nullable=False),
        sa.Column("cluster", sa.BigInteger(), nullable=False),
        sa.Column("prev_hash", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_audit_seal"),
        sa.UniqueConstraint("audit_id", name="uq_audit_seal_audit_id"),
        sa.UniqueConstraint("prev_hash", name="uq_audit_seal_prev_hash"),
    )
    op.execute("ALTER TABLE audit_seal ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE audit_seal FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY owner_all ON audit_seal TO {OWNER} USING (true) WITH CHECK (true)")
    op.execute("CREATE POLICY system_reads ON audit_seal FOR SELECT TO referral_system USING (true)")
    op.execute(
        "CREATE POLICY sealer_adds ON audit_seal FOR INSERT TO referral_system"
        f" WITH CHECK ({setting('system', 'text')} = 'audit-sealer')"
    )
    for statement in append_only("audit_seal"):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("audit_seal")
    op.execute("DROP FUNCTION audit_seal_is_append_only()")
    op.execute("DROP POLICY care_reads ON audit_event")
    op.execute("DROP POLICY l3_room ON audit_event")
    op.execute("DROP FUNCTION is_hidden_from_asker(uuid)")
    op.drop_index("ix_audit_event_shown_ids", "audit_event")
    op.drop_index("ix_audit_event_verified", "audit_event")
    op.drop_index("ix_audit_event_at", "audit_event")
    op.drop_index("ix_audit_event_network_id_at", "audit_event")
    op.drop_index("ix_audit_event_user_id_at", "audit_event")
    op.drop_column("audit_event", "level")
    op.drop_column("audit_event", "user_id")
