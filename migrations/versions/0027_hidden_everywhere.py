"""Whoever asked not to be found is found by no enrollment, authorization or text either."""

from alembic import op

from referral.foundation.rls import setting

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

FACES = "referral_app, referral_plan, referral_network"
UNRELEASED = "NOT public.is_released(p.id, 3::smallint)"
UNCLEARED = "coalesce(current_setting('app.l3', true), '') <> 'on'"
HIDDEN_FROM_ASKER = f"""
CREATE OR REPLACE FUNCTION is_hidden_from_asker(person uuid) RETURNS boolean
  LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = '' AS $$
  SELECT EXISTS (
    SELECT FROM public.person p
    WHERE p.id = person AND p.level = 3 AND {{condition}}
      AND p.id IS DISTINCT FROM {setting("person")} AND p.owner_user_id IS DISTINCT FROM {setting("user")}) $$
"""
"""A clearance alone opens nobody: a release has to name the organization."""

ABOUT_A_PERSON = ("enrollment", "service_authorization", "authorization_change", "question", "message")
"""Money is decided and paid for whole invoices, so its rows stay; the questions leave out who is not to be found."""


def upgrade() -> None:
    op.execute(HIDDEN_FROM_ASKER.format(condition=UNRELEASED))
    for table in ABOUT_A_PERSON:
        op.execute(
            f"CREATE POLICY not_hidden ON {table} AS RESTRICTIVE FOR SELECT TO {FACES}"
            f" USING (NOT is_hidden_from_asker(person_id))"
        )


def downgrade() -> None:
    for table in ABOUT_A_PERSON:
        op.execute(f"DROP POLICY not_hidden ON {table}")
    op.execute(HIDDEN_FROM_ASKER.format(condition=UNCLEARED))
