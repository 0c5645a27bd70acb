"""Rows straight from the database: as CSV, a million in a few seconds and a few megabytes, or one by one, typed."""

from collections.abc import Iterator, Sequence
from typing import Any, cast

import psycopg
from sqlalchemy.orm import Session

FORMULA = "^[=+@\\t\\r-]"
"""Text that a spreadsheet would run, as PostgreSQL matches it; PostgreSQL itself holds no NUL."""
ROWS_AT_ONCE = 2000


def csv_blocks(session: Session, statement: str) -> Iterator[bytes]:
    """Yield what a SELECT finds as CSV with a heading, block by block, seen as the session's asker sees."""
    with (
        _driver(session).cursor() as cursor,
        cursor.copy(f"COPY ({statement}) TO STDOUT WITH (FORMAT csv, HEADER)") as copy,
    ):
        for block in copy:
            yield bytes(block)


def typed_rows(session: Session, statement: str) -> Iterator[Sequence[object]]:
    """Yield the heading and then what a SELECT finds, as numbers, days and text, a few thousand rows in memory."""
    with _driver(session).cursor(name="typed_rows") as cursor:
        cursor.itersize = ROWS_AT_ONCE
        cursor.execute(statement.encode())
        yield [column.name for column in cursor.description or ()]
        yield from cursor


def _driver(session: Session) -> psycopg.Connection[Any]:
    return cast("psycopg.Connection[Any]", session.connection().connection.driver_connection)
