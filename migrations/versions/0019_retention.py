"""How long each class of records is kept, what stops its removal, and tombstones that prove it."""

from uuid import UUID

import sqlalchemy as sa
from alembic import op

from referral.foundation.rls import FACES, OWNER, append_only, setting

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
HISTORIES = ("status_change", "authorization_change", "ledger_entry")
"""Append-only tables about persons: only the two functions below take something out of them."""

OWN_RULE = "our default, compared with no law"
DEFAULTS = (
    ("message_body", 30, "days", "it was written", "Twilio API description: Body, pii deleteSla 30"),
    ("message_phone", 120, "days", "it was written", "Twilio API description: To and From, pii deleteSla 120"),
    ("safety_content", 90, "days", "the referral or need closed", OWN_RULE),
    ("client_record", 6, "years", "the last activity", "the network's contract; default 6 years"),
    ("claim", 10, "years", "the last bill or payment", "42 CFR 438.3(u): Medicaid managed care, 10 years"),
    ("consent", 6, "years", "its last effect", "45 CFR 164.530(j)(2): 6 years after it was last in effect"),
    ("disclosure", 6, "years", "it happened", "45 CFR 164.528(a): an account of 6 years"),
    ("audit", 7, "years", "it happened", OWN_RULE),
    ("session", 30, "days", "its end", OWN_RULE),
    ("idempotency_key", 24, "hours", "the first answer", OWN_RULE),
)

GUARD = """
CREATE OR REPLACE FUNCTION {table}_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  {unless}RAISE EXCEPTION '{table} is append-only';
END $$
"""
UNLESS = (
    "IF current_user = '" + OWNER + "' AND current_setting('app.retention', true) = TG_TABLE_NAME"
    " THEN RETURN NULL; END IF;\n  "
)
"""Who merely sets the setting has no right to change the table, and who has the right has not set it by accident."""

FUNCTION = """
CREATE FUNCTION {name}(history text, {argument}) RETURNS bigint
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE gone bigint;
BEGIN
  IF history NOT IN ({histories}) THEN RAISE EXCEPTION '% is no history', history; END IF;
  PERFORM set_config('app.retention', history, true);
  EXECUTE format('{statement}', history) USING {value};
  GET DIAGNOSTICS gone = ROW_COUNT;
  PERFORM set_config('app.retention', '', true);
  RETURN gone;
END $$
"""
FUNCTIONS = (
    FUNCTION.format(
        name="retention_delete_history",
        argument="person uuid",
        histories=", ".join(f"'{table}'" for table in HISTORIES),
        statement="DELETE FROM public.%I WHERE person_id = $1",
        value="person",
    ),
    FUNCTION.format(
        name="retention_empty_notes",
        argument="rows_ uuid[]",
        histories="'status_change', 'authorization_change'",
        statement="UPDATE public.%I SET note = NULL WHERE id = ANY ($1)",
        value="rows_",
    ),
)
SIGNATURES = ("retention_delete_history(text, uuid)", "retention_empty_notes(text, uuid[])")


