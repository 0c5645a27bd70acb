"""Business days of the receiving organization: when an answer is due, as an instant in UTC."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

HARD_STOP_DAYS = 14
MONDAY_TO_FRIDAY = frozenset(range(5))


@dataclass(frozen=True, slots=True)
class Calendar:
    """When an organization works: its zone, weekdays (Monday is 0), closed days and closing time."""

    zone: ZoneInfo
    closed_on: frozenset[date] = frozenset()
    weekdays: frozenset[int] = MONDAY_TO_FRIDAY
    closes_at: time = time(17)

    def __post_init__(self) -> None:
        """Refuse a week without a working day: nothing would ever be due."""
        if not self.weekdays & frozenset(range(7)):
            raise ValueError("A calendar needs at least one working weekday.")

    def is_open_on(self, day: date) -> bool:
        """Say whether the organization works on the local day."""
        return day.weekday() in self.weekdays and day not in self.closed_on


def day_zero(at: datetime, calendar: Calendar) -> date:
    """Return the local business day on which the clock starts; after closing it is the next one."""
    local = at.astimezone(calendar.zone)
    if calendar.is_open_on(local.date()) and local.time() < calendar.closes_at:
        return local.date()
    return next_business_day(local.date(), calendar)


def next_business_day(day: date, calendar: Calendar) -> date:
    """Return the first open day after the given one."""
    day += timedelta(days=1)
    while not calendar.is_open_on(day):
        day += timedelta(days=1)
    return day


def due_at(at: datetime, days: int, calendar: Calendar) -> datetime:
    """Return closing time of the n-th business day after day zero, in UTC."""
    day = day_zero(at, calendar)
    for _ in range(days):
        day = next_business_day(day, calendar)
    return datetime.combine(day, calendar.closes_at, calendar.zone).astimezone(UTC)
