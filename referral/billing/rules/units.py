"""Counting units: minutes into quarter hours, nights of a stay, days of a span.

Quarter hours: Medicare Claims Processing Manual, chapter 5, section 20.2 (8 to 22 minutes are one unit).
"""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

_QUARTER = 15
_MINIMUM = 8


def quarter_hours(minutes: int) -> int:
    """Return the 15-minute units that the minutes of one day earn; fewer than eight earn none."""
    return 0 if minutes < _MINIMUM else (minutes + _QUARTER - _MINIMUM) // _QUARTER


def quarter_hours_of_line(minutes: int, *, minutes_before: int) -> int:
    """Return the units a line adds to those that the same day's earlier minutes already earned."""
    return quarter_hours(minutes_before + minutes) - quarter_hours(minutes_before)


def nights(arrived_on: date, discharged_on: date) -> frozenset[date]:
    """Return the nights of a stay, named by the day they begin; the day of discharge is none."""
    return frozenset(arrived_on + timedelta(days=n) for n in range((discharged_on - arrived_on).days))


def days_between(first_on: date, last_on: date) -> int:
    """Return the days of a span, both ends included."""
    return (last_on - first_on).days + 1


def total_units(units: Iterable[Decimal]) -> Decimal:
    """Return the sum of units, 0 when there are none."""
    return sum(units, Decimal(0))
