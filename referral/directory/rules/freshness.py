"""How much a listing or a capacity may still be believed, by its age.

Day limits: our timers listing_reminder, listing_warning and listing_overdue; a cycle of 90 to 180 days is
2-1-1 practice.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

REMINDER_DAYS = 90
WARNING_DAYS = 180
OVERDUE_DAYS = 365
HIDDEN_AFTER_DAYS = 60


class Freshness(StrEnum):
    """How long ago somebody authorised confirmed a listing."""

    CONFIRMED = "confirmed"
    REMINDER_DUE = "reminder_due"
    WARNING = "warning"
    OVERDUE = "overdue"
    NEVER = "never_confirmed"


class CapacityState(StrEnum):
    """Whether there is room, as the organization said it."""

    OPEN = "open"
    LIMITED = "limited"
    WAITLIST = "waitlist"
    CLOSED = "closed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Lifetime:
    """How long a statement about room stands; beds change by the day."""

    ordinary: timedelta = timedelta(days=7)
    beds: timedelta = timedelta(hours=24)


def freshness(assured_on: date | None, today: date) -> Freshness:
    """The freshness of a listing last confirmed on a date; the limits belong to the older state."""
    if assured_on is None:
        return Freshness.NEVER
    age = (today - assured_on).days
    if age >= OVERDUE_DAYS:
        return Freshness.OVERDUE
    if age >= WARNING_DAYS:
        return Freshness.WARNING
    return Freshness.REMINDER_DUE if age >= REMINDER_DAYS else Freshness.CONFIRMED


def say_freshness(assured_on: date | None, today: date) -> str:
    """What a result says about its age."""
    if assured_on is None:
        return "Not confirmed by anyone"
    said = f"Confirmed on {assured_on:%B} {assured_on.day}, {assured_on.year}"
    match freshness(assured_on, today):
        case Freshness.OVERDUE:
            return f"{said}, more than a year ago: call first"
        case Freshness.WARNING:
            return f"{said}, more than six months ago"
        case _:
            return said


def is_hidden(asked_on: date | None, answered_on: date | None, today: date) -> bool:
    """Whether an overdue listing leaves the default search: asked, and no answer for 60 days."""
    if asked_on is None or (answered_on is not None and answered_on >= asked_on):
        return False
    return (today - asked_on).days >= HIDDEN_AFTER_DAYS


def capacity_now(state: CapacityState, expires_at: datetime | None, at: datetime) -> CapacityState:
    """The state of room at an instant: what has expired is unknown."""
    return CapacityState.UNKNOWN if expires_at is not None and expires_at <= at else state


def capacity_expiry(set_at: datetime, *, is_beds: bool, lifetime: Lifetime | None = None) -> datetime:
    """Until when a statement about room stands."""
    lifetime = lifetime or Lifetime()
    return set_at + (lifetime.beds if is_beds else lifetime.ordinary)
