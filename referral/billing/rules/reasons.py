"""Why a line is not paid as billed: codes, the step that finds them, and what they do to the line."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Outcome(StrEnum):
    """What became of one line."""

    PAY = "pay"
    REDUCE = "reduce"
    DENY = "deny"
    RETURN = "return"
    PEND = "pend"
    ACCEPT_ZERO = "accept_zero"
    REVERSAL = "reversal"


class ReasonCode(StrEnum):
    """A reason of adjudication; the order is the order of the checks."""

    COVERAGE_NOT_STARTED = "COVERAGE_NOT_STARTED"
    COVERAGE_TERMINATED = "COVERAGE_TERMINATED"
    NOT_THIS_PAYER = "NOT_THIS_PAYER"
    NOT_IN_REGION = "NOT_IN_REGION"
    CONSENT_ENDED = "CONSENT_ENDED"
    NOT_CONTRACTED = "NOT_CONTRACTED"
    CONTRACT_NOT_EFFECTIVE = "CONTRACT_NOT_EFFECTIVE"
    NO_FEE_ROW = "NO_FEE_ROW"
    NO_AUTHORIZATION = "NO_AUTHORIZATION"
    SERVICE_NOT_AUTHORIZED = "SERVICE_NOT_AUTHORIZED"
    AUTH_WINDOW = "AUTH_WINDOW"
    NO_SERVICE_EVIDENCE = "NO_SERVICE_EVIDENCE"
    DOCUMENT_MISSING = "DOCUMENT_MISSING"
    FUTURE_DATE = "FUTURE_DATE"
    TIMELY_FILING = "TIMELY_FILING"
    DUPLICATE = "DUPLICATE"
    SUSPECT_DUPLICATE = "SUSPECT_DUPLICATE"
    OVERLAP = "OVERLAP"
    PMPM_MONTH_USED = "PMPM_MONTH_USED"
    MILESTONE_ALREADY_PAID = "MILESTONE_ALREADY_PAID"
    LIFETIME_ONCE = "LIFETIME_ONCE"
    EXCLUSIVE_WITH = "EXCLUSIVE_WITH"
    PREREQUISITE_MISSING = "PREREQUISITE_MISSING"
    MILESTONE_NOT_REACHED = "MILESTONE_NOT_REACHED"
    BELOW_MINIMUM_TIME = "BELOW_MINIMUM_TIME"
    UNITS_EXCEED_TIME = "UNITS_EXCEED_TIME"
    OVER_DAILY_LIMIT = "OVER_DAILY_LIMIT"
    OVER_FEE = "OVER_FEE"
    CAP_REACHED = "CAP_REACHED"
    AUTH_UNITS_EXCEEDED = "AUTH_UNITS_EXCEEDED"
    AUTH_AMOUNT_EXCEEDED = "AUTH_AMOUNT_EXCEEDED"
    REVERSAL = "REVERSAL"
    OK = "OK"

    @property
    def is_reduction(self) -> bool:
        """Whether the reason takes money off a payable line instead of refusing the line."""
        return self in _REDUCTIONS

    @property
    def outcome(self) -> Outcome:
        """What the reason does to a line; a reduction to nothing denies it."""
        if self in _REDUCTIONS:
            return Outcome.REDUCE
        return _OTHER_OUTCOMES.get(self, Outcome.DENY)


_REDUCTIONS = frozenset(
    {
        ReasonCode.OVERLAP,
        ReasonCode.UNITS_EXCEED_TIME,
        ReasonCode.OVER_DAILY_LIMIT,
        ReasonCode.OVER_FEE,
        ReasonCode.CAP_REACHED,
        ReasonCode.AUTH_UNITS_EXCEEDED,
        ReasonCode.AUTH_AMOUNT_EXCEEDED,
    }
)
# Everything that is neither a reduction nor named here denies the line.
_OTHER_OUTCOMES = {
    ReasonCode.NOT_THIS_PAYER: Outcome.RETURN,
    ReasonCode.NOT_CONTRACTED: Outcome.RETURN,
    ReasonCode.CONTRACT_NOT_EFFECTIVE: Outcome.RETURN,
    ReasonCode.NO_FEE_ROW: Outcome.RETURN,
    ReasonCode.NO_SERVICE_EVIDENCE: Outcome.RETURN,
    ReasonCode.DOCUMENT_MISSING: Outcome.RETURN,
    ReasonCode.FUTURE_DATE: Outcome.RETURN,
    ReasonCode.SUSPECT_DUPLICATE: Outcome.PEND,
    ReasonCode.REVERSAL: Outcome.REVERSAL,
    ReasonCode.OK: Outcome.PAY,
}


@dataclass(frozen=True, slots=True)
class Reason:
    """A finding on a line, with the units and dollars it took off, or the plan it belongs to."""

    code: ReasonCode
    units: Decimal | None = None
    amount: Decimal | None = None
    route_to_plan: str | None = None
