"""Invoices and their lines: states, moves and who may take them."""

from enum import StrEnum

from referral.billing.rules.decisions import Decision
from referral.billing.rules.reasons import Outcome
from referral.organizations.rules import Role
from referral.programs.rules import Machine, Move, Mover


class InvoiceState(StrEnum):
    """Our lifecycle of an invoice; the payer's own words about it are kept apart."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED_BY_LEAD = "approved_by_lead"
    ACCEPTED = "accepted"
    DENIED = "denied"
    PAID = "paid"
    PARTIALLY_PAID = "partially_paid"
    VOIDED = "voided"
    DISPUTED = "disputed"


class InvoiceAction(StrEnum):
    """What is done with an invoice."""

    DRAFT = "draft"
    SUBMIT = "submit"
    RETURN = "return"
    APPROVE = "approve"
    ACCEPT = "accept"
    DENY = "deny"
    PAY = "pay"
    PAY_IN_PART = "pay_in_part"
    DISPUTE = "dispute"
    VOID = "void"


_State, _Do = InvoiceState, InvoiceAction
_BILLER = frozenset[Mover]({Role.CBO_BILLER})
_LEAD = frozenset[Mover]({Role.NETWORK_LEAD})
_PLAN = frozenset[Mover]({Role.PLAN_FINANCE})
_SYSTEM = frozenset[Mover]({Machine.SYSTEM})

INVOICE_MOVES: dict[tuple[InvoiceState | None, InvoiceAction], Move[InvoiceState]] = {
    # The system proposes drafts from recorded deliveries.
    (None, _Do.DRAFT): Move(_State.DRAFT, _BILLER | _SYSTEM),
    (_State.DRAFT, _Do.SUBMIT): Move(_State.SUBMITTED, _BILLER),
    (_State.DRAFT, _Do.VOID): Move(_State.VOIDED, _BILLER),
    # The system takes the lead's step where the program has none.
    (_State.SUBMITTED, _Do.APPROVE): Move(_State.APPROVED_BY_LEAD, _LEAD | _SYSTEM),
    (_State.SUBMITTED, _Do.RETURN): Move(_State.RETURNED, _LEAD | _SYSTEM),
    (_State.SUBMITTED, _Do.VOID): Move(_State.VOIDED, _BILLER),
    (_State.RETURNED, _Do.SUBMIT): Move(_State.SUBMITTED, _BILLER),
    (_State.RETURNED, _Do.VOID): Move(_State.VOIDED, _BILLER),
    (_State.APPROVED_BY_LEAD, _Do.ACCEPT): Move(_State.ACCEPTED, _PLAN | _SYSTEM),
    (_State.APPROVED_BY_LEAD, _Do.DENY): Move(_State.DENIED, _PLAN | _SYSTEM),
    (_State.APPROVED_BY_LEAD, _Do.RETURN): Move(_State.RETURNED, _PLAN | _SYSTEM),
    (_State.ACCEPTED, _Do.PAY): Move(_State.PAID, _PLAN | _SYSTEM),
    (_State.ACCEPTED, _Do.PAY_IN_PART): Move(_State.PARTIALLY_PAID, _PLAN | _SYSTEM),
    (_State.ACCEPTED, _Do.DISPUTE): Move(_State.DISPUTED, _BILLER | _LEAD),
    (_State.ACCEPTED, _Do.VOID): Move(_State.VOIDED, _BILLER | _LEAD | _PLAN),
    (_State.PARTIALLY_PAID, _Do.PAY): Move(_State.PAID, _PLAN | _SYSTEM),
    (_State.PARTIALLY_PAID, _Do.DISPUTE): Move(_State.DISPUTED, _BILLER | _LEAD),
    (_State.PARTIALLY_PAID, _Do.VOID): Move(_State.VOIDED, _BILLER | _LEAD | _PLAN),
    (_State.PAID, _Do.DISPUTE): Move(_State.DISPUTED, _BILLER | _LEAD),
    (_State.PAID, _Do.VOID): Move(_State.VOIDED, _BILLER | _LEAD | _PLAN),
    (_State.DENIED, _Do.DISPUTE): Move(_State.DISPUTED, _BILLER | _LEAD),
    (_State.DISPUTED, _Do.ACCEPT): Move(_State.ACCEPTED, _PLAN),
    (_State.DISPUTED, _Do.DENY): Move(_State.DENIED, _PLAN),
}

# What a decision does to the invoice it is about; a pended one stays, with its flag set.
STATE_AFTER: dict[Decision, InvoiceState] = {
    Decision.PAY: InvoiceState.ACCEPTED,
    Decision.PAY_PARTIAL: InvoiceState.ACCEPTED,
    Decision.ACCEPT_ZERO: InvoiceState.ACCEPTED,
    Decision.PAY_DELTA: InvoiceState.ACCEPTED,
    Decision.DENY: InvoiceState.DENIED,
    Decision.RETURN: InvoiceState.RETURNED,
    Decision.PEND: InvoiceState.APPROVED_BY_LEAD,
    Decision.RECOUP: InvoiceState.VOIDED,
}


class LineState(StrEnum):
    """Where one line stands; what the person may see of it, without its amount."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    PENDED = "pended"
    ACCEPTED = "accepted"
    DENIED = "denied"
    PAID = "paid"
    REVERSED = "reversed"
    REMOVED = "removed"


_LINE_AFTER: dict[Outcome, LineState] = {
    Outcome.PAY: LineState.ACCEPTED,
    Outcome.REDUCE: LineState.ACCEPTED,
    Outcome.ACCEPT_ZERO: LineState.ACCEPTED,
    Outcome.DENY: LineState.DENIED,
    Outcome.RETURN: LineState.RETURNED,
    Outcome.PEND: LineState.PENDED,
    Outcome.REVERSAL: LineState.REVERSED,
}


def line_state(invoice: InvoiceState, outcome: Outcome | None) -> LineState:
    """Return the state of a line from its invoice and its own outcome (None before the plan decided)."""
    if invoice is InvoiceState.DRAFT:
        return LineState.DRAFT
    if invoice is InvoiceState.RETURNED:
        return LineState.RETURNED
    if invoice is InvoiceState.VOIDED:
        return LineState.REVERSED
    if outcome is None:
        return LineState.SUBMITTED
    state = _LINE_AFTER[outcome]
    return LineState.PAID if invoice is InvoiceState.PAID and state is LineState.ACCEPTED else state