def upgrade() -> None:
    _policies()
    _holds()
    _tombstones()
    for table in HISTORIES:
        op.execute(GUARD.format(table=table, unless=UNLESS))
    for function, signature in zip(FUNCTIONS, SIGNATURES, strict=True):
        op.execute(function)
        op.execute(f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION {signature} TO referral_system")


def _policies() -> None:
    op.create_table(
        "retention_policy",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("retention_class", sa.String(60), nullable=False),
        sa.Column("network_id", sa.Uuid()),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(60), nullable=False),
        sa.Column("counted_from", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("is_verified", sa.Boolean(), nullable=False),
        sa.Column("proposed_amount", sa.Integer()),
        sa.Column("proposed_by_user_id", sa.Uuid()),
        sa.PrimaryKeyConstraint("id", name="pk_retention_policy"),
        sa.ForeignKeyConstraint(["network_id"], ["network.id"], name="fk_retention_policy_network_id"),
        sa.ForeignKeyConstraint(
            ["proposed_by_user_id"], ["app_user.id"], name="fk_retention_policy_proposed_by_user_id"
        ),
        sa.UniqueConstraint(
            "retention_class",
            "network_id",
            name="uq_retention_policy_retention_class_network_id",
            postgresql_nulls_not_distinct=True,
        ),
        sa.CheckConstraint("amount > 0 AND proposed_amount > 0", name=op.f("ck_retention_policy_amounts")),
        sa.CheckConstraint(
            "(proposed_amount IS NULL) = (proposed_by_user_id IS NULL)", name=op.f("ck_retention_policy_proposed_by")
        ),
    )
    table = sa.table(
        "retention_policy",
        *(sa.column(name, sa.Uuid()) for name in ("id",)),
        *(sa.column(name) for name in ("retention_class", "amount", "unit", "counted_from", "source", "is_verified")),
    )
    names = ("retention_class", "amount", "unit", "counted_from", "source")
    op.bulk_insert(
        table,
        [
            {**dict(zip(names, row, strict=True)), "id": UUID(int=number), "is_verified": False}
            for number, row in enumerate(DEFAULTS, start=1)
        ],
    )


def _holds() -> None:
    op.create_table(
        "retention_hold",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("network_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(60), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("starts_at", INSTANT, nullable=False),
        sa.Column("until", INSTANT),
        sa.Column("set_by_user_id", sa.Uuid()),
        sa.Column("ended_at", INSTANT),
        sa.Column("ended_by_user_id", sa.Uuid()),
        sa.PrimaryKeyConstraint("id", name="pk_retention_hold"),
        sa.ForeignKeyConstraint(["network_id"], ["network.id"], name="fk_retention_hold_network_id"),
        sa.ForeignKeyConstraint(["set_by_user_id"], ["app_user.id"], name="fk_retention_hold_set_by_user_id"),
        sa.ForeignKeyConstraint(["ended_by_user_id"], ["app_user.id"], name="fk_retention_hold_ended_by_user_id"),
        sa.CheckConstraint("until > starts_at", name=op.f("ck_retention_hold_dates")),
    )
    op.create_index("ix_retention_hold_person_id", "retention_hold", ["person_id"])
    # Whose record is held, and why, is known to the administrators of the system only.
    own = (
        f"network_id = {setting('network')} AND EXISTS (SELECT FROM membership m WHERE m.user_id = {setting('user')}"
        f" AND m.network_id = {setting('network')} AND m.is_active AND 'sysadmin' = ANY (m.roles))"
    )
    is_system = f"{setting('system', 'text')} IS NOT NULL"
    for statement in (
        "ALTER TABLE retention_hold ENABLE ROW LEVEL SECURITY",
        "ALTER TABLE retention_hold FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY owner_all ON retention_hold TO {OWNER} USING (true) WITH CHECK (true)",
        f"CREATE POLICY system_all ON retention_hold TO referral_system USING ({is_system}) WITH CHECK ({is_system})",
        f"CREATE POLICY app_reads ON retention_hold FOR SELECT TO referral_app USING ({own})",
        f"CREATE POLICY app_adds ON retention_hold FOR INSERT TO referral_app WITH CHECK ({own})",
        f"CREATE POLICY app_ends ON retention_hold FOR UPDATE TO referral_app USING ({own}) WITH CHECK ({own})",
    ):
        op.execute(statement)


def _tombstones() -> None:
    op.create_table(
        "tombstone",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("record_kind", sa.Text(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("retention_class", sa.String(60), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_tombstone"),
        sa.UniqueConstraint(
            "record_id", "record_kind", "retention_class", name="uq_tombstone_record_id_record_kind_retention_class"
        ),
    )
    for statement in append_only("tombstone"):
        op.execute(statement)
    op.execute(f"REVOKE SELECT, INSERT ON tombstone FROM {', '.join(FACES)}")
    op.execute("GRANT SELECT, INSERT ON tombstone TO referral_system")


def downgrade() -> None:
    for signature in SIGNATURES:
        op.execute(f"DROP FUNCTION {signature}")
    for table in HISTORIES:
        op.execute(GUARD.format(table=table, unless=""))
    op.drop_table("tombstone")
    op.execute("DROP FUNCTION tombstone_is_append_only()")
    op.drop_table("retention_hold")
    op.drop_table("retention_policy")
