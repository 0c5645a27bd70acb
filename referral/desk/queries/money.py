"""The stages of a thread after the referral: what was delivered, billed and paid, in full or as status only."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from referral.billing.models import Delivery, Invoice, InvoiceLine, LedgerEntry, Payment
from referral.billing.models.payments import EntryKind
from referral.billing.rules import LineState
from referral.desk.queries.names import organization_names, paid_service_names, user_names
from referral.desk.queries.steps import Step
from referral.people.rules import SensitivityLevel
from referral.people.rules.part2 import NEUTRAL_SERVICE
from referral.referrals.models import Referral
from referral.screening.models import Need
from referral.web.format import money, short_date

_IS_OWN_CLIENT = func.is_own_client(InvoiceLine.person_id)
_UNSEEN = (LineState.DRAFT, LineState.REMOVED)
"""What the biller still writes at, or took off again, is nobody else's business."""


def ids(referrals: Sequence[Referral]) -> list[UUID]:
    """Return the ids of referrals."""
    return [referral.id for referral in referrals]


def deliveries(session: Session, _need: Need | None, referrals: Sequence[Referral]) -> list[Step]:
    """Return what was delivered, never what it cost."""
    query = select(Delivery).where(Delivery.referral_id.in_(ids(referrals)))
    rows = session.scalars(query.order_by(Delivery.delivered_on, Delivery.id)).all()
    users = user_names(session, [row.recorded_by_user_id for row in rows])
    labels = paid_service_names(session, referrals)
    return [
        Step(
            "delivery",
            row.id,
            f"{labels.get((row.shown_code, row.shown_variant), row.shown_code or 'Help')}, {_units(row.units)}",
            row.delivered_on,
            users.get(row.recorded_by_user_id, ""),
            "voided" if row.voided_at else "delivered",
            many="deliveries",
        )
        for row in rows
    ]


def lines(session: Session, _need: Need | None, referrals: Sequence[Referral]) -> list[Step]:
    """Return what was billed, with its amounts."""
    query = (
        select(InvoiceLine, Invoice.number, Invoice.submitted_at)
        .join(Invoice, Invoice.id == InvoiceLine.invoice_id)
        .where(InvoiceLine.referral_id.in_(ids(referrals)), InvoiceLine.state != LineState.REMOVED)
        .order_by(InvoiceLine.served_on, InvoiceLine.id)
    )
    return [
        Step(
            "line",
            row.id,
            f"{invoice} line {row.number}: {money(row.billed)}",
            submitted_at or row.served_on,
            status=row.state,
            note=f"approved {money(row.approved_amount)}" if row.approved_amount else "",
            many="invoice lines",
            amount=row.billed,
        )
        for row, invoice, submitted_at in session.execute(query)
    ]


def line_states(session: Session, _need: Need | None, referrals: Sequence[Referral]) -> list[Step]:
    """Return where each line stands, by the day of its help; no amount is read."""
    return _states(session, referrals)


def line_states_of_own_clients(session: Session, _need: Need | None, referrals: Sequence[Referral]) -> list[Step]:
    """Return the same of the people in the asker's own care."""
    return _states(session, referrals, _IS_OWN_CLIENT)


def paid_states(session: Session, _need: Need | None, referrals: Sequence[Referral]) -> list[Step]:
    """Return which lines are paid, without when and how much."""
    return _paid(_states(session, referrals, InvoiceLine.state == LineState.PAID))


def paid_states_of_own_clients(session: Session, _need: Need | None, referrals: Sequence[Referral]) -> list[Step]:
    """Return the same of the people in the asker's own care."""
    return _paid(_states(session, referrals, InvoiceLine.state == LineState.PAID, _IS_OWN_CLIENT))


def _states(session: Session, referrals: Sequence[Referral], *only: ColumnElement[bool]) -> list[Step]:
    columns = (
        InvoiceLine.id,
        case((InvoiceLine.level == SensitivityLevel.L2, NEUTRAL_SERVICE), else_=InvoiceLine.service_code).label(
            "service_code"
        ),
        InvoiceLine.variant,
        InvoiceLine.served_on,
        InvoiceLine.state,
    )
    query = select(*columns).where(
        InvoiceLine.referral_id.in_(ids(referrals)), InvoiceLine.state.not_in(_UNSEEN), *only
    )
    labels = paid_service_names(session, referrals)
    return [
        Step(
            "line",
            row.id,
            labels.get((row.service_code, row.variant), row.service_code),
            row.served_on,
            "day of the help",
            row.state,
            many="invoice lines",
        )
        for row in session.execute(query.order_by(InvoiceLine.served_on, InvoiceLine.id))
    ]


def _paid(steps: Sequence[Step]) -> list[Step]:
    """Say of lines that they are paid; their days are those of the help, not of the money."""
    return [
        replace(
            step,
            what=f"{step.what}, given {short_date(step.at)}" if step.at else step.what,
            at=None,
            who="",
            many="services",
        )
        for step in steps
    ]


def payments(session: Session, _need: Need | None, referrals: Sequence[Referral]) -> list[Step]:
    """Return what reached this thread's lines; a payment as a whole may pay for other people too."""
    query = (
        select(Payment, LedgerEntry.amount, InvoiceLine.number)
        .join(LedgerEntry, LedgerEntry.payment_id == Payment.id)
        .join(InvoiceLine, InvoiceLine.id == LedgerEntry.invoice_line_id)
        .where(InvoiceLine.referral_id.in_(ids(referrals)), LedgerEntry.kind == EntryKind.PAID)
        .order_by(Payment.paid_on, InvoiceLine.number)
    )
    rows = session.execute(query).all()
    plans = organization_names(session, [payment.plan_id for payment, _, _ in rows])
    return [
        Step(
            "payment",
            payment.id,
            f"{money(amount)} for line {line}",
            payment.paid_on,
            plans.get(payment.plan_id, ""),
            "paid",
            payment.reference,
            many="payments",
            amount=amount,
        )
        for payment, amount, line in rows
    ]


def _units(units: Decimal) -> str:
    return f"{units.normalize():f} {'unit' if units == 1 else 'units'}"
