"""Comments: what the two sides of a referral write to each other; nobody changes one afterwards."""

import sqlalchemy as sa
from alembic import op

from referral.foundation.rls import OWNER, Protection, append_only, setting

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

FACES = "referral_app, referral_plan, referral_network"
PARTIES = {
    "person_id": "person",
    "network_id": "network",
    "sending_organization_id": "organization",
    "receiving_organization_id": "organization",
    "plan_id": "organization",
    "network_lead_id": "organization",
}
PROTECTION = Protection(
    table="comment",
    organization_columns=("sending_organization_id", "receiving_organization_id"),
    level_column="level",
    grant_scopes=("record",),
)
IS_WORD_OF_PARTY = (
    f"{setting('care')} IS NOT NULL OR person_id = {setting('person')} OR EXISTS (SELECT FROM membership m"
    f" WHERE m.user_id = {setting('user')} AND m.organization_id = {setting('org')} AND m.is_active"
    " AND m.roles && ARRAY['cbo_intake', 'cbo_admin']::text[])"
)
"""Whoever only bills for the service is in no conversation about the person."""
IS_NOT_ONLY_RECEIVER = (
    f"receiving_organization_id IS DISTINCT FROM {setting('org')} OR sending_organization_id = {setting('org')}"
)
POLICIES = (
    f"CREATE POLICY between_parties ON comment AS RESTRICTIVE FOR SELECT TO referral_app USING ({IS_WORD_OF_PARTY})",
    "CREATE POLICY not_theirs ON comment AS RESTRICTIVE TO referral_plan, referral_network"
    " USING (false) WITH CHECK (false)",
    f"CREATE POLICY part_is_over ON comment AS RESTRICTIVE FOR SELECT TO referral_app USING ({IS_NOT_ONLY_RECEIVER}"
    " OR EXISTS (SELECT FROM referral r WHERE r.id = comment.referral_id AND r.taken_at IS NOT NULL))",
    "DROP POLICY l3_room ON comment",
    f"CREATE POLICY sensitive_room ON comment AS RESTRICTIVE TO {FACES} USING (level = 1 OR EXISTS"
    " (SELECT FROM referral r WHERE r.id = comment.referral_id)) WITH CHECK (true)",
)

GUARD = (
    "CREATE OR REPLACE FUNCTION comment_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    f" IF current_user = '{OWNER}' AND current_setting('app.retention', true) = TG_TABLE_NAME THEN RETURN NULL; END IF;"
    " RAISE EXCEPTION 'comment is append-only'; END $$"
)
FUNCTION = """
CREATE OR REPLACE FUNCTION {name}(history text, {argument}) RETURNS bigint
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
HISTORIES = ("'status_change'", "'authorization_change'", "'ledger_entry'")
WITH_NOTES = ("'status_change'", "'authorization_change'")


def upgrade() -> None:
    op.create_table(
        "comment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("note", sa.Text()),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.Uuid()),
        sa.Column("by_organization_id", sa.Uuid()),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.Uuid(), nullable=name in ("plan_id", "network_lead_id")) for name in PARTIES),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        _key("by_user_id", "app_user"),
        _key("by_organization_id", "organization"),
        _key("referral_id", "referral"),
        *(_key(name, target) for name, target in PARTIES.items()),
        sa.PrimaryKeyConstraint("id", name="pk_comment"),
    )
    for column in ("referral_id", "person_id"):
        op.create_index(f"ix_comment_{column}", "comment", [column])
    for side in ("sending", "receiving"):
        op.create_index(f"ix_comment_{side}_organization_id_recorded_at", "comment", [f"{side}_organization_id", "recorded_at"])
    for statement in (*PROTECTION.statements(), *append_only("comment"), *POLICIES, GUARD):
        op.execute(statement)
    _histories("'comment'")


def _key(column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=f"fk_comment_{column}")


def _histories(*more: str) -> None:
    """Say which histories the two functions of retention may take something out of."""
    op.execute(
        FUNCTION.format(
            name="retention_delete_history",
            argument="person uuid",
            histories=", ".join((*HISTORIES, *more)),
            statement="DELETE FROM public.%I WHERE person_id = $1",
            value="person",
        )
    )
    op.execute(
        FUNCTION.format(
            name="retention_empty_notes",
            argument="rows_ uuid[]",
            histories=", ".join((*WITH_NOTES, *more)),
            statement="UPDATE public.%I SET note = NULL WHERE id = ANY ($1)",
            value="rows_",
        )
    )


def downgrade() -> None:
    _histories()
    op.drop_table("comment")
    op.execute("DROP FUNCTION comment_is_append_only()")
