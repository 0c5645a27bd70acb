"""Files of many people's rows: asked for with a reason, approved by somebody else, good for a day."""

import sqlalchemy as sa
from alembic import op

from referral.foundation.rls import OWNER, setting

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

IS_OWN = f"network_id = {setting('care')}"
IS_SYSTEM = f"{setting('system', 'text')} IS NOT NULL"


def upgrade() -> None:
    op.create_table(
        "row_export",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("network_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by_user_id", sa.Uuid(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.Column("decided_by_user_id", sa.Uuid()),
        sa.Column("is_approved", sa.Boolean()),
        sa.ForeignKeyConstraint(["network_id"], ["network.id"], name="fk_row_export_network_id"),
        sa.ForeignKeyConstraint(["asked_by_user_id"], ["app_user.id"], name="fk_row_export_asked_by_user_id"),
        sa.ForeignKeyConstraint(["decided_by_user_id"], ["app_user.id"], name="fk_row_export_decided_by_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_row_export"),
        sa.CheckConstraint("decided_by_user_id <> asked_by_user_id", name=op.f("ck_row_export_decided_by_somebody_else")),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (is_approved IS NULL) AND (decided_at IS NULL) = (decided_by_user_id IS NULL)",
            name=op.f("ck_row_export_decided_by_whom"),
        ),
    )
    op.create_index("ix_row_export_network_id_asked_at", "row_export", ["network_id", "asked_at"])
    for statement in (
        "ALTER TABLE row_export ENABLE ROW LEVEL SECURITY",
        "ALTER TABLE row_export FORCE ROW LEVEL SECURITY",
        "REVOKE DELETE ON row_export FROM referral_app, referral_plan, referral_network",
        f"CREATE POLICY owner_all ON row_export TO {OWNER} USING (true) WITH CHECK (true)",
        f"CREATE POLICY system_all ON row_export TO referral_system USING ({IS_SYSTEM}) WITH CHECK ({IS_SYSTEM})",
        f"CREATE POLICY app_reads ON row_export FOR SELECT TO referral_app USING ({IS_OWN})",
        f"CREATE POLICY app_adds ON row_export FOR INSERT TO referral_app WITH CHECK ({IS_OWN})",
        f"CREATE POLICY app_decides ON row_export FOR UPDATE TO referral_app USING ({IS_OWN}) WITH CHECK ({IS_OWN})",
    ):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("row_export")
