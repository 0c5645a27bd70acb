"""The answer to an invoice: one outcome a line, one decision over all, and what it does to earlier money."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from referral.billing.rules.money import ZERO
from referral.billing.rules.reasons import Outcome, Reason, ReasonCode


class Decision(StrEnum):
    """What becomes of the invoice as a whole."""

    PAY = "pay"
    PAY_PARTIAL = "pay_partial"
    DENY = "deny"
    PEND = "pend"
    RETURN = "return"
    PAY_DELTA = "pay_delta"
    RECOUP = "recoup"
    ACCEPT_ZERO = "accept_zero"


@dataclass(frozen=True, slots=True)
class LineDecision:
    """The outcome of one line, the units and dollars payable, and every reason in order."""

    number: int
    outcome: Outcome
    paid: Decimal
    reasons: tuple[Reason, ...]
    units: Decimal = Decimal(0)
    authorization: str | None = None
    fee_row: str | None = None

    @property
    def codes(self) -> tuple[ReasonCode, ...]:
        """The codes of the reasons, in order."""
        return tuple(reason.code for reason in self.reasons)


@dataclass(frozen=True, slots=True)
class InvoiceDecision:
    """The decision; `total_paid` is the net effect, the reversal of a replaced invoice included."""

    decision: Decision
    total_paid: Decimal
    lines: tuple[LineDecision, ...]
    reversal: Decimal | None = None
    new_amount: Decimal | None = None
    restored_units: Decimal | None = None
    restored_amount: Decimal | None = None

    @property
    def route_to_plan(self) -> str | None:
        """The plan that should have been billed, where that is why the invoice came back."""
        plans = (reason.route_to_plan for line in self.lines for reason in line.reasons)
        return next((plan for plan in plans if plan is not None), None)

    @property
    def is_encounter_required(self) -> bool:
        """Whether a line must be reported to the payer though it is not paid."""
        return any(line.outcome is Outcome.ACCEPT_ZERO for line in self.lines)


def decide(lines: Sequence[LineDecision]) -> Decision:
    """Return the decision that follows from the outcomes: one return returns all, else one pend pends all."""
    outcomes = {line.outcome for line in lines}
    if Outcome.RETURN in outcomes:
        return Decision.RETURN
    if Outcome.PEND in outcomes:
        return Decision.PEND
    if outcomes == {Outcome.DENY}:
        return Decision.DENY
    if outcomes == {Outcome.ACCEPT_ZERO}:
        return Decision.ACCEPT_ZERO
    return Decision.PAY if outcomes <= {Outcome.PAY, Outcome.ACCEPT_ZERO} else Decision.PAY_PARTIAL


def is_held(decision: Decision) -> bool:
    """Whether the decision pays nothing yet because somebody has to act first."""
    return decision in {Decision.RETURN, Decision.PEND}


def payable_total(decision: Decision, amount: Decimal) -> Decimal:
    """Return the amount the decision releases."""
    return ZERO if is_held(decision) else amount
