"""What a bill needs of the people on it: name, date of birth, member id, and nothing else."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import and_, func, not_, or_, select
from sqlalchemy.orm import Session

from referral.billing.models import Invoice, InvoiceLine
from referral.billing.queries.invoices import is_shown
from referral.billing.rules import LineState
from referral.foundation.elevation import seeing_all
from referral.foundation.principal import Principal
from referral.people.models import Coverage, Person


@dataclass(frozen=True, slots=True)
class BilledPerson:
    """Whom a line is about, as a member of the plan on the day of the service."""

    name: str
    """Empty once the record was erased."""
    birth_on: date | None
    member_id: str | None


def billed_people(session: Session, invoice: Invoice, *, by: Principal) -> dict[UUID, BilledPerson]:
    """Return whom each line of an invoice is about, as far as the asker may know it.

    Who bills keeps reading it on the organization's own bills, however long ago the referral ended; nobody is told
    apart who asked not to be found.
    """
    if by.keeps_books and invoice.organization_id == by.organization_id:
        with seeing_all(session, "own-bills"):
            return _of_lines(session, invoice, by)
    return _of_lines(session, invoice, by)


def _of_lines(session: Session, invoice: Invoice, by: Principal) -> dict[UUID, BilledPerson]:
    is_member = and_(
        Coverage.person_id == InvoiceLine.person_id,
        Coverage.plan_id == InvoiceLine.plan_id,
        Coverage.starts_on <= InvoiceLine.served_on,
        or_(Coverage.ends_on.is_(None), Coverage.ends_on >= InvoiceLine.served_on),
    )
    parts = (Person.given_name, Person.family_name, Person.suffix)
    name = func.concat_ws(" ", *(func.nullif(part, "") for part in parts)).label("name")
    query = (
        select(InvoiceLine.id, name, Person.birth_on, Coverage.member_id)
        .join(Person, Person.id == InvoiceLine.person_id)
        .outerjoin(Coverage, is_member)
        .where(InvoiceLine.invoice_id == invoice.id, InvoiceLine.state != LineState.REMOVED, is_shown(by))
        .where(not_(func.is_hidden_from_asker(InvoiceLine.person_id)))
        .order_by(Coverage.starts_on)
    )
    return {row.id: BilledPerson(row.name, row.birth_on, row.member_id) for row in session.execute(query)}
