"""What every table holds, as a number of rows and a checksum that does not depend on their order."""

from psycopg import Connection, sql

from referral.foundation.backups.archive import NotABackup

SETTINGS = (
    "SET TIME ZONE 'UTC'; SET datestyle = 'ISO, YMD'; SET intervalstyle = 'iso_8601';"
    " SET extra_float_digits = 1; SET bytea_output = 'hex'; SET statement_timeout = 0"
)
"""Rows are compared as text; these decide how it is written."""

_TABLES = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY relname"
_SUM = (
    "SELECT count(*)::text,"
    " coalesce(sum(('x' || left(encode(sha256(convert_to(t::text, 'UTF8')), 'hex'), 16))::bit(64)::bigint), 0)::text"
    " FROM public.{} AS t"
)
_SEES_ALL = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"


def tables(connection: Connection) -> list[str]:
    """Return the tables of the program, partitions one by one."""
    return [str(name) for (name,) in connection.execute(_TABLES)]


def checksum(connection: Connection, table: str) -> list[str]:
    """Return the number of rows of a table and the sum of their SHA-256 (first 64 bits of each), both as text."""
    row = connection.execute(sql.SQL(_SUM).format(sql.Identifier(table))).fetchone()
    return [str(value) for value in row or ()]


def refuse_unless_all_is_seen(connection: Connection) -> None:
    """Raise NotABackup when row-level security would hide rows from this role: half a backup is none."""
    row = connection.execute(_SEES_ALL).fetchone()
    if not (row and row[0]):
        name = connection.info.user
        raise NotABackup(
            f"The database role {name} does not see every row. Set DATABASE_BACKUP_URL to one with BYPASSRLS."
        )
