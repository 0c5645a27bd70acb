"""Make a month's invoice from deliveries, submit it, and take the network lead's step."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from referral.audit import service as audit
from referral.billing import queries
from referral.billing.models import Delivery, Invoice, InvoiceLine
from referral.billing.rules import INVOICE_MOVES, InvoiceAction, InvoiceState, LineState, total
from referral.billing.service.changes import lock, log, move
from referral.billing.service.checking import CheckedDelivery, check_deliveries
from referral.billing.service.disclosing import disclose_lines
from referral.billing.service.locks import take_turns
from referral.foundation.elevation import seeing_all
from referral.foundation.ids import short_number
from referral.foundation.principal import Principal
from referral.foundation.refusals import NotFound, Refused, check_version
from referral.organizations import queries as organizations
from referral.people import service as people
from referral.people.rules import GrantBasis, GrantScope
from referral.programs.models import Program
from referral.programs.rules import month_of, next_state, refuse_own_work
from referral.programs.service.movers import act_for, movers_of

# A bill stays readable for those who pay it until it can no longer be disputed.
BILL_IS_OPEN = timedelta(days=365 * 2)


def draft_invoice(
    session: Session,
    *,
    organization_id: UUID,
    plan_id: UUID,
    program: Program,
    month_on: date,
    by: Principal,
    at: datetime,
) -> Invoice:
    """Draft the month's invoice to a plan from all deliveries that can be billed; the others stay, with reasons."""
    act_for(by, organization_id)
    take_turns(session, "bill-of", organization_id, plan_id)
    month = month_of(month_on)
    found = queries.unbilled(
        session,
        organization_id,
        program_id=program.id,
        plan_id=plan_id,
        first_on=month.first_on,
        last_on=month.last_on,
    )
    checked = check_deliveries(session, [delivery for delivery, _ in found], program=program, at=at)
    billable = [one for one in checked if not one.problems]
    if not billable:
        raise Refused(_nothing_to_bill(checked))
    # One invoice goes to one network lead; deliveries under another lead wait for the next one.
    first = billable[0].delivery
    billable = [one for one in billable if one.delivery.network_lead_id == first.network_lead_id]
    invoice = _invoice(session, first, program, plan_id, month.first_on or month_on, by=by, at=at)
    for number, one in enumerate(billable, start=1):
        session.add(_line(invoice, number, one))
    invoice.billed_amount = total(one.billed for one in billable)
    session.flush()
    log(session, invoice, InvoiceAction.DRAFT, None, by=by, at=at)
    return invoice


def submit(session: Session, invoice: Invoice, *, by: Principal, at: datetime) -> None:
    """Send the invoice to the network lead, once every line passes the checks; each line's person opens to payers."""
    act_for(by, invoice.organization_id)
    lock(session, invoice)
    is_again = invoice.state is InvoiceState.RETURNED
    next_state(INVOICE_MOVES, invoice.state, InvoiceAction.SUBMIT, movers=movers_of(by))
    lines = queries.lines_of(session, invoice.id)
    _refuse_problems(session, invoice, lines, at=at)
    invoice.submitted_at = at
    invoice.submitted_by_user_id = by.user_id
    invoice.lead_decided_at = invoice.decided_at = None
    invoice.return_reason = None
    invoice.round += is_again
    for line in lines:
        line.state = LineState.SUBMITTED
        line.outcome = None
    move(session, invoice, InvoiceAction.SUBMIT, by=by, at=at)
    disclose_lines(session, invoice, lines, to=invoice.network_lead_id, by=by, at=at)
    if not is_again:
        _open_people(session, invoice, lines, at=at)


def remove_line(session: Session, invoice: Invoice, line: InvoiceLine, *, by: Principal, at: datetime) -> None:
    """Take a line off an invoice that was not sent; its delivery can be billed again."""
    act_for(by, invoice.organization_id)
    lock(session, invoice)
    if invoice.state not in {InvoiceState.DRAFT, InvoiceState.RETURNED}:
        raise Refused("Lines can be taken off before an invoice is sent, or after it came back.")
    line.state = LineState.REMOVED
    session.flush()
    invoice.billed_amount = total(one.billed for one in queries.lines_of(session, invoice.id))
    flag_modified(invoice, "billed_amount")  # a line that cost nothing makes another version too
    session.flush()
    audit.record(
        session,
        "invoice_line:removed",
        by=by,
        at=at,
        person_id=line.person_id,
        network_id=line.network_id,
        subject=("invoice_line", line.id),
    )


def approve_by_lead(session: Session, invoice: Invoice, *, by: Principal, at: datetime) -> None:
    """Approve it as network lead, so that it goes to the plan; never by whoever submitted it."""
    act_for(by, invoice.network_lead_id)
    lock(session, invoice)
    refuse_own_work(by.user_id, invoice.submitted_by_user_id)
    invoice.lead_decided_at = at
    invoice.lead_decided_by_user_id = by.user_id
    invoice.lead_decided_by_organization_id = by.organization_id
    move(session, invoice, InvoiceAction.APPROVE, by=by, at=at)
    with seeing_all(session, "books"):
        disclose_lines(session, invoice, queries.lines_of(session, invoice.id), to=invoice.plan_id, by=by, at=at)


