"""A price says who brought it in, and when."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

COLUMNS = ("brought_in_at", "brought_in_by_user_id", "brought_in_by")


def upgrade() -> None:
    op.add_column("fee_row", sa.Column("brought_in_at", sa.DateTime(timezone=True)))
    op.add_column("fee_row", sa.Column("brought_in_by_user_id", sa.Uuid()))
    op.add_column("fee_row", sa.Column("brought_in_by", sa.Text()))
    op.create_foreign_key("fk_fee_row_brought_in_by_user_id", "fee_row", "app_user", ["brought_in_by_user_id"], ["id"])


def downgrade() -> None:
    op.drop_constraint("fk_fee_row_brought_in_by_user_id", "fee_row")
    for name in COLUMNS:
        op.drop_column("fee_row", name)
