"""Rows straight from the database: as CSV, a million in a few seconds and a few megabytes, or one by one, typed."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, cast

import psycopg
from sqlalchemy import ColumnElement, Label, Select, String, Text, case
from sqlalchemy import cast as sql_cast
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


def harmless(text: ColumnElement[str]) -> ColumnElement[str]:
    """Put an apostrophe before text that a spreadsheet would run as a formula."""
    written = sql_cast(text, Text())
    return case((written.regexp_match(FORMULA), "'" + written), else_=written)


def guarded(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Return the query with every column of text made harmless, whatever we think may stand in it."""
    columns = [
        harmless(column.element if isinstance(column, Label) else column).label(column.key)
        if isinstance(column.type, String)
        else column
        for column in query.selected_columns
    ]
    return query.with_only_columns(*columns)


def comments(lines: Iterable[str]) -> bytes:
    """Return lines that a reader of the file sees first, each a quoted cell that begins with a number sign."""
    told = (line.replace('"', '""') for line in lines)
    return "".join(f'"# {line}"\r\n' for line in told).encode()


def _driver(session: Session) -> psycopg.Connection[Any]:
    return cast("psycopg.Connection[Any]", session.connection().connection.driver_connection)
