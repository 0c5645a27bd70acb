"""Sign-in for real: stages of a session, counted tries, second factors, handed links, identity providers."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def stage(*words: str, name: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=False, length=60)


def upgrade() -> None:
    _providers()
    _sessions()
    _factors()


def _providers() -> None:
    op.create_table(
        "identity_provider",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("client_secret", sa.LargeBinary(), nullable=False),
        sa.Column("is_sso_only", sa.Boolean(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name="fk_identity_provider_organization_id"),
        sa.PrimaryKeyConstraint("id", name="pk_identity_provider"),
        sa.UniqueConstraint("organization_id", name="uq_identity_provider_organization_id"),
        sa.UniqueConstraint("slug", name="uq_identity_provider_slug"),
    )
    op.create_table(
        "external_identity",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name="fk_external_identity_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_external_identity"),
        sa.UniqueConstraint("issuer", "subject", name="uq_external_identity_issuer_subject"),
    )
    op.create_index("ix_external_identity_user_id", "external_identity", ["user_id"])


def _sessions() -> None:
    op.add_column("sign_in", sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False))
    op.alter_column("sign_in", "id", server_default=None)
    op.create_unique_constraint("uq_sign_in_id", "sign_in", ["id"])
    op.add_column("sign_in", sa.Column("provider_id", sa.Uuid()))
    op.create_foreign_key("fk_sign_in_provider_id", "sign_in", "identity_provider", ["provider_id"], ["id"])
    kind = stage("code", "enroll", "open", name="signinstage")
    op.add_column("sign_in", sa.Column("stage", kind, server_default="open", nullable=False))
    op.alter_column("sign_in", "stage", server_default=None)
    op.add_column("sign_in", sa.Column("confirmed_at", INSTANT))
    op.create_index("ix_sign_in_last_seen_at", "sign_in", ["last_seen_at"])
    op.drop_table("sign_in_failure")
    op.create_table(
        "sign_in_try",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", stage("password", "code", "confirm", "link", name="trykind"), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sign_in_try"),
    )
    op.create_index("ix_sign_in_try_account_at", "sign_in_try", ["account", "at"])
    op.create_index("ix_sign_in_try_address_at", "sign_in_try", ["address", "at"])
    op.create_index("ix_sign_in_try_at", "sign_in_try", ["at"])


def _factors() -> None:
    op.create_table(
        "totp_factor",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name="fk_totp_factor_user_id"),
        sa.PrimaryKeyConstraint("user_id", name="pk_totp_factor"),
    )
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name="fk_recovery_code_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_recovery_code"),
        sa.UniqueConstraint("code_hash", name="uq_recovery_code_code_hash"),
    )
    op.create_index("ix_recovery_code_user_id", "recovery_code", ["user_id"])
    op.create_table(
        "account_link",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", stage("invitation", "reset", name="linkpurpose"), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("forgets_factor", sa.Boolean(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name="fk_account_link_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_account_link"),
        sa.UniqueConstraint("secret_hash", name="uq_account_link_secret_hash"),
    )
    op.create_index("ix_account_link_user_id", "account_link", ["user_id"])


def downgrade() -> None:
    for table in ("account_link", "recovery_code", "totp_factor", "sign_in_try"):
        op.drop_table(table)
    op.create_table(
        "sign_in_failure",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sign_in_failure"),
    )
    op.create_index("ix_sign_in_failure_subject_at", "sign_in_failure", ["subject", "at"])
    # A session without its second step must not become a whole one.
    op.execute("DELETE FROM sign_in WHERE stage <> 'open'")
    op.drop_index("ix_sign_in_last_seen_at", "sign_in")
    op.drop_constraint("fk_sign_in_provider_id", "sign_in", type_="foreignkey")
    op.drop_constraint("uq_sign_in_id", "sign_in", type_="unique")
    for column in ("confirmed_at", "stage", "provider_id", "id"):
        op.drop_column("sign_in", column)
    op.drop_table("external_identity")
    op.drop_table("identity_provider")
