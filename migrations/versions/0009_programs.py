"""Programs, enrollments, service authorizations."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from referral.foundation.rls import Protection, append_only

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

PARTIES = {
    "organization_columns": ("delivering_organization_id", "requesting_organization_id"),
    "plan_column": "plan_id",
    "lead_column": "network_lead_id",
    "level_column": "level",
    "grant_scopes": ("record",),
}
PROTECTIONS = (
    Protection(
        table="enrollment",
        organization_columns=("organization_id",),
        plan_column="plan_id",
        level_column="level",
        grant_scopes=("record", "contact"),
    ),
    Protection(table="service_authorization", **PARTIES),
    Protection(table="authorization_change", **PARTIES),
    Protection(table="budget", person_column=None, plan_column="plan_id"),
)


def upgrade() -> None:
    op.create_table(
        "program",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("network_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("is_illustrative", sa.Boolean(), nullable=False),
        sa.Column("notice", sa.Text(), nullable=False),
        sa.Column("document", postgresql.JSONB(), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["network_id"], ["network.id"], name="fk_program_network_id"),
        sa.PrimaryKeyConstraint("id", name="pk_program"),
        sa.UniqueConstraint("network_id", "code", name="uq_program_network_id_code"),
    )
    op.create_table(
        "budget",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("network_id", sa.Uuid(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("allocation", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("preapproved_services", sa.ARRAY(sa.Text()), nullable=False),
        sa.CheckConstraint("allocation >= 0", name=op.f("ck_budget_allocation")),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_budget_dates")),
        sa.ForeignKeyConstraint(["network_id"], ["network.id"], name="fk_budget_network_id"),
        sa.ForeignKeyConstraint(["plan_id"], ["organization.id"], name="fk_budget_plan_id"),
        sa.ForeignKeyConstraint(["program_id"], ["program.id"], name="fk_budget_program_id"),
        sa.PrimaryKeyConstraint("id", name="pk_budget"),
        sa.UniqueConstraint("program_id", "plan_id", "starts_on", name="uq_budget_program_id_plan_id_starts_on"),
    )
    op.create_index("ix_budget_plan_id", "budget", ["plan_id"])
    op.create_table(
        "contract_service",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("service_code", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name="fk_contract_service_contract_id"),
        sa.ForeignKeyConstraint(["program_id"], ["program.id"], name="fk_contract_service_program_id"),
        sa.PrimaryKeyConstraint("id", name="pk_contract_service"),
        sa.UniqueConstraint(
            "contract_id", "program_id", "service_code", name="uq_contract_service_contract_id_program_id_service_code"
        ),
    )
    op.create_index("ix_contract_service_program_id", "contract_service", ["program_id"])
    op.create_table(
        "enrollment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("network_id", sa.Uuid(), nullable=False),
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.String(60), nullable=False),
        sa.Column("criteria", postgresql.JSONB(), nullable=False),
        sa.Column("verdict", sa.String(60), nullable=False),
        sa.Column("findings", postgresql.JSONB(), nullable=False),
        sa.Column("proposed_by_user_id", sa.Uuid()),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_user_id", sa.Uuid()),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.Column("reason", sa.Text()),
        sa.Column("starts_on", sa.Date()),
        sa.Column("ends_on", sa.Date()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(decided_at IS NULL) = (state = 'proposed')", name=op.f("ck_enrollment_decided_at")),
        sa.ForeignKeyConstraint(["decided_by_user_id"], ["app_user.id"], name="fk_enrollment_decided_by_user_id"),
        sa.ForeignKeyConstraint(["network_id"], ["network.id"], name="fk_enrollment_network_id"),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name="fk_enrollment_organization_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_enrollment_person_id"),
        sa.ForeignKeyConstraint(["plan_id"], ["organization.id"], name="fk_enrollment_plan_id"),
        sa.ForeignKeyConstraint(["program_id"], ["program.id"], name="fk_enrollment_program_id"),
        sa.ForeignKeyConstraint(["proposed_by_user_id"], ["app_user.id"], name="fk_enrollment_proposed_by_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_enrollment"),
    )
    op.create_index("ix_enrollment_organization_id", "enrollment", ["organization_id"])
    op.create_index("ix_enrollment_person_id", "enrollment", ["person_id"])
    op.create_index("ix_enrollment_plan_id_state", "enrollment", ["plan_id", "state"])
    op.create_index(
        "uq_enrollment_open",
        "enrollment",
        ["person_id", "program_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('proposed', 'enrolled')"),
    )
    op.create_table(
        "program_service",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("variant", sa.Text()),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("need_category", sa.String(60), nullable=False),
        sa.Column("is_sensitive", sa.Boolean(), nullable=False),
        sa.Column("starts_on", sa.Date()),
        sa.ForeignKeyConstraint(["program_id"], ["program.id"], name="fk_program_service_program_id"),
        sa.PrimaryKeyConstraint("id", name="pk_program_service"),
        sa.UniqueConstraint(
            "program_id",
            "code",
            "variant",
            name=op.f("uq_program_service_program_id_code_variant"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index("ix_program_service_program_id_need_category", "program_service", ["program_id", "need_category"])
    op.create_table(
        "service_authorization",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("network_id", sa.Uuid(), nullable=False),
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("enrollment_id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("coverage_id", sa.Uuid()),
        sa.Column("requesting_organization_id", sa.Uuid(), nullable=False),
        sa.Column("delivering_organization_id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("network_lead_id", sa.Uuid()),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("service_code", sa.Text(), nullable=False),
        sa.Column("variant", sa.Text()),
        sa.Column("state", sa.String(60), nullable=False),
        sa.Column("is_urgent", sa.Boolean(), nullable=False),
        sa.Column("is_auto_approved", sa.Boolean(), nullable=False),
        sa.Column("is_info_requested", sa.Boolean(), nullable=False),
        sa.Column("is_suggestion", sa.Boolean(), nullable=False),
        sa.Column("requested_units", sa.Numeric(precision=12, scale=2)),
        sa.Column("requested_amount", sa.Numeric(precision=12, scale=2)),
        sa.Column("requested_starts_on", sa.Date(), nullable=False),
        sa.Column("requested_ends_on", sa.Date(), nullable=False),
        sa.Column("approved_units", sa.Numeric(precision=12, scale=2)),
        sa.Column("approved_amount", sa.Numeric(precision=12, scale=2)),
        sa.Column("approved_starts_on", sa.Date()),
        sa.Column("approved_ends_on", sa.Date()),
        sa.Column("unit_price", sa.Numeric(precision=12, scale=4)),
        sa.Column("cancelled_from", sa.Date()),
        sa.Column("requested_by_user_id", sa.Uuid()),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_user_id", sa.Uuid()),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.Column("reason_code", sa.Text()),
        sa.Column("note", sa.Text()),
        sa.Column("payer_number", sa.Text()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state <> 'approved' OR approved_starts_on IS NOT NULL",
            name=op.f("ck_service_authorization_approval_has_dates"),
        ),
        sa.CheckConstraint(
            "approved_ends_on >= approved_starts_on", name=op.f("ck_service_authorization_approved_dates")
        ),
        sa.CheckConstraint(
            "approved_units >= 0 AND approved_amount >= 0", name=op.f("ck_service_authorization_approved_limits")
        ),
        sa.CheckConstraint(
            "requested_ends_on >= requested_starts_on", name=op.f("ck_service_authorization_requested_dates")
        ),
        sa.ForeignKeyConstraint(["coverage_id"], ["coverage.id"], name="fk_service_authorization_coverage_id"),
        sa.ForeignKeyConstraint(
            ["decided_by_user_id"], ["app_user.id"], name="fk_service_authorization_decided_by_user_id"
        ),
        sa.ForeignKeyConstraint(
            ["delivering_organization_id"],
            ["organization.id"],
            name="fk_service_authorization_delivering_organization_id",
        ),
        sa.ForeignKeyConstraint(["enrollment_id"], ["enrollment.id"], name="fk_service_authorization_enrollment_id"),
        sa.ForeignKeyConstraint(["network_id"], ["network.id"], name="fk_service_authorization_network_id"),
        sa.ForeignKeyConstraint(
            ["network_lead_id"], ["organization.id"], name="fk_service_authorization_network_lead_id"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_service_authorization_person_id"),
        sa.ForeignKeyConstraint(["plan_id"], ["organization.id"], name="fk_service_authorization_plan_id"),
        sa.ForeignKeyConstraint(["program_id"], ["program.id"], name="fk_service_authorization_program_id"),
        sa.ForeignKeyConstraint(["referral_id"], ["referral.id"], name="fk_service_authorization_referral_id"),
        sa.ForeignKeyConstraint(
            ["requested_by_user_id"], ["app_user.id"], name="fk_service_authorization_requested_by_user_id"
        ),
        sa.ForeignKeyConstraint(
            ["requesting_organization_id"],
            ["organization.id"],
            name="fk_service_authorization_requesting_organization_id",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_service_authorization"),
        sa.UniqueConstraint("number", name="uq_service_authorization_number"),
    )
    op.create_index(
        "ix_service_authorization_delivering_organization_id_state",
        "service_authorization",
        ["delivering_organization_id", "state"],
    )
    op.create_index("ix_service_authorization_enrollment_id", "service_authorization", ["enrollment_id"])
    op.create_index("ix_service_authorization_network_lead_id", "service_authorization", ["network_lead_id"])
    op.create_index("ix_service_authorization_person_id", "service_authorization", ["person_id"])
    op.create_index(
        "ix_service_authorization_plan_id_state_requested_at",
        "service_authorization",
        ["plan_id", "state", "requested_at"],
    )
    op.create_index("ix_service_authorization_referral_id", "service_authorization", ["referral_id"])
    op.create_index(
        "ix_service_authorization_requesting_organization_id_state",
        "service_authorization",
        ["requesting_organization_id", "state"],
    )
    op.create_table(
        "authorization_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("service_authorization_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("network_id", sa.Uuid(), nullable=False),
        sa.Column("requesting_organization_id", sa.Uuid(), nullable=False),
        sa.Column("delivering_organization_id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("network_lead_id", sa.Uuid()),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("action", sa.String(60), nullable=False),
        sa.Column("from_state", sa.String(60)),
        sa.Column("to_state", sa.String(60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.Uuid()),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("reason_code", sa.Text()),
        sa.Column("note", sa.Text()),
        sa.ForeignKeyConstraint(["by_user_id"], ["app_user.id"], name="fk_authorization_change_by_user_id"),
        sa.ForeignKeyConstraint(
            ["delivering_organization_id"],
            ["organization.id"],
            name="fk_authorization_change_delivering_organization_id",
        ),
        sa.ForeignKeyConstraint(["network_id"], ["network.id"], name="fk_authorization_change_network_id"),
        sa.ForeignKeyConstraint(
            ["network_lead_id"], ["organization.id"], name="fk_authorization_change_network_lead_id"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_authorization_change_person_id"),
        sa.ForeignKeyConstraint(["plan_id"], ["organization.id"], name="fk_authorization_change_plan_id"),
        sa.ForeignKeyConstraint(
            ["requesting_organization_id"],
            ["organization.id"],
            name="fk_authorization_change_requesting_organization_id",
        ),
        sa.ForeignKeyConstraint(
            ["service_authorization_id"],
            ["service_authorization.id"],
            name="fk_authorization_change_service_authorization_id",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_authorization_change"),
    )
    op.create_index("ix_authorization_change_person_id", "authorization_change", ["person_id"])
    op.create_index(
        "ix_authorization_change_service_authorization_id", "authorization_change", ["service_authorization_id"]
    )

    for protection in PROTECTIONS:
        for statement in protection.statements():
            op.execute(statement)
    for statement in append_only("authorization_change"):
        op.execute(statement)


def downgrade() -> None:
    for table in (
        "authorization_change",
        "service_authorization",
        "enrollment",
        "budget",
        "contract_service",
        "program_service",
        "program",
    ):
        op.drop_table(table)
    op.execute("DROP FUNCTION authorization_change_is_append_only()")
