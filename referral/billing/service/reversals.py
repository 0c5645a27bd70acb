"""Void an invoice: discard it before it was decided, or take back what was approved and paid."""

from datetime import datetime

from sqlalchemy.orm import Session

from referral.billing import queries
from referral.billing.models import Invoice, InvoiceLine
from referral.billing.rules import ZERO, InvoiceAction, LineState
from referral.billing.service.changes import lock, move
from referral.billing.service.ledger import reverse_entries
from referral.foundation.elevation import seeing_all
from referral.foundation.principal import Principal
from referral.referrals import service as referrals
from referral.referrals.models import Referral
from referral.referrals.rules import EvidenceKind


def void(session: Session, invoice: Invoice, *, by: Principal, at: datetime, reason: str | None = None) -> None:
    """Void it: its deliveries can be billed again, money and units go back, the ledger keeps every step."""
    lock(session, invoice)
    move(session, invoice, InvoiceAction.VOID, by=by, at=at, reason=reason)
    with seeing_all(session, "books"):
        _reverse_lines(session, invoice, by=by, at=at)
    invoice.paid_amount = invoice.approved_amount = ZERO
    session.flush()


def _reverse_lines(session: Session, invoice: Invoice, *, by: Principal, at: datetime) -> None:
    lines = queries.lines_of(session, invoice.id)
    reverse_entries(session, invoice, kinds_of_approval=False, by=by, at=at)
    paid = [line for line in lines if line.state is LineState.PAID]
    for line in lines:
        line.state = LineState.REVERSED
        line.paid_amount = line.approved_amount = ZERO
        line.approved_units = ZERO
    session.flush()
    _retract_evidence(session, paid, by=by, at=at)


def _retract_evidence(session: Session, lines: list[InvoiceLine], *, by: Principal, at: datetime) -> None:
    for line in lines:
        referral = session.get_one(Referral, line.referral_id)
        kind = EvidenceKind.PAID_LINE
        referrals.retract_evidence(session, referral, kind=kind, source_id=line.id, by=by, at=at)
