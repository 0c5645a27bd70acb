"""Invoice lines as CSV, streamed by COPY in a transaction of its own: the page's has ended when this runs."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from sqlalchemy import ColumnElement, case, func

from referral.billing.queries.invoices import lines_for_export, sensitive_persons
from referral.foundation.copying import csv_blocks
from referral.foundation.database import Database
from referral.foundation.principal import Principal
from referral.people.service.disclosing import disclosure_about


def lines_csv(database: Database, *, asker: Principal, at: datetime) -> Iterator[bytes]:
    """Yield the asker's invoice lines as CSV with a heading; before it, as comments, what must travel along."""
    query = lines_for_export(by=asker, guard=harmless)
    with database.transaction(asker) as session:
        if shown := sensitive_persons(session, by=asker):
            yield _comments(disclosure_about(session, shown, at=at).lines)
        statement = query.compile(session.connection(), compile_kwargs={"literal_binds": True})
        yield from csv_blocks(session, str(statement))


def _comments(lines: Iterable[str]) -> bytes:
    """Return lines that a reader of the file sees first, each a quoted cell that begins with a number sign."""
    told = (line.replace('"', '""') for line in lines)
    return "".join(f'"# {line}"\r\n' for line in told).encode()


def harmless(text: ColumnElement[str]) -> ColumnElement[str]:
    """Put an apostrophe before text that a spreadsheet would run as a formula."""
    is_formula = func.left(text, 1).in_(["=", "+", "-", "@", "\t", "\r"])
    return case((is_formula, func.concat("'", text)), else_=text)
