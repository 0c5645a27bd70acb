"""Facts as CSV, streamed by COPY, or as a spreadsheet: a few megabytes of memory, however many rows."""

from collections.abc import Iterator
from contextlib import contextmanager

import ibis

from referral.foundation.copying import FORMULA, csv_blocks, typed_rows
from referral.foundation.database import Database
from referral.foundation.elevation import as_reporter
from referral.foundation.principal import Principal
from referral.foundation.sheets import Sheet


def csv_of(database: Database, facts: ibis.Table, *, asker: Principal) -> Iterator[bytes]:
    """Yield the rows as CSV with a heading, in a transaction of its own: the page's has ended when this runs."""
    with database.transaction(asker) as session, as_reporter(session):
        yield from csv_blocks(session, _statement(facts))


@contextmanager
def sheet_of(database: Database, facts: ibis.Table, *, asker: Principal) -> Iterator[Sheet]:
    """Open the rows as a sheet, read while it is open."""
    with database.transaction(asker) as session, as_reporter(session):
        yield Sheet(typed_rows(session, _statement(facts)))


def harmless(facts: ibis.Table) -> ibis.Table:
    """Put an apostrophe before text that a spreadsheet would run as a formula."""
    texts = [name for name, kind in facts.schema().items() if kind.is_string()]
    guarded = {name: facts[name].re_search(FORMULA).ifelse("'" + facts[name], facts[name]) for name in texts}
    return facts.mutate(**guarded)


def _statement(facts: ibis.Table) -> str:
    return str(ibis.to_sql(harmless(facts), dialect="postgres"))
