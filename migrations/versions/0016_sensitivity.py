"""Sensitivity levels: who is cleared, what a named consent opens, the notice, and minors."""

import sqlalchemy as sa
from alembic import op

from referral.foundation.rls import IS_HIDDEN, IS_OWN_CLIENT, IS_RELEASED, setting

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

FACES = "referral_app, referral_plan, referral_network"
OF_REFERRAL = ("status_change", "contact_attempt", "outcome_evidence", "contradiction")
CLEARED = "(SELECT current_setting('app.l3', true) = 'on')"
NAMED = "(SELECT current_setting('app.named', true) = 'on')"
OPEN_STILL = "(r.ended_at IS NULL OR r.ended_at > now() - interval '90 days')"

SENSITIVE_REFERRALS = f"""
CREATE POLICY sensitive_room ON referral AS RESTRICTIVE TO {FACES} USING (
  level = 1 OR person_id = {setting("person")} OR created_by_user_id = {setting("user")}
  OR is_released(person_id, level) OR is_own_client(person_id)) WITH CHECK (true)
"""
HIDDEN_PERSONS = f"""
CREATE POLICY l3_room ON person AS RESTRICTIVE TO {FACES} USING (
  level < 3 OR id = {setting("person")} OR owner_user_id = {setting("user")} OR is_released(id, 3::smallint))
  WITH CHECK (true)
"""
OLD_HIDDEN_PERSONS = f"""
CREATE POLICY l3_room ON person AS RESTRICTIVE TO {FACES} USING (
  level < 3 OR {CLEARED} OR id = {setting("person")} OR owner_user_id = {setting("user")}) WITH CHECK (true)
"""
RELEASES_ARE_L3 = f"""
CREATE POLICY l3_room ON consent AS RESTRICTIVE FOR SELECT TO {FACES} USING (
  scope <> 'ipv.release' OR recorded_by_user_id = {setting("user")} OR person_id = {setting("person")}
  OR is_own_client(person_id) OR ({CLEARED} AND recipient_organization_id = {setting("org")}))
"""
OLD_RELEASES_ARE_L3 = f"""
CREATE POLICY l3_room ON consent AS RESTRICTIVE FOR SELECT TO {FACES} USING (
  scope <> 'ipv.release' OR {CLEARED} OR recorded_by_user_id = {setting("user")} OR person_id = {setting("person")})
"""
LINKS_TO_RELEASE_ARE_L3 = f"""
CREATE POLICY l3_room ON signed_link AS RESTRICTIVE FOR SELECT TO {FACES} USING (
  arguments ->> 'scope' IS DISTINCT FROM 'ipv.release' OR user_id = {setting("user")}
  OR person_id = {setting("person")})
"""
SENSITIVE_GRANTS = f"""
CREATE POLICY sensitive_room ON access_grant AS RESTRICTIVE FOR SELECT TO {FACES} USING (
  level = 1 OR organization_id = {setting("org")} OR person_id = {setting("person")} OR is_own_client(person_id))
"""
"""That a victim service sees somebody says as much as the record."""

PARTY_TO_NEED = f"""
CREATE POLICY party_reads ON need FOR SELECT TO referral_app USING (
  {NAMED} AND (level = 1 OR is_released(person_id, level)) AND EXISTS (
    SELECT FROM referral r WHERE r.need_id = need.id AND r.receiving_organization_id = {setting("org")}
      AND r.taken_at IS NOT NULL AND {OPEN_STILL}))
"""
NAMED_TO_NEED = """
CREATE POLICY named_reads ON need FOR SELECT TO {role} USING (
  level = 2 AND {condition} is_released(person_id, level))
"""
WITH_NEED = """
CREATE POLICY party_reads ON {table} FOR SELECT TO referral_app, referral_plan USING (
  {named} AND (level = 1 OR is_released(person_id, level))
  AND EXISTS (SELECT FROM need n WHERE n.id = {table}.need_id))
"""
WITH_NEED_ANSWER = f"""
CREATE POLICY party_reads ON answer FOR SELECT TO referral_app, referral_plan USING (
  {NAMED} AND (level = 1 OR is_released(person_id, level))
  AND EXISTS (SELECT FROM need_answer a WHERE a.answer_id = answer.id))
"""
WITH_ANSWER = f"""
CREATE POLICY party_reads ON screening FOR SELECT TO referral_app, referral_plan USING (
  {NAMED} AND EXISTS (SELECT FROM answer a WHERE a.screening_id = screening.id))
"""
PARTIES_READ = ("need", "need_answer", "need_change", "answer", "screening")
ABOUT_PERSONS = ("person_phone", "person_address", "demographic", "coverage", "consent", *PARTIES_READ)
"""Plans and network leads read nothing that hangs on a hidden person; for everybody else `with_person` sees to it."""


