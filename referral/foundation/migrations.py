"""Bring a database to the present schema: roles first, then numbered migrations, one process at a time."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, make_url, text

from referral.foundation.rls import CREATE_ROLES, OWNER, prepare_database

ROOT = Path(__file__).parents[2]


def migrate(owner_url: str, revision: str = "head") -> None:
    """Migrate up to the revision as the owner; makes the roles when the sign-in may."""
    engine = create_engine(owner_url, connect_args={"options": "-c lock_timeout=5000 -c timezone=UTC"})
    try:
        with engine.begin() as connection:
            if _may_create_roles(connection):
                connection.exec_driver_sql(CREATE_ROLES)
                for statement in prepare_database(str(make_url(owner_url).database)):
                    connection.exec_driver_sql(statement)
        with engine.connect() as connection:
            connection.execute(text("SELECT pg_advisory_lock(hashtext('referral-migrate'))"))
            connection.exec_driver_sql(f"SET ROLE {OWNER}")
            connection.commit()
            upgrade(connection, revision)
            connection.commit()
    finally:
        engine.dispose()


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Run the migrations over an open connection that already works as the owner."""
    command.upgrade(configuration(connection), revision)


def configuration(connection: Connection | None = None) -> Config:
    """Return Alembic's configuration, with the open connection for env.py."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["connection"] = connection
    return config


def _may_create_roles(connection: Connection) -> bool:
    query = text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    return bool(connection.scalar(query))
