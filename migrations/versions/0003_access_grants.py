"""Access grants, and the one function that row-level security asks."""

import sqlalchemy as sa
from alembic import op

from referral.foundation.rls import FACES, HAS_GRANT, OWNER, setting

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "access_grant",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("network_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid()),
        sa.Column("scope", sa.String(60), nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("basis", sa.String(60), nullable=False),
        sa.Column("basis_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_access_grant"),
        sa.ForeignKeyConstraint(["network_id"], ["network.id"], name="fk_access_grant_network_id"),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name="fk_access_grant_organization_id"),
        sa.CheckConstraint("level BETWEEN 1 AND 3", name=op.f("ck_access_grant_level")),
    )
    op.create_index(
        "ix_access_grant_reader",
        "access_grant",
        ["organization_id", "person_id"],
        postgresql_include=["network_id", "scope", "level", "starts_at", "until"],
    )
    op.create_index("ix_access_grant_person_id", "access_grant", ["person_id"])
    op.create_index("ix_access_grant_basis_id", "access_grant", ["basis_id"])
    op.execute(HAS_GRANT)
    op.execute("ALTER TABLE access_grant ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE access_grant FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY owner_all ON access_grant TO {OWNER} USING (true) WITH CHECK (true)")
    visible = (
        f"organization_id = {setting('org')} OR person_id = {setting('person')}"
        f" OR has_grant(person_id, ARRAY['record'], 1::smallint)"
    )
    for face in FACES:
        # Whoever serves a person writes the grant in the same transaction; the verb decides whether it may.
        op.execute(
            f"CREATE POLICY {face}_adds ON access_grant FOR INSERT TO {face}"
            f" WITH CHECK (network_id = {setting('network')} OR {setting('system', 'text')} IS NOT NULL)"
        )
        readable = "true" if face == "referral_system" else visible
        op.execute(f"CREATE POLICY {face}_reads ON access_grant FOR SELECT TO {face} USING ({readable})")
        op.execute(f"CREATE POLICY {face}_revokes ON access_grant FOR DELETE TO {face} USING ({readable})")
        op.execute(f"CREATE POLICY {face}_changes ON access_grant FOR UPDATE TO {face} USING ({readable})")


def downgrade() -> None:
    op.drop_table("access_grant")
    op.execute("DROP FUNCTION has_grant(uuid, text[], smallint)")