def upgrade() -> None:
    _columns()
    _notices()
    op.execute(IS_HIDDEN)
    op.execute(IS_OWN_CLIENT)
    op.execute(IS_RELEASED)
    # Before, a consent to keep or to share with the plan could open what only a named consent may.
    op.execute("UPDATE access_grant SET level = 1 WHERE basis = 'consent' AND scope IN ('record', 'status')")
    for table in ("person", "consent", "referral", *OF_REFERRAL):
        op.execute(f"DROP POLICY l3_room ON {table}")
    for policy in (
        SENSITIVE_REFERRALS,
        HIDDEN_PERSONS,
        RELEASES_ARE_L3,
        LINKS_TO_RELEASE_ARE_L3,
        SENSITIVE_GRANTS,
        PARTY_TO_NEED,
        NAMED_TO_NEED.format(role="referral_app", condition=f"{setting('care')} IS NOT NULL AND"),
        NAMED_TO_NEED.format(role="referral_plan", condition="").replace("named_reads", "named_plan_reads"),
        *(WITH_NEED.format(table=table, named=NAMED) for table in ("need_answer", "need_change")),
        WITH_NEED_ANSWER,
        WITH_ANSWER,
    ):
        op.execute(policy)
    for table in ABOUT_PERSONS:
        op.execute(
            f"CREATE POLICY not_hidden ON {table} AS RESTRICTIVE FOR SELECT TO referral_plan, referral_network"
            f" USING (NOT is_hidden(person_id))"
        )
    for table in OF_REFERRAL:
        op.execute(
            f"CREATE POLICY sensitive_room ON {table} AS RESTRICTIVE TO {FACES} USING (level = 1 OR EXISTS"
            f" (SELECT FROM referral r WHERE r.id = {table}.referral_id)) WITH CHECK (true)"
        )


def _columns() -> None:
    op.add_column(
        "organization", sa.Column("is_part2_program", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.alter_column("organization", "is_part2_program", server_default=None)
    op.add_column("membership", sa.Column("ipv_trained_on", sa.Date()))
    op.add_column("membership", sa.Column("ipv_cleared_until", sa.Date()))
    op.create_check_constraint(
        op.f("ck_membership_cleared_when_trained"),
        "membership",
        "(ipv_trained_on IS NULL) = (ipv_cleared_until IS NULL)",
    )
    op.add_column("consent", sa.Column("minor_topic", sa.String(60)))
    op.add_column("signed_link", sa.Column("reader", sa.String(60), server_default="self", nullable=False))
    op.alter_column("signed_link", "reader", server_default=None)
    op.add_column("referral", sa.Column("release_id", sa.Uuid()))
    op.create_foreign_key("fk_referral_release_id", "referral", "consent", ["release_id"], ["id"])
    op.create_index("ix_referral_release_id", "referral", ["release_id"])


def _notices() -> None:
    op.create_table(
        "notice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(60), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("is_checked", sa.Boolean(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written_by_user_id", sa.Uuid()),
        sa.ForeignKeyConstraint(["written_by_user_id"], ["app_user.id"], name="fk_notice_written_by_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_notice"),
        sa.UniqueConstraint("kind", "version", name="uq_notice_kind_version"),
    )


def downgrade() -> None:
    for table in OF_REFERRAL:
        op.execute(f"DROP POLICY sensitive_room ON {table}")
        op.execute(
            f"CREATE POLICY l3_room ON {table} AS RESTRICTIVE TO {FACES}"
            f" USING (level < 3 OR {CLEARED} OR person_id = {setting('person')}) WITH CHECK (true)"
        )
    for table in PARTIES_READ:
        op.execute(f"DROP POLICY party_reads ON {table}")
    for name in ("named_reads", "named_plan_reads"):
        op.execute(f"DROP POLICY {name} ON need")
    op.execute("DROP POLICY sensitive_room ON access_grant")
    op.execute("DROP POLICY sensitive_room ON referral")
    op.execute(
        f"CREATE POLICY l3_room ON referral AS RESTRICTIVE TO {FACES}"
        f" USING (level < 3 OR {CLEARED} OR person_id = {setting('person')}) WITH CHECK (true)"
    )
    for table in ("person", "consent", "signed_link"):
        op.execute(f"DROP POLICY l3_room ON {table}")
    op.execute(OLD_HIDDEN_PERSONS)
    op.execute(OLD_RELEASES_ARE_L3)
    op.execute("DROP FUNCTION is_released(uuid, smallint)")
    op.execute("DROP FUNCTION is_own_client(uuid)")
    for table in ABOUT_PERSONS:
        op.execute(f"DROP POLICY not_hidden ON {table}")
    op.execute("DROP FUNCTION is_hidden(uuid)")
    op.drop_table("notice")
    op.drop_column("referral", "release_id")
    op.drop_column("signed_link", "reader")
    op.drop_column("consent", "minor_topic")
    op.drop_constraint("ck_membership_cleared_when_trained", "membership")
    op.drop_column("membership", "ipv_cleared_until")
    op.drop_column("membership", "ipv_trained_on")
    op.drop_column("organization", "is_part2_program")
