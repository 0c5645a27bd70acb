"""A number is confirmed when the person read back the code that it got."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("person_phone", sa.Column("confirmed_at", sa.DateTime(timezone=True)))
    op.add_column("person_phone", sa.Column("confirmed_by_user_id", sa.Uuid()))
    op.add_column("person_phone", sa.Column("code_hash", sa.LargeBinary()))
    op.add_column("person_phone", sa.Column("code_texted_at", sa.DateTime(timezone=True)))
    op.add_column("person_phone", sa.Column("wrong_codes", sa.Integer(), nullable=False, server_default=sa.text("0")))
    op.create_foreign_key(
        "fk_person_phone_confirmed_by_user_id", "person_phone", "app_user", ["confirmed_by_user_id"], ["id"]
    )


def downgrade() -> None:
    op.drop_constraint("fk_person_phone_confirmed_by_user_id", "person_phone", type_="foreignkey")
    for column in ("wrong_codes", "code_texted_at", "code_hash", "confirmed_by_user_id", "confirmed_at"):
        op.drop_column("person_phone", column)
