"""Says a schedule the way a door sign does."""

from datetime import date, time

from referral.directory.rules.hours import Schedule
from referral.directory.rules.vocabulary import Frequency, Weekday

_DAYS = {day.value: day.name.capitalize() for day in Weekday}
_ORDINALS = {"1": "1st", "2": "2nd", "3": "3rd", "4": "4th", "5": "5th", "-1": "last"}
_WEEK = [day.value for day in Weekday]


def say_schedule(schedule: Schedule, *, description: str | None = None, notes: str | None = None) -> str:
    """One line for one schedule: the rule where there is one, and the words that came with it."""
    parts = [say_rule(schedule), (description or "").strip(), (notes or "").strip()]
    return " – ".join(dict.fromkeys(part for part in parts if part))


def say_rule(schedule: Schedule) -> str:
    """The rule in words, such as *Monday to Friday 9:00 AM–5:00 PM*; empty when it says neither days nor times."""
    words = [_days(schedule), _times(schedule.opens_at, schedule.closes_at), _period(schedule)]
    return " ".join(word for word in words if word)


def _days(schedule: Schedule) -> str:
    if schedule.count == 1 and schedule.dtstart:
        return f"Once, on {_date(schedule.dtstart)},"
    if schedule.freq is None:
        return ""
    if schedule.bymonthday:
        return f"On day {schedule.bymonthday.replace(',', ', ')} of the month"
    days = (schedule.byday or "").split(",") if schedule.byday else []
    if schedule.freq is Frequency.MONTHLY:
        return f"{_joined([_monthly(day) for day in days])} of the month" if days else "Monthly"
    every = "Every second week: " if schedule.interval == 2 else ""
    return every + (_run(days) or "Weekly")


def _monthly(day: str) -> str:
    return f"{_ORDINALS.get(day[:-2], '')} {_DAYS.get(day[-2:], day)}".strip()


def _run(days: list[str]) -> str:
    """Days of a week; three or more in a row become *Monday to Friday*."""
    known = sorted((day for day in days if day in _WEEK), key=_WEEK.index)
    if len(known) == len(_WEEK):
        return "Every day"
    is_row = len(known) > 2 and _WEEK.index(known[-1]) - _WEEK.index(known[0]) == len(known) - 1
    return f"{_DAYS[known[0]]} to {_DAYS[known[-1]]}" if is_row else _joined([_DAYS[day] for day in known])


def _joined(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else ""


def _times(opens_at: time | None, closes_at: time | None) -> str:
    if opens_at is None:
        return ""
    if closes_at is None:
        return f"from {_clock(opens_at)}"
    return "open 24 hours" if opens_at == closes_at else f"{_clock(opens_at)}–{_clock(closes_at)}"


def _period(schedule: Schedule) -> str:
    until = schedule.until or schedule.valid_to
    if schedule.count == 1:
        return ""
    return f"(through {_date(until)})" if until else ""


def _clock(value: time) -> str:
    return f"{value.hour % 12 or 12}:{value.minute:02d} {'AM' if value.hour < 12 else 'PM'}"


def _date(value: date) -> str:
    return f"{value:%B} {value.day}, {value.year}"
