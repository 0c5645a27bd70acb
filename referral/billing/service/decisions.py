"""The plan's decision: the engine judges every line, people deny or clear single ones."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from referral.billing import queries, rules
from referral.billing.models import Delivery, Invoice, InvoiceLine
from referral.billing.rules import (
    ZERO,
    Claim,
    Decision,
    InvoiceAction,
    InvoiceState,
    LineDecision,
    Outcome,
    Reason,
    ReasonCode,
    adjudicate,
    line_state,
    total,
)
from referral.billing.service.changes import lock, log, move
from referral.billing.service.checking import line_of, local_day
from referral.billing.service.ledger import enter_approval, reverse_entries
from referral.billing.service.locks import take_turns
from referral.foundation.elevation import seeing_all
from referral.foundation.principal import Principal
from referral.foundation.refusals import NotFound, Refused
from referral.programs.models import ServiceAuthorization
from referral.programs.rules import refuse_own_work, refuse_same_organization
from referral.programs.service.movers import act_for

_ACTIONS = {
    Decision.PAY: InvoiceAction.ACCEPT,
    Decision.PAY_PARTIAL: InvoiceAction.ACCEPT,
    Decision.ACCEPT_ZERO: InvoiceAction.ACCEPT,
    Decision.DENY: InvoiceAction.DENY,
    Decision.RETURN: InvoiceAction.RETURN,
}
_DECIDABLE = frozenset({InvoiceState.APPROVED_BY_LEAD, InvoiceState.DISPUTED})


def preview(session: Session, invoice: Invoice) -> dict[UUID, LineDecision]:
    """Return what the engine would decide about each line now; nothing is changed."""
    with seeing_all(session, "books"):
        return _judge(session, invoice, queries.lines_of(session, invoice.id), cleared=())


def decide(
    session: Session,
    invoice: Invoice,
    *,
    by: Principal,
    at: datetime,
    denials: Mapping[UUID, ReasonCode] | None = None,
    cleared: Collection[UUID] = (),
) -> Decision:
    """Decide the invoice: `denials` are lines the plan denies itself, `cleared` suspects that somebody looked at.

    The engine judges every line, also those that the plan may not read; only what it reads can it deny itself.
    """
    act_for(by, invoice.plan_id)
    lock(session, invoice)
    if invoice.state not in _DECIDABLE:
        raise Refused("Only an invoice that the network lead approved, or that is disputed, can be decided.")
    refuse_own_work(by.user_id, invoice.submitted_by_user_id, invoice.lead_decided_by_user_id)
    refuse_same_organization(invoice.lead_decided_by_organization_id, by.organization_id)
    own = denials or {}
    if ReasonCode.OK in own.values():
        raise Refused("Say why a line is denied.")
    if {*own, *cleared} - {line.id for line, _ in queries.lines_shown(session, invoice.id, by=by)}:
        raise NotFound
    with seeing_all(session, "books"):
        return _decide(session, invoice, own, cleared, by=by, at=at)


def lock_all(session: Session, invoice_ids: Collection[UUID], *, by: Principal) -> None:
    """Take every lock that deciding these invoices needs, in one order.

    Taken invoice by invoice, two people who decide bills of the same members would each hold what the other waits for.
    """
    query = select(Invoice.id).where(Invoice.id.in_(invoice_ids), queries.is_mine(by)).order_by(Invoice.id)
    ids = session.scalars(query.with_for_update()).all()
    with seeing_all(session, "adjudication"):
        _lock_people(session, queries.people_on(session, ids))


def _decide(
    session: Session,
    invoice: Invoice,
    denials: Mapping[UUID, ReasonCode],
    cleared: Collection[UUID],
    *,
    by: Principal,
    at: datetime,
) -> Decision:
    lines = queries.lines_of(session, invoice.id, lock=True)
    answers = _judge(session, invoice, lines, cleared=cleared, is_locking=True)
    for line_id, code in denials.items():
        answers[line_id] = _denied(answers[line_id], code)
    decision = rules.decide(list(answers.values()))
    if decision is Decision.PEND:
        _pend(session, invoice, lines, answers, by=by, at=at)
        return decision
    _refuse_below_paid(lines, answers, decision)
    _apply(session, invoice, lines, answers, decision, by=by, at=at)
    return decision


def _judge(
    session: Session,
    invoice: Invoice,
    lines: Sequence[InvoiceLine],
    *,
    cleared: Collection[UUID],
    is_locking: bool = False,
) -> dict[UUID, LineDecision]:
    """Judge all lines, person by person; locked, so that two invoices cannot spend the same units or cap."""
    people = sorted({line.person_id for line in lines})
    with seeing_all(session, "adjudication"):
        if is_locking:
            _lock_people(session, people)
        terms = queries.terms_of_people(
            session, invoice.program, people, organization_id=invoice.organization_id, without_invoice=invoice.id
        )
        query = select(Delivery).where(Delivery.id.in_([line.delivery_id for line in lines]))
        deliveries = {one.id: one for one in session.scalars(query)}
    by_person: dict[UUID, list[InvoiceLine]] = defaultdict(list)
    for line in lines:
        by_person[line.person_id].append(line)
    answers: dict[UUID, LineDecision] = {}
    for person_id, theirs in by_person.items():
        claim = _claim(invoice, theirs, deliveries, cleared)
        for line, answer in zip(theirs, adjudicate(claim, terms[person_id]).lines, strict=True):
            answers[line.id] = answer
    return answers


def _claim(
    invoice: Invoice, lines: Sequence[InvoiceLine], deliveries: Mapping[UUID, Delivery], cleared: Collection[UUID]
) -> Claim:
    billed = tuple(
        line_of(deliveries[line.delivery_id], line.number, billed=line.billed, was_looked_at=line.id in cleared)
        for line in lines
    )
    submitted_on = local_day(invoice.program, invoice.submitted_at or invoice.created_at)
    return Claim(str(invoice.id), str(invoice.organization_id), str(invoice.plan_id), submitted_on, billed)


def _lock_people(session: Session, person_ids: Sequence[UUID]) -> None:
    """Take the caps' lock for each member, then the rows of their authorizations, always in the same order."""
    for person_id in person_ids:
        take_turns(session, "caps-of", person_id)
    query = select(ServiceAuthorization.id).where(ServiceAuthorization.person_id.in_(person_ids))
    session.execute(query.order_by(ServiceAuthorization.id).with_for_update(of=ServiceAuthorization))


