"""How far the demonstration's year has come."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "demonstration",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("today", sa.Date(), nullable=False),
        sa.Column("people_wanted", sa.Integer(), nullable=False),
        sa.Column("people_done", sa.Integer(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("number", name="pk_demonstration"),
    )


def downgrade() -> None:
    op.drop_table("demonstration")
