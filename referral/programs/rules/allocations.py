"""A plan's allocation is encumbered when a service is authorized, never when it is invoiced."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from referral.programs.rules.authorizations import AuthorizationState


class RequestReason(StrEnum):
    """Why the system itself denied a request."""

    ALLOCATION_EXHAUSTED = "ALLOCATION_EXHAUSTED"


@dataclass(frozen=True, slots=True)
class RequestAnswer:
    """What the system makes of a request before any person looks."""

    state: AuthorizationState
    reasons: tuple[RequestReason, ...] = ()


def answer_request(
    *,
    requested_amount: Decimal | None,
    allocation: Decimal | None,
    encumbered: Decimal,
    is_preapproved: bool = False,
) -> RequestAnswer:
    """Deny what the allocation cannot carry, approve what the plan approved beforehand, leave the rest.

    An unknown amount or a plan without an allocation is never denied for money.
    """
    if allocation is not None and requested_amount is not None and requested_amount > allocation - encumbered:
        return RequestAnswer(AuthorizationState.DENIED, (RequestReason.ALLOCATION_EXHAUSTED,))
    return RequestAnswer(AuthorizationState.APPROVED if is_preapproved else AuthorizationState.REQUESTED)
