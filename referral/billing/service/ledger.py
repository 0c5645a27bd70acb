"""The ledger: what was approved and paid on a line, and its reversals. Rows are only ever added."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from referral.billing.models import Invoice, InvoiceLine, LedgerEntry, Payment
from referral.billing.models.payments import EntryKind
from referral.foundation.principal import Principal


def enter_approval(session: Session, lines: Sequence[InvoiceLine], *, by: Principal, at: datetime) -> None:
    """Enter what was approved on each line."""
    for line in lines:
        if line.approved_amount:
            session.add(_entry(line, EntryKind.APPROVED, line.approved_amount, by=by, at=at))
    session.flush()


def enter_payment(
    session: Session, line: InvoiceLine, amount: Decimal, payment: Payment, *, by: Principal, at: datetime
) -> None:
    """Enter what a payment paid on a line."""
    entry = _entry(line, EntryKind.PAID, amount, by=by, at=at)
    entry.payment_id = payment.id
    session.add(entry)


def reverse_entries(
    session: Session, invoice: Invoice, *, kinds_of_approval: bool, by: Principal, at: datetime
) -> None:
    """Reverse the invoice's standing entries: only what was approved, or everything."""
    reversal = aliased(LedgerEntry)
    query = (
        select(LedgerEntry, InvoiceLine)
        .join(InvoiceLine, InvoiceLine.id == LedgerEntry.invoice_line_id)
        .outerjoin(reversal, reversal.reverses_id == LedgerEntry.id)
        .where(InvoiceLine.invoice_id == invoice.id, LedgerEntry.kind != EntryKind.REVERSED, reversal.id.is_(None))
        .order_by(LedgerEntry.id)
    )
    if kinds_of_approval:
        query = query.where(LedgerEntry.kind == EntryKind.APPROVED)
    for standing, line in session.execute(query).all():
        entry = _entry(line, EntryKind.REVERSED, -standing.amount, by=by, at=at)
        entry.reverses_id = standing.id
        session.add(entry)
    session.flush()


def _entry(line: InvoiceLine, kind: EntryKind, amount: Decimal, *, by: Principal, at: datetime) -> LedgerEntry:
    return LedgerEntry(
        invoice_line_id=line.id,
        service_authorization_id=line.service_authorization_id,
        person_id=line.person_id,
        network_id=line.network_id,
        organization_id=line.organization_id,
        plan_id=line.plan_id,
        network_lead_id=line.network_lead_id,
        level=line.level,
        kind=kind,
        amount=amount,
        created_at=at,
        created_by_user_id=by.user_id,
    )
