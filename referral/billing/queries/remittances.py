"""What a payment says of each line of its invoice: what it paid, what was taken off and why, what was taken back."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, aliased

from referral.billing.models import Invoice, InvoiceLine, LedgerEntry, Payment
from referral.billing.models.payments import EntryKind
from referral.billing.queries.invoices import is_mine, is_shown
from referral.billing.rules import LineState
from referral.foundation.principal import Principal
from referral.people.models import Person

ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class RemittanceLine:
    """A line as the payment left it; amounts in US dollars."""

    line: InvoiceLine
    person: Person | None
    is_code_only: bool
    """It says of nobody whom it is about."""
    paid: Decimal
    """By this payment."""
    taken_back: Decimal
    """Of what this payment paid."""

    @property
    def adjusted(self) -> Decimal:
        """What the plan took off the bill."""
        return self.line.billed - self.line.approved_amount


def payment(session: Session, payment_id: UUID, *, by: Principal) -> tuple[Payment, Invoice] | None:
    """Return a payment with its invoice, when the asker takes part in it."""
    query = select(Payment, Invoice).join(Invoice, Invoice.id == Payment.invoice_id)
    row = session.execute(query.where(Payment.id == payment_id, is_mine(by))).one_or_none()
    return (row[0], row[1]) if row else None


def remittance(session: Session, paid: Payment, *, by: Principal) -> Sequence[RemittanceLine]:
    """Return the lines of the payment's invoice that the asker may read, in order."""
    given, returned = paid_by(paid.id), taken_back_of(paid.id)
    query = (
        select(InvoiceLine, Person, func.is_hidden_from_asker(InvoiceLine.person_id), given, returned)
        .outerjoin(Person, Person.id == InvoiceLine.person_id)
        .where(InvoiceLine.invoice_id == paid.invoice_id, InvoiceLine.state != LineState.REMOVED, is_shown(by))
        .order_by(InvoiceLine.number)
    )
    return [RemittanceLine(*row) for row in session.execute(query)]


def is_of(payment_id: UUID) -> ColumnElement[bool]:
    """Return the filter of the lines that stand on the invoice a payment pays."""
    return InvoiceLine.invoice_id == select(Payment.invoice_id).where(Payment.id == payment_id).scalar_subquery()


def paid_by(payment_id: UUID) -> ColumnElement[Decimal]:
    """Return what the payment paid on a line."""
    entry = aliased(LedgerEntry)
    of_line = (entry.invoice_line_id == InvoiceLine.id, entry.payment_id == payment_id, entry.kind == EntryKind.PAID)
    return func.coalesce(select(func.sum(entry.amount)).where(*of_line).scalar_subquery(), ZERO)


def taken_back_of(payment_id: UUID) -> ColumnElement[Decimal]:
    """Return what was taken back, on a line, of what the payment paid."""
    entry, reversal = aliased(LedgerEntry), aliased(LedgerEntry)
    of_line = (entry.invoice_line_id == InvoiceLine.id, entry.payment_id == payment_id)
    query = select(-func.sum(reversal.amount)).join(entry, entry.id == reversal.reverses_id).where(*of_line)
    return func.coalesce(query.scalar_subquery(), ZERO)
