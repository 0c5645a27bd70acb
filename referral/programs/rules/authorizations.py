"""Service authorizations: their states and moves, and what follows from them without being stored."""

from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from referral.organizations.rules import Role
from referral.programs.rules.moves import Machine, Move, Mover
from referral.programs.rules.windows import Window


class AuthorizationState(StrEnum):
    """Where a service authorization stands."""

    REQUESTED = "requested"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    DENIED = "denied"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class AuthorizationAction(StrEnum):
    """What is done with a service authorization."""

    REQUEST = "request"
    SUGGEST = "suggest"
    REVIEW = "review"
    APPROVE = "approve"
    DENY = "deny"
    CANCEL = "cancel"
    EXPIRE = "expire"


_State, _Do = AuthorizationState, AuthorizationAction
_SYSTEM = frozenset[Mover]({Machine.SYSTEM})
_REFERRERS = frozenset[Mover]({Role.NAVIGATOR, Role.COORD_SUPERVISOR})
_PLAN = frozenset[Mover]({Role.PLAN_CARE_MGR})

AUTHORIZATION_MOVES: dict[tuple[AuthorizationState | None, AuthorizationAction], Move[AuthorizationState]] = {
    (None, _Do.REQUEST): Move(_State.REQUESTED, _REFERRERS),
    # A suggestion of the delivering organization waits in requested until a navigator confirms it.
    (None, _Do.SUGGEST): Move(_State.REQUESTED, frozenset({Role.CBO_INTAKE, Role.CBO_ADMIN})),
    (_State.REQUESTED, _Do.REVIEW): Move(_State.IN_REVIEW, _PLAN | _SYSTEM),
    # By the system only for services on the plan's pre-approved list, with allocation left.
    (_State.REQUESTED, _Do.APPROVE): Move(_State.APPROVED, _SYSTEM),
    # By the system only for a hard rule or an exhausted allocation.
    (_State.REQUESTED, _Do.DENY): Move(_State.DENIED, _SYSTEM),
    (_State.REQUESTED, _Do.CANCEL): Move(_State.CANCELLED, _REFERRERS),
    (_State.REQUESTED, _Do.EXPIRE): Move(_State.EXPIRED, _SYSTEM),
    (_State.IN_REVIEW, _Do.APPROVE): Move(_State.APPROVED, _PLAN),
    (_State.IN_REVIEW, _Do.DENY): Move(_State.DENIED, _PLAN),
    (_State.IN_REVIEW, _Do.CANCEL): Move(_State.CANCELLED, _REFERRERS),
    (_State.IN_REVIEW, _Do.EXPIRE): Move(_State.EXPIRED, _SYSTEM),
    (_State.APPROVED, _Do.CANCEL): Move(_State.CANCELLED, frozenset({Role.PLAN_CARE_MGR, Role.NAVIGATOR})),
    (_State.APPROVED, _Do.EXPIRE): Move(_State.EXPIRED, _SYSTEM),
}

OPEN_STATES = frozenset({AuthorizationState.REQUESTED, AuthorizationState.IN_REVIEW})


class Standing(StrEnum):
    """What an authorization is worth on a day; derived, never stored."""

    UNDECIDED = "undecided"
    REFUSED = "refused"
    WAITING = "waiting"
    CURRENT = "current"
    EXHAUSTED = "exhausted"
    PAST = "past"
    SUPERSEDED = "superseded"


def payable_window(
    state: AuthorizationState, approved: Window | None, *, cancelled_from: date | None = None
) -> Window | None:
    """Return the days on which a delivered unit is payable, or None.

    An approval that ran out still pays what was delivered in time; a cancelled one pays up to the day before.
    """
    if approved is None or state in OPEN_STATES or state is AuthorizationState.DENIED:
        return None
    if state is AuthorizationState.CANCELLED:
        return None if cancelled_from is None else approved.until(cancelled_from - timedelta(days=1))
    return approved


def left(approved: Decimal | None, used: Decimal) -> Decimal | None:
    """Return what is left of approved units or money, never below zero; None where nothing limits it."""
    return None if approved is None else max(approved - used, Decimal(0))


def is_exhausted(units_left: Decimal | None, amount_left: Decimal | None) -> bool:
    """Whether a limit that is set has nothing left."""
    return units_left == 0 or amount_left == 0


def standing(
    state: AuthorizationState,
    approved: Window | None,
    *,
    on: date,
    units_left: Decimal | None = None,
    amount_left: Decimal | None = None,
    is_superseded: bool = False,
) -> Standing:
    """Return what the authorization is worth on the day."""
    if state in OPEN_STATES:
        return Standing.UNDECIDED
    if state is not AuthorizationState.APPROVED or approved is None:
        return Standing.PAST if state is AuthorizationState.EXPIRED else Standing.REFUSED
    if is_superseded:
        return Standing.SUPERSEDED
    if approved.starts_after(on):
        return Standing.WAITING
    if approved.is_before(on):
        return Standing.PAST
    return Standing.EXHAUSTED if is_exhausted(units_left, amount_left) else Standing.CURRENT
