"""Fee schedules, deliveries, invoices, payments, and the ledger."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from referral.foundation.rls import Protection, append_only

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

PARTIES = {
    "organization_columns": ("organization_id",),
    "plan_column": "plan_id",
    "lead_column": "network_lead_id",
}
ABOUT_A_PERSON = PARTIES | {"level_column": "level", "grant_scopes": ("record",)}
PROTECTIONS = (
    Protection(table="delivery", **ABOUT_A_PERSON),
    Protection(table="invoice_line", **ABOUT_A_PERSON),
    Protection(table="ledger_entry", **ABOUT_A_PERSON),
    Protection(table="invoice", person_column=None, **PARTIES),
    Protection(table="invoice_change", person_column=None, **PARTIES),
    Protection(table="payment", person_column=None, **PARTIES),
)


def upgrade() -> None:
    op.create_table(
        "fee_schedule",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("is_illustrative", sa.Boolean(), nullable=False),
        sa.Column("notice", sa.Text(), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["program_id"], ["program.id"], name="fk_fee_schedule_program_id"),
        sa.PrimaryKeyConstraint("id", name="pk_fee_schedule"),
    )
    op.create_index("ix_fee_schedule_program_id", "fee_schedule", ["program_id"])
    op.create_table(
        "invoice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("network_id", sa.Uuid(), nullable=False),
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("network_lead_id", sa.Uuid(), nullable=False),
        sa.Column("month_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(60), nullable=False),
        sa.Column("is_pended", sa.Boolean(), nullable=False),
        sa.Column("payer_status", sa.Text()),
        sa.Column("frequency", sa.String(60), nullable=False),
        sa.Column("replaces_invoice_id", sa.Uuid()),
        sa.Column("billed_amount", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("approved_amount", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("paid_amount", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True)),
        sa.Column("submitted_by_user_id", sa.Uuid()),
        sa.Column("lead_decided_at", sa.DateTime(timezone=True)),
        sa.Column("lead_decided_by_user_id", sa.Uuid()),
        sa.Column("lead_decided_by_organization_id", sa.Uuid()),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.Column("decided_by_user_id", sa.Uuid()),
        sa.Column("return_reason", sa.Text()),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(frequency = '1') = (replaces_invoice_id IS NULL)", name=op.f("ck_invoice_replaces")),
        sa.CheckConstraint(
            "paid_amount <= approved_amount OR frequency <> '1'", name=op.f("ck_invoice_never_overpaid")
        ),
        sa.CheckConstraint(
            "(submitted_at IS NULL) = (submitted_by_user_id IS NULL)", name=op.f("ck_invoice_submitted_at_and_by")
        ),
        sa.ForeignKeyConstraint(["decided_by_user_id"], ["app_user.id"], name="fk_invoice_decided_by_user_id"),
        sa.ForeignKeyConstraint(
            ["lead_decided_by_organization_id"], ["organization.id"], name="fk_invoice_lead_decided_by_organization_id"
        ),
        sa.ForeignKeyConstraint(
            ["lead_decided_by_user_id"], ["app_user.id"], name="fk_invoice_lead_decided_by_user_id"
        ),
        sa.ForeignKeyConstraint(["network_id"], ["network.id"], name="fk_invoice_network_id"),
        sa.ForeignKeyConstraint(["network_lead_id"], ["organization.id"], name="fk_invoice_network_lead_id"),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name="fk_invoice_organization_id"),
        sa.ForeignKeyConstraint(["plan_id"], ["organization.id"], name="fk_invoice_plan_id"),
        sa.ForeignKeyConstraint(["program_id"], ["program.id"], name="fk_invoice_program_id"),
        sa.ForeignKeyConstraint(["replaces_invoice_id"], ["invoice.id"], name="fk_invoice_replaces_invoice_id"),
        sa.ForeignKeyConstraint(["submitted_by_user_id"], ["app_user.id"], name="fk_invoice_submitted_by_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_invoice"),
        sa.UniqueConstraint("number", name="uq_invoice_number"),
    )
    op.create_index("ix_invoice_network_lead_id_state", "invoice", ["network_lead_id", "state"])
    op.create_index("ix_invoice_organization_id_state", "invoice", ["organization_id", "state"])
    op.create_index("ix_invoice_plan_id_state", "invoice", ["plan_id", "state"])
    op.create_index("ix_invoice_replaces_invoice_id", "invoice", ["replaces_invoice_id"])
    op.create_table(
        "fee_row",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("fee_schedule_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("service_code", sa.Text(), nullable=False),
        sa.Column("variant", sa.Text()),
        sa.Column("service_name", sa.Text(), nullable=False),
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("pricing", sa.String(60), nullable=False),
        sa.Column("price", sa.Numeric(precision=12, scale=4)),
        sa.Column("cap_per", sa.String(60)),
        sa.Column("cap_amount", sa.Numeric(precision=12, scale=2)),
        sa.Column("cap_percent_of_fmr", sa.Numeric(precision=12, scale=2)),
        sa.Column("is_cap_pooled", sa.Boolean(), nullable=False),
        sa.Column("evidence", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("max_units_per_day", sa.Numeric(precision=12, scale=2)),
        sa.Column("is_once_per_lifetime", sa.Boolean(), nullable=False),
        sa.Column("milestone_phase", sa.Text()),
        sa.Column("milestone_classes", sa.Integer()),
        sa.Column("effective_from", sa.Date()),
        sa.Column("effective_to", sa.Date()),
        sa.Column("status", sa.String(60), nullable=False),
        sa.Column("is_sensitive", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text()),
        sa.Column("source", sa.Text()),
        sa.CheckConstraint(
            "(milestone_phase IS NULL) = (milestone_classes IS NULL)", name=op.f("ck_fee_row_milestone")
        ),
        sa.CheckConstraint("effective_to IS NULL OR effective_to >= effective_from", name=op.f("ck_fee_row_dates")),
        sa.CheckConstraint("price >= 0 AND cap_amount >= 0", name=op.f("ck_fee_row_amounts")),
        sa.ForeignKeyConstraint(["fee_schedule_id"], ["fee_schedule.id"], name="fk_fee_row_fee_schedule_id"),
        sa.PrimaryKeyConstraint("id", name="pk_fee_row"),
    )
    op.create_index(
        "ix_fee_row_fee_schedule_id_service_code_variant", "fee_row", ["fee_schedule_id", "service_code", "variant"]
    )
    op.create_table(
        "invoice_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("network_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("network_lead_id", sa.Uuid(), nullable=False),
        sa.Column("action", sa.String(60), nullable=False),
        sa.Column("from_state", sa.String(60)),
        sa.Column("to_state", sa.String(60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.Uuid()),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.ForeignKeyConstraint(["by_user_id"], ["app_user.id"], name="fk_invoice_change_by_user_id"),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoice.id"], name="fk_invoice_change_invoice_id"),
        sa.ForeignKeyConstraint(["network_id"], ["network.id"], name="fk_invoice_change_network_id"),
        sa.ForeignKeyConstraint(["network_lead_id"], ["organization.id"], name="fk_invoice_change_network_lead_id"),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name="fk_invoice_change_organization_id"),
        sa.ForeignKeyConstraint(["plan_id"], ["organization.id"], name="fk_invoice_change_plan_id"),
        sa.PrimaryKeyConstraint("id", name="pk_invoice_change"),
    )
    op.create_index("ix_invoice_change_invoice_id", "invoice_change", ["invoice_id"])
    op.create_table(
        "payment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("network_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("network_lead_id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("recorded_by_user_id", sa.Uuid()),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_payment_amount")),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoice.id"], name="fk_payment_invoice_id"),
        sa.ForeignKeyConstraint(["network_id"], ["network.id"], name="fk_payment_network_id"),
        sa.ForeignKeyConstraint(["network_lead_id"], ["organization.id"], name="fk_payment_network_lead_id"),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name="fk_payment_organization_id"),
        sa.ForeignKeyConstraint(["plan_id"], ["organization.id"], name="fk_payment_plan_id"),
        sa.ForeignKeyConstraint(["recorded_by_user_id"], ["app_user.id"], name="fk_payment_recorded_by_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_payment"),
        sa.UniqueConstraint("plan_id", "reference", "invoice_id", name="uq_payment_plan_id_reference_invoice_id"),
    )
    op.create_index("ix_payment_invoice_id", "payment", ["invoice_id"])
    op.create_index("ix_payment_organization_id_paid_on", "payment", ["organization_id", "paid_on"])
    op.create_table(
        "delivery",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("network_id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid()),
        sa.Column("network_lead_id", sa.Uuid()),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("service_authorization_id", sa.Uuid()),
        sa.Column("service_code", sa.Text()),
        sa.Column("variant", sa.Text()),
        sa.Column("delivered_on", sa.Date(), nullable=False),
        sa.Column("through_on", sa.Date()),
        sa.Column("discharged_on", sa.Date()),
        sa.Column("units", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("minutes", sa.Integer()),
        sa.Column("cost", sa.Numeric(precision=12, scale=2)),
        sa.Column("evidence", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("recorded_by_user_id", sa.Uuid()),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("voided_at", sa.DateTime(timezone=True)),
        sa.Column("voided_by_user_id", sa.Uuid()),
        sa.CheckConstraint(
            "(service_code IS NULL) = (service_authorization_id IS NULL)",
            name=op.f("ck_delivery_paid_has_authorization"),
        ),
        sa.CheckConstraint(
            "(voided_at IS NULL) = (voided_by_user_id IS NULL)", name=op.f("ck_delivery_voided_at_and_by")
        ),
        sa.CheckConstraint(
            "discharged_on IS NULL OR discharged_on >= delivered_on", name=op.f("ck_delivery_discharged")
        ),
        sa.CheckConstraint("through_on IS NULL OR through_on >= delivered_on", name=op.f("ck_delivery_through")),
        sa.CheckConstraint("units > 0 AND minutes >= 0 AND cost >= 0", name=op.f("ck_delivery_amounts")),
        sa.ForeignKeyConstraint(["network_id"], ["network.id"], name="fk_delivery_network_id"),
        sa.ForeignKeyConstraint(["network_lead_id"], ["organization.id"], name="fk_delivery_network_lead_id"),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name="fk_delivery_organization_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_delivery_person_id"),
        sa.ForeignKeyConstraint(["plan_id"], ["organization.id"], name="fk_delivery_plan_id"),
        sa.ForeignKeyConstraint(["recorded_by_user_id"], ["app_user.id"], name="fk_delivery_recorded_by_user_id"),
        sa.ForeignKeyConstraint(["referral_id"], ["referral.id"], name="fk_delivery_referral_id"),
        sa.ForeignKeyConstraint(
            ["service_authorization_id"], ["service_authorization.id"], name="fk_delivery_service_authorization_id"
        ),
        sa.ForeignKeyConstraint(["voided_by_user_id"], ["app_user.id"], name="fk_delivery_voided_by_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_delivery"),
    )
    op.create_index("ix_delivery_network_lead_id", "delivery", ["network_lead_id"])
    op.create_index("ix_delivery_organization_id_delivered_on", "delivery", ["organization_id", "delivered_on"])
    op.create_index("ix_delivery_person_id", "delivery", ["person_id"])
    op.create_index("ix_delivery_plan_id", "delivery", ["plan_id"])
    op.create_index("ix_delivery_referral_id", "delivery", ["referral_id"])
    op.create_index("ix_delivery_service_authorization_id", "delivery", ["service_authorization_id"])
    op.create_table(
        "invoice_line",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("network_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("network_lead_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("service_authorization_id", sa.Uuid(), nullable=False),
        sa.Column("fee_row_id", sa.Uuid()),
        sa.Column("service_code", sa.Text(), nullable=False),
        sa.Column("variant", sa.Text()),
        sa.Column("served_on", sa.Date(), nullable=False),
        sa.Column("through_on", sa.Date()),
        sa.Column("discharged_on", sa.Date()),
        sa.Column("units", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("minutes", sa.Integer()),
        sa.Column("billed", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("state", sa.String(60), nullable=False),
        sa.Column("outcome", sa.String(60)),
        sa.Column("approved_units", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("approved_amount", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("paid_amount", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("reasons", postgresql.JSONB(), nullable=False),
        sa.CheckConstraint(
            "billed >= 0 AND approved_amount >= 0 AND paid_amount >= 0", name=op.f("ck_invoice_line_amounts")
        ),
        sa.CheckConstraint(
            "paid_amount <= approved_amount AND approved_amount <= billed",
            name=op.f("ck_invoice_line_never_above_billed"),
        ),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name="fk_invoice_line_delivery_id"),
        sa.ForeignKeyConstraint(["fee_row_id"], ["fee_row.id"], name="fk_invoice_line_fee_row_id"),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoice.id"], name="fk_invoice_line_invoice_id"),
        sa.ForeignKeyConstraint(["network_id"], ["network.id"], name="fk_invoice_line_network_id"),
        sa.ForeignKeyConstraint(["network_lead_id"], ["organization.id"], name="fk_invoice_line_network_lead_id"),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name="fk_invoice_line_organization_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_invoice_line_person_id"),
        sa.ForeignKeyConstraint(["plan_id"], ["organization.id"], name="fk_invoice_line_plan_id"),
        sa.ForeignKeyConstraint(["referral_id"], ["referral.id"], name="fk_invoice_line_referral_id"),
        sa.ForeignKeyConstraint(
            ["service_authorization_id"], ["service_authorization.id"], name="fk_invoice_line_service_authorization_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_invoice_line"),
        sa.UniqueConstraint("invoice_id", "number", name="uq_invoice_line_invoice_id_number"),
    )
    op.create_index("ix_invoice_line_delivery_id", "invoice_line", ["delivery_id"])
    op.create_index("ix_invoice_line_fee_row_id", "invoice_line", ["fee_row_id"])
    op.create_index("ix_invoice_line_network_lead_id", "invoice_line", ["network_lead_id"])
    op.create_index("ix_invoice_line_organization_id_served_on", "invoice_line", ["organization_id", "served_on"])
    op.create_index("ix_invoice_line_person_id_service_code", "invoice_line", ["person_id", "service_code"])
    op.create_index("ix_invoice_line_plan_id_served_on", "invoice_line", ["plan_id", "served_on"])
    op.create_index("ix_invoice_line_referral_id", "invoice_line", ["referral_id"])
    op.create_index("ix_invoice_line_service_authorization_id", "invoice_line", ["service_authorization_id"])
    op.create_index(
        "uq_invoice_line_delivery",
        "invoice_line",
        ["delivery_id"],
        unique=True,
        postgresql_where=sa.text("state NOT IN ('removed', 'reversed')"),
    )
    op.create_table(
        "ledger_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("invoice_line_id", sa.Uuid(), nullable=False),
        sa.Column("service_authorization_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("network_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("network_lead_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("kind", sa.String(60), nullable=False),
        sa.Column("amount", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("payment_id", sa.Uuid()),
        sa.Column("reverses_id", sa.Uuid()),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_user_id", sa.Uuid()),
        sa.CheckConstraint("(kind = 'reversed') = (reverses_id IS NOT NULL)", name=op.f("ck_ledger_entry_reverses")),
        sa.ForeignKeyConstraint(["created_by_user_id"], ["app_user.id"], name="fk_ledger_entry_created_by_user_id"),
        sa.ForeignKeyConstraint(["invoice_line_id"], ["invoice_line.id"], name="fk_ledger_entry_invoice_line_id"),
        sa.ForeignKeyConstraint(["network_id"], ["network.id"], name="fk_ledger_entry_network_id"),
        sa.ForeignKeyConstraint(["network_lead_id"], ["organization.id"], name="fk_ledger_entry_network_lead_id"),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name="fk_ledger_entry_organization_id"),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name="fk_ledger_entry_payment_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_ledger_entry_person_id"),
        sa.ForeignKeyConstraint(["plan_id"], ["organization.id"], name="fk_ledger_entry_plan_id"),
        sa.ForeignKeyConstraint(["reverses_id"], ["ledger_entry.id"], name="fk_ledger_entry_reverses_id"),
        sa.ForeignKeyConstraint(
            ["service_authorization_id"], ["service_authorization.id"], name="fk_ledger_entry_service_authorization_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_ledger_entry"),
        sa.UniqueConstraint("reverses_id", name="uq_ledger_entry_reverses_id"),
    )
    op.create_index("ix_ledger_entry_invoice_line_id", "ledger_entry", ["invoice_line_id"])
    op.create_index("ix_ledger_entry_organization_id", "ledger_entry", ["organization_id"])
    op.create_index("ix_ledger_entry_payment_id", "ledger_entry", ["payment_id"])
    op.create_index("ix_ledger_entry_person_id", "ledger_entry", ["person_id"])
    op.create_index("ix_ledger_entry_plan_id", "ledger_entry", ["plan_id"])
    op.create_index("ix_ledger_entry_service_authorization_id", "ledger_entry", ["service_authorization_id"])

    for protection in PROTECTIONS:
        for statement in protection.statements():
            op.execute(statement)
    for table in ("invoice_change", "ledger_entry"):
        for statement in append_only(table):
            op.execute(statement)


def downgrade() -> None:
    for table in (
        "ledger_entry",
        "payment",
        "invoice_change",
        "invoice_line",
        "invoice",
        "delivery",
        "fee_row",
        "fee_schedule",
    ):
        op.drop_table(table)
    for table in ("invoice_change", "ledger_entry"):
        op.execute(f"DROP FUNCTION {table}_is_append_only()")
