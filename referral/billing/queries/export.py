"""Invoice lines as CSV, streamed by COPY in a transaction of its own: the page's has ended when this runs."""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, case, func

from referral.billing.queries.invoices import lines_for_export
from referral.foundation.copying import csv_blocks
from referral.foundation.database import Database
from referral.foundation.principal import Principal


def lines_csv(database: Database, *, asker: Principal) -> Iterator[bytes]:
    """Yield the asker's invoice lines as CSV with a heading."""
    query = lines_for_export(by=asker, guard=harmless)
    with database.transaction(asker) as session:
        statement = query.compile(session.connection(), compile_kwargs={"literal_binds": True})
        yield from csv_blocks(session, str(statement))


def harmless(text: ColumnElement[str]) -> ColumnElement[str]:
    """Put an apostrophe before text that a spreadsheet would run as a formula."""
    is_formula = func.left(text, 1).in_(["=", "+", "-", "@", "\t", "\r"])
    return case((is_formula, func.concat("'", text)), else_=text)
