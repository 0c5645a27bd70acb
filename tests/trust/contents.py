"""What every table of the database holds: to see what a request changed, or what stands there in the clear."""

import hashlib

from sqlalchemy import text
from sqlalchemy.orm import Session

from referral.foundation.database import become
from tests.factories.fixtures import SEED

Counted = dict[str, tuple[int, str]]


def rows(session: Session) -> dict[str, list[str]]:
    """Return the rows of each table as text, whatever order they lie in."""
    become(session, SEED)  # the requests went over the same connection, in roles of their own
    readable = text(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
        " AND has_table_privilege('referral_system', oid, 'SELECT') ORDER BY relname"
    )
    tables = session.scalars(readable).all()
    return {table: sorted(session.scalars(text(f'SELECT t::text FROM "{table}" t'))) for table in tables}


def contents(session: Session) -> Counted:
    """Return how many rows each table holds, and a hash of all of them."""
    return {
        table: (len(found), hashlib.sha256("\n".join(found).encode()).hexdigest())
        for table, found in rows(session).items()
    }


def changed(before: Counted, after: Counted) -> set[str]:
    """Return the tables that differ."""
    return {table for table in after if after[table] != before[table]}
