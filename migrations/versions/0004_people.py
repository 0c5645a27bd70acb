"""People: who they are, how to reach them, what they told us and what they allow."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from referral.foundation.rls import Protection, setting

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

CONTACT = ("record", "contact")
ANY_SCOPE = ("record", "contact", "minimum", "status", "billing")

PROTECTIONS = (
    Protection(
        table="person",
        person_column="id",
        creator_columns=("intake_organization_id",),
        level_column="level",
        asker_column="owner_user_id",
        grant_scopes=ANY_SCOPE,
    ),
    Protection(table="person_phone", grant_scopes=CONTACT),
    Protection(table="person_address", grant_scopes=CONTACT),
    Protection(table="demographic", grant_scopes=("record",)),
    Protection(table="coverage", grant_scopes=("record", "billing"), plan_column="plan_id"),
    Protection(table="signed_link", organization_columns=("organization_id",), grant_scopes=("record",)),
    Protection(
        table="consent",
        organization_columns=("recipient_organization_id",),
        creator_columns=("recorded_by_organization_id",),
        grant_scopes=("record", "contact", "status", "billing"),
    ),
)

# Whoever may not see a hidden person may not see what hangs on that person either.
WITH_PERSON_ONLY = ("person_phone", "person_address", "demographic", "coverage", "consent", "signed_link")

RELEASES_ARE_L3 = f"""
CREATE POLICY l3_room ON consent AS RESTRICTIVE FOR SELECT TO referral_app, referral_plan, referral_network
USING (scope <> 'ipv.release' OR (SELECT current_setting('app.l3', true) = 'on')
       OR recorded_by_user_id = {setting("user")} OR person_id = {setting("person")})
