"""A network sets how long its loop waits, an organization by which clock it works; two administrators decide."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

DEFAULTS = {"first_response_days": "2", "hard_stop_days": "14", "version": "1"}


def upgrade() -> None:
    for name, value in DEFAULTS.items():
        _add("network", name, value)
    _add("organization", "version", "1")
    op.create_check_constraint(
        op.f("ck_network_days"), "network", "0 < first_response_days AND first_response_days < hard_stop_days"
    )
    op.create_table(
        "network_proposal",
        sa.Column("network_id", sa.Uuid(), nullable=False),
        sa.Column("first_response_days", sa.Integer(), nullable=False),
        sa.Column("hard_stop_days", sa.Integer(), nullable=False),
        sa.Column("proposed_by_user_id", sa.Uuid(), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["network_id"], ["network.id"], name="fk_network_proposal_network_id"),
        sa.ForeignKeyConstraint(["proposed_by_user_id"], ["app_user.id"], name="fk_network_proposal_proposed_by_user_id"),
        sa.PrimaryKeyConstraint("network_id", name="pk_network_proposal"),
    )


def downgrade() -> None:
    op.drop_table("network_proposal")
    op.drop_constraint(op.f("ck_network_days"), "network")
    op.drop_column("organization", "version")
    for name in DEFAULTS:
        op.drop_column("network", name)


def _add(table: str, name: str, value: str) -> None:
    """Add a number that every row has; the default stays for the program of before, which does not know it."""
    op.add_column(table, sa.Column(name, sa.Integer(), nullable=False, server_default=value))
