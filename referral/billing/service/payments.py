"""Record what a plan paid: it reaches the lines, the ledger, and the evidence that help was delivered."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from referral.audit import service as audit
from referral.billing import queries
from referral.billing.models import Invoice, InvoiceLine, Payment
from referral.billing.rules import InvoiceAction, InvoiceState, LineState
from referral.billing.service.changes import lock, move
from referral.billing.service.ledger import enter_payment
from referral.foundation.elevation import seeing_all
from referral.foundation.principal import Principal
from referral.foundation.refusals import Refused, Unfit
from referral.programs.rules import refuse_own_work
from referral.programs.service.movers import act_for
from referral.referrals import service as referrals
from referral.referrals.models import Referral
from referral.referrals.rules import EvidenceKind

_PAYABLE = frozenset({InvoiceState.ACCEPTED, InvoiceState.PARTIALLY_PAID})


def record_payment(
    session: Session,
    invoice: Invoice,
    *,
    amount: Decimal,
    paid_on: date,
    reference: str,
    by: Principal,
    at: datetime,
) -> Payment:
    """Record a payment of at most what is open; lines are paid in their order."""
    act_for(by, invoice.plan_id)
    lock(session, invoice)
    refuse_own_work(by.user_id, invoice.submitted_by_user_id)
    _check(invoice, amount)
    _refuse_second(session, invoice, reference)
    payment = Payment(
        network_id=invoice.network_id,
        organization_id=invoice.organization_id,
        plan_id=invoice.plan_id,
        network_lead_id=invoice.network_lead_id,
        invoice_id=invoice.id,
        amount=amount,
        paid_on=paid_on,
        reference=reference,
        recorded_by_user_id=by.user_id,
        recorded_at=at,
    )
    session.add(payment)
    session.flush()
    with seeing_all(session, "books"):
        paid = _pay_lines(session, invoice, payment, by=by, at=at)
        _add_evidence(session, paid, by=by, at=at)
    invoice.paid_amount += amount
    _move(session, invoice, by=by, at=at)
    subject = ("payment", payment.id)
    audit.record(session, "payment:recorded", by=by, at=at, network_id=invoice.network_id, subject=subject)
    return payment


def _check(invoice: Invoice, amount: Decimal) -> None:
    if invoice.state not in _PAYABLE:
        raise Refused("Only an accepted invoice can be paid.")
    left = invoice.approved_amount - invoice.paid_amount
    if not Decimal(0) < amount <= left:
        raise Refused(f"A payment is more than $0.00 and at most what is open: ${left:,.2f}.")


def _refuse_second(session: Session, invoice: Invoice, reference: str) -> None:
    """One payment may settle several invoices; on one of them it is entered once."""
    query = select(Payment.id).where(Payment.invoice_id == invoice.id, Payment.reference == reference)
    if session.scalar(query.limit(1)) is not None:
        raise Unfit("reference", "A payment with this reference was recorded for this invoice already.")


def _pay_lines(
    session: Session, invoice: Invoice, payment: Payment, *, by: Principal, at: datetime
) -> list[InvoiceLine]:
    """Spread the payment over the lines in order; returns those that are paid in full by it."""
    rest, settled = payment.amount, []
    for line in queries.lines_of(session, invoice.id, lock=True):
        part = min(rest, line.approved_amount - line.paid_amount)
        if part <= 0:
            continue
        line.paid_amount += part
        rest -= part
        enter_payment(session, line, part, payment, by=by, at=at)
        if line.paid_amount == line.approved_amount:
            line.state = LineState.PAID
            settled.append(line)
    session.flush()
    return settled


def _move(session: Session, invoice: Invoice, *, by: Principal, at: datetime) -> None:
    if invoice.paid_amount == invoice.approved_amount:
        move(session, invoice, InvoiceAction.PAY, by=by, at=at)
    elif invoice.state is InvoiceState.ACCEPTED:
        move(session, invoice, InvoiceAction.PAY_IN_PART, by=by, at=at)


def _add_evidence(session: Session, lines: Sequence[InvoiceLine], *, by: Principal, at: datetime) -> None:
    """A paid line proves that service was delivered; it never outvotes what the person says."""
    for line in lines:
        referral = session.get_one(Referral, line.referral_id)
        kind = EvidenceKind.PAID_LINE
        referrals.record_evidence(session, referral, kind=kind, source_id=line.id, by=by, at=at)
