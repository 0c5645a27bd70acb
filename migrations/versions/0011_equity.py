"""Equity: facts for reports, without names; only the reporting role reads them, only system jobs write them."""

import sqlalchemy as sa
from alembic import op

from referral.foundation.rls import REPORT

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

FACTS = ("need_fact", "referral_fact", "invoice_line_fact", "completeness_fact", "fact_refresh")
STAGES = ("screened", "need_found", "consented", "referred", "accepted", "started", "received", "confirmed")


def upgrade() -> None:
    op.create_table(
        "need_fact",
        sa.Column("episode_id", sa.Text(), nullable=False),
        sa.Column("network_id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid()),
        sa.Column("domain", sa.String(60), nullable=False),
        sa.Column("need_on", sa.Date(), nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("race_ethnicity", sa.Text()),
        sa.Column("language", sa.Text()),
        *(sa.Column(f"is_{stage}", sa.Boolean(), nullable=False) for stage in STAGES),
        sa.Column("is_asked", sa.Boolean(), nullable=False),
        sa.Column("is_answered", sa.Boolean(), nullable=False),
        sa.CheckConstraint("level < 3", name="ck_need_fact_no_violence"),
        sa.PrimaryKeyConstraint("episode_id", name="pk_need_fact"),
    )
    op.create_index("ix_need_fact_network_id_need_on", "need_fact", ["network_id", "need_on"])
    op.create_table(
        "referral_fact",
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("network_id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid()),
        sa.Column("plan_name", sa.Text()),
        sa.Column("network_lead_id", sa.Uuid()),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("organization_name", sa.Text(), nullable=False),
        sa.Column("service_name", sa.Text(), nullable=False),
        sa.Column("domain", sa.String(60), nullable=False),
        sa.Column("county", sa.Text()),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("channel", sa.String(60), nullable=False),
        sa.Column("status", sa.String(60), nullable=False),
        sa.Column("reason_code", sa.Text()),
        sa.Column("connection", sa.String(60), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=False),
        sa.Column("accepted_on", sa.Date()),
        sa.Column("ended_on", sa.Date()),
        sa.Column("is_counted", sa.Boolean(), nullable=False),
        sa.Column("is_closed", sa.Boolean(), nullable=False),
        sa.Column("is_connected", sa.Boolean(), nullable=False),
        sa.Column("is_confirmed", sa.Boolean(), nullable=False),
        sa.Column("is_withheld", sa.Boolean(), nullable=False),
        sa.CheckConstraint("level < 3", name="ck_referral_fact_no_violence"),
        sa.PrimaryKeyConstraint("referral_id", name="pk_referral_fact"),
    )
    for column in ("network_id", "plan_id"):
        name = f"ix_referral_fact_{column}_sent_on_referral_id"
        op.create_index(name, "referral_fact", [column, "sent_on", "referral_id"])
    op.create_table(
        "invoice_line_fact",
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("network_id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("plan_name", sa.Text(), nullable=False),
        sa.Column("network_lead_id", sa.Uuid()),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("organization_name", sa.Text(), nullable=False),
        sa.Column("service_code", sa.Text(), nullable=False),
        sa.Column("service_name", sa.Text(), nullable=False),
        sa.Column("county", sa.Text()),
        sa.Column("delivered_on", sa.Date(), nullable=False),
        sa.Column("status", sa.String(60), nullable=False),
        sa.Column("billed", sa.Numeric(12, 2), nullable=False),
        sa.Column("paid", sa.Numeric(12, 2), nullable=False),
        sa.PrimaryKeyConstraint("line_id", name="pk_invoice_line_fact"),
    )
    for column in ("network_id", "plan_id"):
        name = f"ix_invoice_line_fact_{column}_delivered_on"
        op.create_index(name, "invoice_line_fact", [column, "delivered_on"])
    op.create_table(
        "completeness_fact",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("network_id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid()),
        sa.Column("question", sa.String(60), nullable=False),
        sa.Column("state", sa.String(60), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.CheckConstraint("people > 0", name="ck_completeness_fact_counts"),
        sa.PrimaryKeyConstraint("id", name="pk_completeness_fact"),
    )
    op.create_index(
        "uq_completeness_fact", "completeness_fact", ["network_id", "plan_id", "question", "state"], unique=True
    )
    op.create_table(
        "fact_refresh",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("refreshed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id = 1", name="ck_fact_refresh_one_row"),
        sa.PrimaryKeyConstraint("id", name="pk_fact_refresh"),
    )
    for table in FACTS:
        op.execute(f"REVOKE ALL ON {table} FROM referral_app, referral_plan, referral_network")
        op.execute(f"GRANT SELECT ON {table} TO {REPORT}")


def downgrade() -> None:
    for table in reversed(FACTS):
        op.drop_table(table)
