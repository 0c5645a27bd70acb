"""Lists of ended referrals are read in the order in which they ended, the latest first, however many there are."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

BOXES = {
    "ix_referral_inbox_ended": "receiving_organization_id",
    "ix_referral_outbox_ended": "sending_organization_id",
}


def upgrade() -> None:
    for name, party in BOXES.items():
        op.create_index(
            name, "referral", [party, "ended_at", "id"], postgresql_where=sa.text("ended_at IS NOT NULL")
        )


def downgrade() -> None:
    for name in BOXES:
        op.drop_index(name, "referral")
