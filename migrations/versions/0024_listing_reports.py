"""Somebody's word that a listing is wrong, until whoever keeps the listing has looked at it."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

KEYS = {
    "network_id": "network",
    "service_at_location_id": "service_at_location",
    "organization_id": "organization",
    "reported_by_user_id": "app_user",
    "reported_by_organization_id": "organization",
    "settled_by_user_id": "app_user",
}


def upgrade() -> None:
    op.create_table(
        "listing_report",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("network_id", sa.Uuid(), nullable=False),
        sa.Column("service_at_location_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("part", sa.String(60), nullable=False),
        sa.Column("note", sa.Text()),
        sa.Column("state", sa.String(60), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reported_by_user_id", sa.Uuid()),
        sa.Column("reported_by_organization_id", sa.Uuid()),
        sa.Column("settled_at", sa.DateTime(timezone=True)),
        sa.Column("settled_by_user_id", sa.Uuid()),
        sa.CheckConstraint(
            "(state = 'open') = (settled_at IS NULL)", name=op.f("ck_listing_report_settled_when_not_open")
        ),
        *(
            sa.ForeignKeyConstraint([column], [f"{target}.id"], name=f"fk_listing_report_{column}")
            for column, target in KEYS.items()
        ),
        sa.PrimaryKeyConstraint("id", name="pk_listing_report"),
    )
    op.create_index(
        "ix_listing_report_waiting",
        "listing_report",
        ["network_id", "organization_id"],
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index("ix_listing_report_service_at_location_id", "listing_report", ["service_at_location_id"])


def downgrade() -> None:
    op.drop_table("listing_report")