"""


def upgrade() -> None:
    op.create_table(
        "person",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("network_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("given_name", sa.Text(), nullable=False),
        sa.Column("family_name", sa.Text(), nullable=False),
        sa.Column("suffix", sa.Text()),
        sa.Column("called", sa.Text()),
        sa.Column("folded_name", sa.Text(), nullable=False),
        sa.Column("folded_family_name", sa.Text(), nullable=False),
        sa.Column("family_name_sound", sa.Text(), nullable=False),
        sa.Column("birth_on", sa.Date()),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("written_language", sa.Text()),
        sa.Column("needs_interpreter", sa.Boolean()),
        sa.Column("household_size", sa.Integer()),
        sa.Column("email", sa.Text()),
        sa.Column("contact_preference", sa.String(60)),
        sa.Column("can_text", sa.Boolean()),
        sa.Column("can_leave_message", sa.Boolean()),
        sa.Column("safe_channels", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("safe_weekdays", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("safe_from", sa.Time()),
        sa.Column("safe_until", sa.Time()),
        sa.Column("safe_note", sa.LargeBinary()),
        sa.Column("safe_confirmed_at", sa.DateTime(timezone=True)),
        sa.Column("time_zone", sa.Text()),
        sa.Column("is_hidden", sa.Boolean(), nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("intake_organization_id", sa.Uuid(), nullable=False),
        sa.Column("owner_user_id", sa.Uuid()),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("household_size BETWEEN 1 AND 50", name=op.f("ck_person_household_size")),
        sa.CheckConstraint("is_hidden = (level = 3)", name=op.f("ck_person_hidden_is_l3")),
        sa.ForeignKeyConstraint(
            ["intake_organization_id"], ["organization.id"], name="fk_person_intake_organization_id"
        ),
        sa.ForeignKeyConstraint(["network_id"], ["network.id"], name="fk_person_network_id"),
        sa.ForeignKeyConstraint(["owner_user_id"], ["app_user.id"], name="fk_person_owner_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
        sa.UniqueConstraint("number", name="uq_person_number"),
    )
    for column in ("folded_name", "folded_family_name"):
        op.create_index(
            f"ix_person_network_id_{column}",
            "person",
            ["network_id", column],
            postgresql_ops={column: "text_pattern_ops"},
        )
    op.create_index("ix_person_intake_organization_id", "person", ["intake_organization_id"])
    op.create_index("ix_person_network_id_birth_on", "person", ["network_id", "birth_on"])
    op.create_index("ix_person_network_id_family_name_sound", "person", ["network_id", "family_name_sound"])
    op.create_index("ix_person_owner_user_id", "person", ["owner_user_id"])
    op.create_table(
        "coverage",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("network_id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date()),
        sa.Column("source", sa.String(60), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_coverage_dates")),
        sa.ForeignKeyConstraint(["network_id"], ["network.id"], name="fk_coverage_network_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_coverage_person_id"),
        sa.ForeignKeyConstraint(["plan_id"], ["organization.id"], name="fk_coverage_plan_id"),
        sa.PrimaryKeyConstraint("id", name="pk_coverage"),
    )
    op.create_index("ix_coverage_member_id", "coverage", ["member_id"])
    op.create_index("ix_coverage_person_id", "coverage", ["person_id"])
    op.create_index("ix_coverage_plan_id_member_id", "coverage", ["plan_id", "member_id"])
    op.create_table(
        "demographic",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("network_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(60), nullable=False),
        sa.Column("state", sa.String(60), nullable=False),
        sa.Column("values", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("detail", sa.Text()),
        sa.Column("source", sa.String(60), nullable=False),
        sa.Column("observed_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_user_id", sa.Uuid()),
        sa.ForeignKeyConstraint(["network_id"], ["network.id"], name="fk_demographic_network_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_demographic_person_id"),
        sa.ForeignKeyConstraint(["recorded_by_user_id"], ["app_user.id"], name="fk_demographic_recorded_by_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_demographic"),
    )
    op.create_index("ix_demographic_person_id_kind", "demographic", ["person_id", "kind"])
    op.create_table(
        "person_address",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("network_id", sa.Uuid(), nullable=False),
        sa.Column("line_1", sa.Text()),
        sa.Column("line_2", sa.Text()),
        sa.Column("city", sa.Text()),
        sa.Column("state", sa.Text()),
        sa.Column("postal_code", sa.Text()),
        sa.Column("county", sa.Text()),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["network_id"], ["network.id"], name="fk_person_address_network_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_person_address_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_person_address"),
    )
    op.create_index("ix_person_address_person_id", "person_address", ["person_id"])
    op.create_table(
        "person_phone",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("network_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("use", sa.String(60), nullable=False),
        sa.Column("is_primary", sa.Boolean(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["network_id"], ["network.id"], name="fk_person_phone_network_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_person_phone_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_person_phone"),
    )
    op.create_index("ix_person_phone_number", "person_phone", ["number"])
    op.create_index("ix_person_phone_person_id", "person_phone", ["person_id"])
    op.create_index(
        "uq_person_phone_primary",
        "person_phone",
        ["person_id"],
        unique=True,
        postgresql_where=sa.text("is_primary AND ended_at IS NULL"),
    )
    op.create_table(
        "signed_link",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("network_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.String(60), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("arguments", postgresql.JSONB(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid()),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failed_tries", sa.Integer(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["network_id"], ["network.id"], name="fk_signed_link_network_id"),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name="fk_signed_link_organization_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_signed_link_person_id"),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name="fk_signed_link_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_signed_link"),
        sa.UniqueConstraint("token_hash", name="uq_signed_link_token_hash"),
    )
    op.create_index("ix_signed_link_organization_id", "signed_link", ["organization_id"])
    op.create_index("ix_signed_link_person_id", "signed_link", ["person_id"])
    op.create_table(
        "consent",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("network_id", sa.Uuid(), nullable=False),
        sa.Column("scope", sa.String(60), nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("recipient_organization_id", sa.Uuid()),
        sa.Column("domains", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("shares_content", sa.Boolean(), nullable=False),
        sa.Column("method", sa.String(60), nullable=False),
        sa.Column("given_by", sa.String(60), nullable=False),
        sa.Column("proxy_name", sa.Text()),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("script_version", sa.Text(), nullable=False),
        sa.Column("witness", sa.Text()),
        sa.Column("paper_reference", sa.Text()),
        sa.Column("signature", sa.Text()),
        sa.Column("signed_link_id", sa.Uuid()),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date()),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_user_id", sa.Uuid()),
        sa.Column("recorded_by_organization_id", sa.Uuid()),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
        sa.Column("revoked_by", sa.Text()),
        sa.CheckConstraint("given_by = 'self' OR proxy_name IS NOT NULL", name=op.f("ck_consent_proxy_is_named")),
        sa.CheckConstraint(
            "method <> 'electronic' OR signature IS NOT NULL", name=op.f("ck_consent_electronic_is_signed")
        ),
        sa.CheckConstraint("method <> 'verbal' OR witness IS NOT NULL", name=op.f("ck_consent_voice_is_witnessed")),
        sa.CheckConstraint("method <> 'written' OR paper_reference IS NOT NULL", name=op.f("ck_consent_paper_is_kept")),
        sa.CheckConstraint("(revoked_at IS NULL) = (revoked_by IS NULL)", name=op.f("ck_consent_revoked_at_and_by")),
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_consent_dates")),
        sa.ForeignKeyConstraint(["network_id"], ["network.id"], name="fk_consent_network_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_consent_person_id"),
        sa.ForeignKeyConstraint(
            ["recipient_organization_id"], ["organization.id"], name="fk_consent_recipient_organization_id"
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_organization_id"], ["organization.id"], name="fk_consent_recorded_by_organization_id"
        ),
        sa.ForeignKeyConstraint(["recorded_by_user_id"], ["app_user.id"], name="fk_consent_recorded_by_user_id"),
        sa.ForeignKeyConstraint(["signed_link_id"], ["signed_link.id"], name="fk_consent_signed_link_id"),
        sa.PrimaryKeyConstraint("id", name="pk_consent"),
    )
    op.create_index("ix_consent_person_id", "consent", ["person_id"])
    op.create_index(
        "ix_consent_person_id_scope", "consent", ["person_id", "scope"], postgresql_where=sa.text("revoked_at IS NULL")
    )
    op.create_index("ix_consent_recipient_organization_id", "consent", ["recipient_organization_id"])
    op.create_foreign_key("fk_access_grant_person_id", "access_grant", "person", ["person_id"], ["id"])
    for protection in PROTECTIONS:
        for statement in protection.statements():
            op.execute(statement)
    for table in WITH_PERSON_ONLY:
        op.execute(
            f"CREATE POLICY with_person ON {table} AS RESTRICTIVE FOR SELECT TO referral_app"
            f" USING (EXISTS (SELECT FROM person p WHERE p.id = {table}.person_id))"
        )
    op.execute(RELEASES_ARE_L3)


def downgrade() -> None:
    op.drop_constraint("fk_access_grant_person_id", "access_grant", type_="foreignkey")
    for table in ("consent", "signed_link", "person_phone", "person_address", "demographic", "coverage", "person"):
        op.drop_table(table)
