"""What was given to other organizations about a person: the accounting that the person may ask for."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from referral.foundation.rls import FACES, OWNER, append_only, setting

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

READERS = {
    "referral_system": "true",
    # A colleague of the network reads it to the person on the phone; what concerns survivors only they read.
    "referral_app": f"person_id = {setting('person')} OR (network_id = {setting('care')} AND level < 3)",
}


def upgrade() -> None:
    op.create_table(
        "disclosure",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("network_id", sa.Uuid(), nullable=False),
        sa.Column("to_organization_id", sa.Uuid(), nullable=False),
        sa.Column("how", sa.String(60), nullable=False),
        sa.Column("what", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid()),
        sa.Column("consent_id", sa.Uuid()),
        sa.Column("by_user_id", sa.Uuid()),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_disclosure"),
        sa.CheckConstraint("level BETWEEN 1 AND 3", name=op.f("ck_disclosure_level")),
    )
    op.create_index("ix_disclosure_person_id_at", "disclosure", ["person_id", "at"])
    op.execute("ALTER TABLE disclosure ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE disclosure FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY owner_all ON disclosure TO {OWNER} USING (true) WITH CHECK (true)")
    for face in FACES:
        op.execute(f"CREATE POLICY {face}_adds ON disclosure FOR INSERT TO {face} WITH CHECK (true)")
    for face, rows in READERS.items():
        op.execute(f"CREATE POLICY {face}_reads ON disclosure FOR SELECT TO {face} USING ({rows})")
    for statement in append_only("disclosure"):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("disclosure")
    op.execute("DROP FUNCTION disclosure_is_append_only()")
