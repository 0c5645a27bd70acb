"""Old events, disclosures and bare invoices leave: only through functions that count the years by the database's clock.

A seal stays when its event leaves, with the instant and a mark that only the program with the key can make.
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

GUARD = (
    "CREATE OR REPLACE FUNCTION {table}_is_append_only() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN {unless}RAISE EXCEPTION '{table} is append-only'; END $$"
)
UNLESS = (
    "IF current_user = 'referral_owner' AND current_setting('app.retention', true) = TG_TABLE_NAME"
    " THEN RETURN NULL; END IF; "
)
"""Who merely sets the setting has no right to change the table, and who has the right has not set it by accident."""
TABLES = ("audit_event", "audit_seal", "disclosure", "invoice_change")

IS_OLD = """{stamp} < now() - make_interval(years => greatest(6, (
    SELECT p.amount FROM public.retention_policy p
    WHERE p.retention_class = '{kind}' AND p.network_id IS NULL AND p.unit = 'years')))"""
"""Never sooner than six years (45 CFR 164.316(b)(2) and 164.528), whatever somebody wrote into the policy."""

PURGE = f"""
CREATE FUNCTION audit_purge(seqs bigint[], marks bytea[], marked_at timestamptz) RETURNS bigint
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE gone bigint[];
BEGIN
  PERFORM set_config('app.retention', 'audit_event', true);
  WITH left_ AS (
    DELETE FROM public.audit_event e USING public.audit_seal s
    WHERE s.audit_id = e.id AND s.seq = ANY (seqs)
      AND {IS_OLD.format(stamp="e.at", kind="audit")}
      AND {IS_OLD.format(stamp="s.sealed_at", kind="audit")}
    RETURNING s.seq)
  SELECT array_agg(left_.seq) INTO gone FROM left_;
  PERFORM set_config('app.retention', 'audit_seal', true);
  UPDATE public.audit_seal s SET purged_at = marked_at, purge_mark = new.mark
    FROM unnest(seqs, marks) AS new (seq, mark) WHERE s.seq = new.seq AND s.seq = ANY (gone);
  PERFORM set_config('app.retention', '', true);
  RETURN coalesce(cardinality(gone), 0);
END $$
"""
DISCLOSURES = f"""
CREATE FUNCTION disclosure_delete_old(ids bigint[]) RETURNS SETOF bigint
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
  PERFORM set_config('app.retention', 'disclosure', true);
  RETURN QUERY DELETE FROM public.disclosure d
    WHERE d.id = ANY (ids) AND {IS_OLD.format(stamp="d.at", kind="disclosure")} RETURNING d.id;
  PERFORM set_config('app.retention', '', true);
END $$
"""
INVOICES = """
CREATE FUNCTION retention_delete_invoice_history(invoices uuid[]) RETURNS bigint
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE gone bigint;
BEGIN
  PERFORM set_config('app.retention', 'invoice_change', true);
  DELETE FROM public.invoice_change c WHERE c.invoice_id = ANY (invoices)
    AND NOT EXISTS (SELECT FROM public.invoice_line l WHERE l.invoice_id = c.invoice_id);
  GET DIAGNOSTICS gone = ROW_COUNT;
  PERFORM set_config('app.retention', '', true);
  RETURN gone;
END $$
"""
FUNCTIONS = {
    "audit_purge(bigint[], bytea[], timestamptz)": PURGE,
    "disclosure_delete_old(bigint[])": DISCLOSURES,
    "retention_delete_invoice_history(uuid[])": INVOICES,
}


def upgrade() -> None:
    op.add_column("audit_seal", sa.Column("purged_at", sa.DateTime(timezone=True)))
    op.add_column("audit_seal", sa.Column("purge_mark", sa.LargeBinary()))
    op.create_check_constraint(
        op.f("ck_audit_seal_purge_is_marked"), "audit_seal", "(purged_at IS NULL) = (purge_mark IS NULL)"
    )
    op.create_index("ix_disclosure_at", "disclosure", ["at"])
    for table in TABLES:
        op.execute(GUARD.format(table=table, unless=UNLESS))
    for signature, function in FUNCTIONS.items():
        op.execute(function)
        op.execute(f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION {signature} TO referral_system")


def downgrade() -> None:
    for signature in FUNCTIONS:
        op.execute(f"DROP FUNCTION {signature}")
    for table in TABLES:
        op.execute(GUARD.format(table=table, unless=""))
    op.drop_index("ix_disclosure_at", "disclosure")
    op.drop_constraint(op.f("ck_audit_seal_purge_is_marked"), "audit_seal")
    op.drop_column("audit_seal", "purge_mark")
    op.drop_column("audit_seal", "purged_at")
