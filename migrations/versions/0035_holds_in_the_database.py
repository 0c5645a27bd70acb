"""A legal hold keeps a record by the database alone: no statement of the program takes it away before the hold ends."""

from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

FACES = "referral_app, referral_plan, referral_network, referral_system"
IS_HELD = """
CREATE FUNCTION is_legally_held(person uuid) RETURNS boolean
  LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = '' AS $$
  SELECT EXISTS (SELECT FROM public.retention_hold h WHERE h.person_id = person AND h.kind = 'legal'
    AND h.ended_at IS NULL AND (h.until IS NULL OR h.until > now())) $$
"""
"""By the database's own clock; a hold that begins later keeps already now what it is meant to keep."""

KEPT = {
    "person": "id",
    **dict.fromkeys(
        (
            "answer",
            "break_glass",
            "consent",
            "contact_attempt",
            "contradiction",
            "coverage",
            "delivery",
            "demographic",
            "enrollment",
            "invoice_line",
            "message",
            "message_status",
            "need",
            "need_answer",
            "need_change",
            "outcome_evidence",
            "person_address",
            "person_phone",
            "person_request",
            "question",
            "referral",
            "retention_hold",
            "screening",
            "service_authorization",
            "signed_link",
        ),
        "person_id",
    ),
}
"""Tables of whose rows the retention run alone deletes any. Access ends while a hold goes on, and an urgent answer is
put right: those two are no part of what is kept."""

EMPTYING = {
    "person": (
        "id",
        "new.given_name = '' AND new.family_name = '' AND (old.given_name <> '' OR old.family_name <> '')",
    ),
    "message": ("person_id", "(new.body = '' AND old.body <> '') OR (new.phone = '' AND old.phone <> '')"),
    "question": ("person_id", "new.phone = '' AND old.phone <> ''"),
}
"""What is emptied only when the time of a record is over."""

HISTORIES = "'status_change', 'authorization_change', 'ledger_entry', 'comment'"
WITH_NOTES = "'status_change', 'authorization_change', 'comment'"
HISTORY = """
CREATE OR REPLACE FUNCTION retention_delete_history(history text, person uuid) RETURNS bigint
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE gone bigint;
BEGIN
  IF history NOT IN ({histories}) THEN RAISE EXCEPTION '% is no history', history; END IF;
  {unless_held}PERFORM set_config('app.retention', history, true);
  EXECUTE format('DELETE FROM public.%I WHERE person_id = $1', history) USING person;
  GET DIAGNOSTICS gone = ROW_COUNT;
  PERFORM set_config('app.retention', '', true);
  RETURN gone;
END $$
"""
UNLESS_HELD = "IF public.is_legally_held(person) THEN RAISE EXCEPTION 'a legal hold keeps this record'; END IF;\n  "
NOTES = """
CREATE OR REPLACE FUNCTION retention_empty_notes(history text, rows_ uuid[]) RETURNS bigint
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE gone bigint;
BEGIN
  IF history NOT IN ({with_notes}) THEN RAISE EXCEPTION '% is no history', history; END IF;
  PERFORM set_config('app.retention', history, true);
  EXECUTE format('UPDATE public.%I SET note = NULL WHERE id = ANY ($1){unless_held}', history) USING rows_;
  GET DIAGNOSTICS gone = ROW_COUNT;
  PERFORM set_config('app.retention', '', true);
  RETURN gone;
END $$
"""
IS_OLD = """{stamp} < now() - make_interval(years => greatest(6, (
    SELECT p.amount FROM public.retention_policy p
    WHERE p.retention_class = '{kind}' AND p.network_id IS NULL AND p.unit = 'years')))"""
EVENTS = f"""
CREATE OR REPLACE FUNCTION audit_purge(seqs bigint[], marks bytea[], marked_at timestamptz) RETURNS bigint
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE gone bigint[];
BEGIN
  PERFORM set_config('app.retention', 'audit_event', true);
  WITH left_ AS (
    DELETE FROM public.audit_event e USING public.audit_seal s
    WHERE s.audit_id = e.id AND s.seq = ANY (seqs)
      AND {IS_OLD.format(stamp="e.at", kind="audit")}
      AND {IS_OLD.format(stamp="s.sealed_at", kind="audit")}{{unless_held}}
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
CREATE OR REPLACE FUNCTION disclosure_delete_old(ids bigint[]) RETURNS SETOF bigint
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
  PERFORM set_config('app.retention', 'disclosure', true);
  RETURN QUERY DELETE FROM public.disclosure d
    WHERE d.id = ANY (ids) AND {IS_OLD.format(stamp="d.at", kind="disclosure")}{{unless_held}} RETURNING d.id;
  PERFORM set_config('app.retention', '', true);
END $$
"""
FUNCTIONS = {
    HISTORY: UNLESS_HELD,
    NOTES: " AND NOT public.is_legally_held(person_id)",
    EVENTS: "\n      AND NOT public.is_legally_held(e.person_id)",
    DISCLOSURES: " AND NOT public.is_legally_held(d.person_id)",
}


def upgrade() -> None:
    op.execute(IS_HELD)
    for table, person in KEPT.items():
        op.execute(
            f"CREATE POLICY held_stays ON {table} AS RESTRICTIVE FOR DELETE TO {FACES}"
            f" USING (NOT is_legally_held({person}))"
        )
    for table, (person, is_emptied) in EMPTYING.items():
        op.execute(
            f"CREATE FUNCTION {table}_is_held() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            f" IF public.is_legally_held(old.{person}) THEN RAISE EXCEPTION 'a legal hold keeps this record'; END IF;"
            " RETURN new; END $$"
        )
        op.execute(
            f"CREATE TRIGGER held_stays BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({is_emptied})"
            f" EXECUTE FUNCTION {table}_is_held()"
        )
    _functions(are_holding=True)


def _functions(*, are_holding: bool) -> None:
    for function, unless_held in FUNCTIONS.items():
        named = function.replace("{histories}", HISTORIES).replace("{with_notes}", WITH_NOTES)
        op.execute(named.replace("{unless_held}", unless_held if are_holding else ""))


def downgrade() -> None:
    _functions(are_holding=False)
    for table in EMPTYING:
        op.execute(f"DROP TRIGGER held_stays ON {table}")
        op.execute(f"DROP FUNCTION {table}_is_held()")
    for table in KEPT:
        op.execute(f"DROP POLICY held_stays ON {table}")
    op.execute("DROP FUNCTION is_legally_held(uuid)")