def return_invoice(session: Session, invoice: Invoice, *, reason: str, by: Principal, at: datetime) -> None:
    """Return it to the organization with what has to be put right; as lead, or as plan."""
    lock(session, invoice)
    refuse_own_work(by.user_id, invoice.submitted_by_user_id)
    invoice.return_reason = reason
    invoice.is_pended = False
    with seeing_all(session, "books"):
        for line in queries.lines_of(session, invoice.id):
            line.state = LineState.RETURNED
    move(session, invoice, InvoiceAction.RETURN, by=by, at=at, reason=reason)


def dispute(session: Session, invoice: Invoice, *, reason: str, by: Principal, at: datetime) -> None:
    """Dispute what the plan decided; the plan decides anew."""
    lock(session, invoice)
    move(session, invoice, InvoiceAction.DISPUTE, by=by, at=at, reason=reason)


def open_invoice(
    session: Session, invoice_id: UUID, *, by: Principal, at: datetime, seen: int | None = None
) -> Invoice:
    """Open an invoice, which is written down with the people on it; raises NotFound outside the asker's view.

    For a deed `seen` is the version that was on the page: it is locked then, and Stale when it stands no longer.
    """
    invoice = queries.visible(session, invoice_id, by=by)
    if invoice is None:
        raise NotFound
    if seen is not None:
        lock(session, invoice)
        check_version(seen, invoice.version)
    shown = [line.person_id for line, _ in queries.lines_shown(session, invoice.id, by=by)]
    subject = ("invoice", invoice.id)
    audit.record(
        session,
        "invoice:read",
        by=by,
        at=at,
        network_id=invoice.network_id,
        subject=subject,
        people=sorted(set(shown)),
    )
    return invoice


def _invoice(
    session: Session, first: Delivery, program: Program, plan_id: UUID, month_on: date, *, by: Principal, at: datetime
) -> Invoice:
    contract = organizations.contract_on(session, first.organization_id, first.network_id, first.delivered_on)
    lead_id = first.network_lead_id or (contract.network_lead_id if contract is not None else None)
    if lead_id is None:
        raise Refused("Your organization has no contract with a network lead.")
    invoice = Invoice(
        number=short_number("I"),
        network_id=first.network_id,
        program_id=program.id,
        organization_id=first.organization_id,
        plan_id=plan_id,
        network_lead_id=lead_id,
        month_on=month_on,
        state=next_state(INVOICE_MOVES, None, InvoiceAction.DRAFT, movers=movers_of(by)),
        created_at=at,
    )
    session.add(invoice)
    session.flush()
    return invoice


def _line(invoice: Invoice, number: int, checked: CheckedDelivery) -> InvoiceLine:
    delivery = checked.delivery
    return InvoiceLine(
        invoice_id=invoice.id,
        number=number,
        person_id=delivery.person_id,
        network_id=invoice.network_id,
        organization_id=invoice.organization_id,
        plan_id=invoice.plan_id,
        network_lead_id=invoice.network_lead_id,
        level=delivery.level,
        delivery_id=delivery.id,
        referral_id=delivery.referral_id,
        service_authorization_id=delivery.service_authorization_id,
        fee_row_id=UUID(checked.fee_row) if checked.fee_row else None,
        service_code=delivery.service_code,
        variant=delivery.variant,
        served_on=delivery.delivered_on,
        through_on=delivery.through_on,
        discharged_on=delivery.discharged_on,
        units=delivery.units,
        minutes=delivery.minutes,
        billed=checked.billed,
        state=LineState.DRAFT,
        approved_units=Decimal(0),
    )


def _refuse_problems(session: Session, invoice: Invoice, lines: Sequence[InvoiceLine], *, at: datetime) -> None:
    if not lines:
        raise Refused("There is no line on this invoice.")
    numbers = {line.delivery_id: line.number for line in lines}
    found = session.scalars(select(Delivery).where(Delivery.id.in_(numbers)))
    deliveries = sorted(found, key=lambda delivery: numbers[delivery.id])
    checked = check_deliveries(session, deliveries, program=invoice.program, at=at, without_invoice=invoice.id)
    told = [f"Line {numbers[one.delivery.id]}: {' '.join(one.problems)}" for one in checked if one.problems]
    if told:
        raise Refused(" ".join(told))


def _open_people(session: Session, invoice: Invoice, lines: Sequence[InvoiceLine], *, at: datetime) -> None:
    """Let the network lead and the plan see what a bill needs of each person who may be found."""
    hidden = queries.hidden_on(session, invoice.id)
    levels = {line.person_id: line.level for line in lines if line.person_id not in hidden}
    for person_id, level in levels.items():
        for reader_id in (invoice.network_lead_id, invoice.plan_id):
            people.grant(
                session,
                person_id=person_id,
                network_id=invoice.network_id,
                organization_id=reader_id,
                scope=GrantScope.BILLING,
                level=level,
                basis=GrantBasis.BILLING_PARTY,
                basis_id=invoice.id,
                at=at,
                until=at + BILL_IS_OPEN,
            )


def _nothing_to_bill(checked: Sequence[CheckedDelivery]) -> str:
    if not checked:
        return "There is nothing to bill for this month."
    reasons = sorted({problem for one in checked for problem in one.problems})
    return "None of the deliveries can be billed yet. " + " ".join(reasons)
