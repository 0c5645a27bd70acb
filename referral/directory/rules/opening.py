"""What a page says about opening hours: open now, when next, or that nobody knows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from referral.directory.rules.hours import Interval


class OpeningKind(StrEnum):
    """What is known about the hours of a place right now."""

    OPEN = "open"
    OPENS_LATER = "opens_later"
    NOT_SOON = "not_soon"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Opening:
    """The kind, and the instant that goes with it: when it closes, or when it opens next."""

    kind: OpeningKind
    changes_at: datetime | None = None


def opening(found: Sequence[Interval], at: datetime, *, has_rules: bool) -> Opening:
    """The opening at an instant; without a rule that could be evaluated the hours are unknown, not closed."""
    if not has_rules:
        return Opening(OpeningKind.UNKNOWN)
    current = [interval.closes_at for interval in found if interval.holds(at)]
    if current:
        return Opening(OpeningKind.OPEN, max(current))
    coming = [interval.opens_at for interval in found if interval.opens_at > at]
    return Opening(OpeningKind.OPENS_LATER, min(coming)) if coming else Opening(OpeningKind.NOT_SOON)


def say_opening(known: Opening, at: datetime, zone: ZoneInfo) -> str:
    """The opening in words, in the time of the place: *Open now, until 5:00 PM*, *Opens Monday 9:00 AM*."""
    if known.kind is OpeningKind.UNKNOWN:
        return "Hours not known"
    if known.changes_at is None:
        return "Not open in the next two weeks"
    local, today = known.changes_at.astimezone(zone), at.astimezone(zone).date()
    away = (local.date() - today).days
    if known.kind is OpeningKind.OPEN:
        return "Open now, until " + (say_time(local) if away == 0 else f"{_say_day(local, away)} {say_time(local)}")
    return f"Opens {_say_day(local, away)} {say_time(local)}"


def say_time(local: datetime) -> str:
    """A local time as Americans read it: 9:00 AM."""
    return f"{local.hour % 12 or 12}:{local.minute:02d} {'AM' if local.hour < 12 else 'PM'}"


def _say_day(local: datetime, away: int) -> str:
    if away <= 1:
        return "tomorrow" if away else "today"
    return f"{local:%A}" if away < 7 else f"{local:%A, %B} {local.day}"