def _denied(answer: LineDecision, code: ReasonCode) -> LineDecision:
    others = tuple(reason for reason in answer.reasons if reason.code not in {ReasonCode.OK, code})
    return replace(answer, outcome=Outcome.DENY, paid=ZERO, reasons=(Reason(code), *others))


def _pend(
    session: Session,
    invoice: Invoice,
    lines: Sequence[InvoiceLine],
    answers: Mapping[UUID, LineDecision],
    *,
    by: Principal,
    at: datetime,
) -> None:
    """Keep the invoice with the plan until somebody has looked at its suspect lines."""
    invoice.is_pended = True
    for line in lines:
        line.outcome, line.reasons = answers[line.id].outcome, _kept(answers[line.id])
    session.flush()
    suspects = ", ".join(str(line.number) for line in lines if line.outcome is Outcome.PEND)
    reason = f"Suspect lines: {suspects}"
    log(session, invoice, InvoiceAction.APPROVE, invoice.state, by=by, at=at, reason=reason)


def _apply(
    session: Session,
    invoice: Invoice,
    lines: Sequence[InvoiceLine],
    answers: Mapping[UUID, LineDecision],
    decision: Decision,
    *,
    by: Principal,
    at: datetime,
) -> None:
    is_held = decision is Decision.RETURN
    reverse_entries(session, invoice, kinds_of_approval=True, by=by, at=at)
    for line in lines:
        answer = answers[line.id]
        line.outcome, line.reasons = answer.outcome, _kept(answer)
        line.approved_amount = ZERO if is_held else answer.paid
        line.approved_units = ZERO if is_held else answer.units
        line.fee_row_id = UUID(answer.fee_row) if answer.fee_row else None
    invoice.approved_amount = total(line.approved_amount for line in lines)
    invoice.is_pended = False
    invoice.decided_at = at
    invoice.decided_by_user_id = by.user_id
    if is_held:
        invoice.return_reason = "The plan's checks found lines that have to be put right."
    move(session, invoice, _ACTIONS[decision], by=by, at=at, reason=invoice.return_reason)
    for line in lines:
        line.state = line_state(invoice.state, line.outcome)
    if not is_held:
        enter_approval(session, lines, by=by, at=at)
    if (
        invoice.state is InvoiceState.ACCEPTED
        and invoice.paid_amount
        and invoice.paid_amount == invoice.approved_amount
    ):
        move(session, invoice, InvoiceAction.PAY, by=by, at=at)
    session.flush()


def _refuse_below_paid(lines: Sequence[InvoiceLine], answers: Mapping[UUID, LineDecision], decision: Decision) -> None:
    is_held = decision is Decision.RETURN
    if any(line.paid_amount > (ZERO if is_held else answers[line.id].paid) for line in lines):
        raise Refused("A line would be approved below what was paid on it already: void the invoice instead.")


def _kept(answer: LineDecision) -> list[dict[str, str]]:
    """Return the reasons as the table keeps them."""
    kept = []
    for reason in answer.reasons:
        said = {"code": reason.code.value}
        if reason.units is not None:
            said["units"] = f"{reason.units:f}"
        if reason.amount is not None:
            said["amount"] = f"{reason.amount:f}"
        kept.append(said)
    return kept
