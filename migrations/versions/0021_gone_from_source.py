"""A listing keeps the day on which its source no longer had it."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("service_at_location", sa.Column("gone_on", sa.Date(), nullable=True))
    op.add_column("import_run", sa.Column("gone", sa.Integer(), nullable=False, server_default="0"))
    op.alter_column("import_run", "gone", server_default=None)


def downgrade() -> None:
    op.drop_column("import_run", "gone")
    op.drop_column("service_at_location", "gone_on")
