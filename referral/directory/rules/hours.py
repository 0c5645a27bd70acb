"""Opening hours: HSDS schedules (RRULE parts, RFC 5545) turned into intervals of real time."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from dateutil.rrule import MONTHLY, WEEKLY, rrule, weekday

from referral.directory.rules.vocabulary import Frequency, Weekday

DAYS_AHEAD = 14
_FREQUENCIES: dict[Frequency, Literal[1, 2]] = {Frequency.WEEKLY: WEEKLY, Frequency.MONTHLY: MONTHLY}
_WEEKDAYS = {day.value: weekday(position) for position, day in enumerate(Weekday)}


@dataclass(frozen=True, slots=True)
class Schedule:
    """The parts of an HSDS schedule that say when; times are wall-clock times of the place."""

    freq: Frequency | None = None
    byday: str | None = None
    bymonthday: str | None = None
    interval: int | None = None
    count: int | None = None
    dtstart: date | None = None
    until: date | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    wkst: Weekday | None = None
    opens_at: time | None = None
    closes_at: time | None = None

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> "Schedule":
        """The schedule in a row that may hold more columns."""
        return cls(**{part.name: values.get(part.name) for part in fields(cls)})

    @property
    def is_evaluable(self) -> bool:
        """Whether it says on which days and between which times, in a way that can be true.

        An ordinal such as the second Thursday belongs to months only, and not beside a day of the month.
        """
        says_days = bool(self.byday or self.bymonthday or self.dtstart)
        has_ordinals = any(len(day) > 2 for day in (self.byday or "").split(","))
        fits = not has_ordinals or (self.freq is Frequency.MONTHLY and not self.bymonthday)
        return self.freq is not None and says_days and fits and None not in (self.opens_at, self.closes_at)


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """A time during which a place is open, in UTC: from `opens_at` up to, but not at, `closes_at`."""

    opens_at: datetime
    closes_at: datetime

    def holds(self, instant: datetime) -> bool:
        """Whether the place is open at an instant."""
        return self.opens_at <= instant < self.closes_at


def opening_days(schedule: Schedule, first: date, last: date) -> list[date]:
    """The local days on which a schedule opens, from `first` to `last`, both included."""
    if not schedule.is_evaluable:
        return []
    low = max(first, schedule.valid_from or first)
    high = min(last, schedule.valid_to or last, schedule.until or last)
    if high < low:
        return []
    found = _rule(schedule, low).between(_noon(low), _noon(high), inc=True)
    return [moment.date() for moment in found]


def is_current(schedule: Schedule, today: date) -> bool:
    """Whether a schedule can be evaluated and has not run out."""
    ends = [day for day in (schedule.valid_to, schedule.until) if day]
    if not schedule.is_evaluable or any(day < today for day in ends):
        return False
    return not schedule.count or bool(opening_days(schedule, today, today + timedelta(days=366)))


def _rule(schedule: Schedule, low: date) -> rrule:
    # Only a counted, skipping or dayless rule depends on where it starts; any other starts where we look.
    is_anchored = schedule.count or (schedule.interval or 1) > 1 or not (schedule.byday or schedule.bymonthday)
    start = schedule.dtstart or schedule.valid_from or low
    return rrule(
        freq=_FREQUENCIES[schedule.freq or Frequency.WEEKLY],
        dtstart=_noon(start if is_anchored else max(start, low)),
        interval=max(1, schedule.interval or 1),
        count=schedule.count or None,
        byweekday=[_weekday(part) for part in schedule.byday.split(",")] if schedule.byday else None,
        bymonthday=[int(part) for part in schedule.bymonthday.split(",")] if schedule.bymonthday else None,
        wkst=_WEEKDAYS[schedule.wkst.value] if schedule.wkst else None,
    )


def _weekday(text: str) -> weekday:
    ordinal, name = text[:-2], text[-2:]
    return _WEEKDAYS[name](int(ordinal)) if ordinal else _WEEKDAYS[name]


def _noon(day: date) -> datetime:
    """Noon without a zone: days are counted here, and noon exists on every one of them."""
    return datetime.combine(day, time(12))


def intervals(schedule: Schedule, zone: ZoneInfo, first: date, days: int = DAYS_AHEAD) -> Iterator[Interval]:
    """The intervals that begin on `days` local days from `first` on, or the evening before and last into it.

    A closing time before or equal to the opening time lies on the next day. Where clocks change, a wall-clock
    time that happens twice means its first time, and one that is skipped means the moment of the jump.
    """
    if schedule.opens_at is None or schedule.closes_at is None:
        return
    for day in opening_days(schedule, first - timedelta(days=1), first + timedelta(days=days - 1)):
        crosses_midnight = schedule.closes_at <= schedule.opens_at
        opens_at = _instant(day, schedule.opens_at, zone)
        closes_at = _instant(day + timedelta(days=crosses_midnight), schedule.closes_at, zone)
        if closes_at > opens_at and closes_at > _instant(first, time(0), zone):
            yield Interval(opens_at, closes_at)


def _instant(day: date, clock: time, zone: ZoneInfo) -> datetime:
    local = datetime.combine(day, clock.replace(tzinfo=None), tzinfo=zone)
    instant = local.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return instant
    # The clocks skipped this time: the offset before the jump overshoots by what they skipped.
    skipped = instant.astimezone(zone).replace(tzinfo=None) - local.replace(tzinfo=None)
    return _jump(instant - skipped, instant, zone)


def _jump(low: datetime, high: datetime, zone: ZoneInfo) -> datetime:
    """The minute between two instants at which the zone's offset changes."""
    before = low.astimezone(zone).utcoffset()
    while high - low > timedelta(minutes=1):
        middle = low + (high - low) / 2
        low, high = (middle, high) if middle.astimezone(zone).utcoffset() == before else (low, middle)
    return high.replace(second=0, microsecond=0)


def merged(found: Iterable[Interval]) -> list[Interval]:
    """The intervals in order, those that touch or overlap made one."""
    result: list[Interval] = []
    for interval in sorted(found):
        if result and interval.opens_at <= result[-1].closes_at:
            last = result.pop()
            interval = Interval(last.opens_at, max(last.closes_at, interval.closes_at))  # noqa: PLW2901
        result.append(interval)
    return result
