"""Invoice lines as CSV or a spreadsheet, read in a transaction of its own: the page's has ended when CSV streams."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from referral.billing.queries.invoices import sensitive_persons
from referral.billing.queries.remittances import is_of
from referral.billing.queries.rows import rows_of_lines, rows_of_remittance
from referral.foundation.copying import comments, csv_blocks, guarded, typed_rows
from referral.foundation.database import Database
from referral.foundation.principal import Principal
from referral.foundation.sheets import Sheet
from referral.people.service.disclosing import disclosure_about


def lines_csv(database: Database, *, asker: Principal, at: datetime, payment_id: UUID | None = None) -> Iterator[bytes]:
    """Yield the asker's invoice lines, or those of one payment, as CSV with a heading.

    Before it stands, as comments, what must travel along.
    """
    with database.transaction(asker) as session:
        yield comments(_notice(session, asker, at, payment_id))
        yield from csv_blocks(session, _statement(session, asker, payment_id))


@contextmanager
def lines_sheet(
    database: Database, *, asker: Principal, at: datetime, payment_id: UUID | None = None
) -> Iterator[Sheet]:
    """Open the asker's invoice lines, or those of one payment, as a sheet.

    Above its heading stands what must travel along.
    """
    with database.transaction(asker) as session:
        notice = [f"# {line}" for line in _notice(session, asker, at, payment_id)]
        yield Sheet(typed_rows(session, _statement(session, asker, payment_id)), notice)


def _notice(session: Session, asker: Principal, at: datetime, payment_id: UUID | None) -> Sequence[str]:
    shown = sensitive_persons(session, by=asker, within=is_of(payment_id) if payment_id else None)
    return disclosure_about(session, shown, at=at).lines if shown else ()


def _statement(session: Session, asker: Principal, payment_id: UUID | None) -> str:
    query = rows_of_remittance(payment_id, by=asker) if payment_id else rows_of_lines(by=asker)
    return str(guarded(query).compile(session.connection(), compile_kwargs={"literal_binds": True}))
