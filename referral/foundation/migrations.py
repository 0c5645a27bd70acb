"""Bring a database to a schema: roles, then numbered migrations, one process at a time, in nobody's way."""

import time
from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, make_url, text
from sqlalchemy.exc import OperationalError

from referral.foundation.refusals import Refused
from referral.foundation.rls import CREATE_ROLES, OWNER, prepare_database

ROOT = Path(__file__).parents[2]
LOCK_TIMEOUT_MS = 1_000
"""How long a migration waits at a lock: whoever comes after it waits that long at most."""
TRIES = 5
PAUSE_S = 2.0
"""Between two tries, so that those who queued behind the migration get through."""
OTHERS_PATIENCE_MS = 600_000
"""How long a second `referral migrate` waits for the first."""
LOCK_NOT_AVAILABLE = "55P03"
BLOCKED = (
    "Somebody holds a lock that the migration needs. Nothing was changed; find out who in pg_stat_activity, or try"
    " again when it is quieter."
)


class MigrationBlocked(Refused):
    """Somebody held a lock that the migration needs; nothing was changed."""


def migrate(owner_url: str, revision: str = "head", *, tries: int = TRIES) -> None:
    """Migrate up to the revision as the owner, all of it or nothing; raises MigrationBlocked.

    Makes the roles when the sign-in may.
    """
    _with_patience(owner_url, lambda connection: upgrade(connection, revision), tries)


def migrate_down(owner_url: str, revision: str, *, tries: int = TRIES) -> None:
    """Take the schema back to a revision; what only newer tables and columns held is lost. Raises MigrationBlocked."""
    _with_patience(owner_url, lambda connection: command.downgrade(configuration(connection), revision), tries)


def prepare(owner_url: str) -> None:
    """Make the roles and hand the database to the owner, where the sign-in may; a second run changes nothing."""
    engine = _engine(owner_url)
    try:
        with engine.begin() as connection:
            if _may_create_roles(connection):
                connection.exec_driver_sql(CREATE_ROLES)
                for statement in prepare_database(str(make_url(owner_url).database)):
                    connection.exec_driver_sql(statement)
    finally:
        engine.dispose()


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Run the migrations over an open connection that already works as the owner."""
    command.upgrade(configuration(connection), revision)


def revisions() -> list[str]:
    """Return every revision that this program knows."""
    return [script.revision for script in ScriptDirectory.from_config(configuration()).walk_revisions()]


def configuration(connection: Connection | None = None) -> Config:
    """Return Alembic's configuration, with the open connection for env.py."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["connection"] = connection
    return config


def _with_patience(owner_url: str, change: Callable[[Connection], None], tries: int) -> None:
    """Try the change again when somebody holds a lock it needs, and let others through between the tries."""
    for left in reversed(range(tries)):
        try:
            prepare(owner_url)
            _change(owner_url, change)
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", None) != LOCK_NOT_AVAILABLE:
                raise
            if not left:
                raise MigrationBlocked(BLOCKED) from error
            time.sleep(PAUSE_S)
        else:
            return


def _change(owner_url: str, change: Callable[[Connection], None]) -> None:
    engine = _engine(owner_url)
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql(f"SET lock_timeout = {OTHERS_PATIENCE_MS}")
            connection.execute(text("SELECT pg_advisory_lock(hashtext('referral-migrate'))"))
            connection.exec_driver_sql(f"SET lock_timeout = {LOCK_TIMEOUT_MS}")
            connection.exec_driver_sql(f"SET ROLE {OWNER}")
            connection.commit()
            change(connection)
            connection.commit()
    finally:
        engine.dispose()


def _engine(owner_url: str) -> Engine:
    return create_engine(owner_url, connect_args={"options": f"-c lock_timeout={LOCK_TIMEOUT_MS} -c timezone=UTC"})


def _may_create_roles(connection: Connection) -> bool:
    query = text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    return bool(connection.scalar(query))
