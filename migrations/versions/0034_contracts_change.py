"""A contract is changed at a page: it counts its versions, and it does not end before it begins."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("contract", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.create_check_constraint(op.f("ck_contract_dates"), "contract", "ends_on >= starts_on")


def downgrade() -> None:
    op.drop_constraint(op.f("ck_contract_dates"), "contract")
    op.drop_column("contract", "version")
