"""Finds the opening hours of an untidy record: twenty spellings of day, start and end."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

Raw = Mapping[str, Any]

_LISTS = ("schedules", "schedule", "hours", "regular_schedule")
_DAYS = ("byday", "days", "days_of_week", "day_of_week", "weekday", "weekdays", "day")
_OPENS = ("opens_at", "open_time", "start_time", "time_open", "time_start", "open", "opens", "start")
_CLOSES = ("closes_at", "close_time", "end_time", "time_close", "time_end", "close", "closes", "end")
_FROM = ("valid_from", "start_date", "effective_date")
_TO = ("valid_to", "end_date")
_RULE = ("rrule", "recurrence_rule")
_FREQUENCY = ("freq", "frequency", "recurrence")
_TEXT = ("description", "notes", "exception_note")
_INNER = ("days", "days_of_week", "byday", "dates", "times", "time", "hours", "schedule")
_MOST = 200
_CLOCK = re.compile(r"T(\d{2}:\d{2})")


def schedules_in(record: Raw) -> list[dict[str, Any]]:
    """The schedules that a record holds, with the field names of HSDS; what they say is not judged here."""
    return [
        schedule
        for key in _LISTS
        for raw in _mappings(record.get(key))
        for schedule in _schedules(raw)
    ][:_MOST]  # fmt: skip


def _schedules(raw: Raw) -> Iterator[dict[str, Any]]:
    for whole in _expanded(raw, depth=0):
        yield from _dated(whole) if whole.get("dates") or whole.get("date") else [_regular(whole)]


def _expanded(raw: Raw, depth: int) -> Iterator[Raw]:
    """The schedule once for each object listed inside it (a time, a day), merged with the outer facts."""
    for key in _INNER:
        if depth < 3 and (inner := _mappings(raw.get(key))):
            outer = {name: value for name, value in raw.items() if name != key}
            for one in inner:
                yield from _expanded({**outer, **{name: value for name, value in one.items() if value}}, depth + 1)
            return
    yield raw


def _regular(raw: Raw) -> dict[str, Any]:
    rule = _rule(raw)
    start, end = raw.get("dtstart"), raw.get("dtend")
    return {
        "freq": rule.get("FREQ") or _first(raw, _FREQUENCY),
        "byday": rule.get("BYDAY") or _first(raw, _DAYS),
        "bymonthday": rule.get("BYMONTHDAY") or raw.get("bymonthday"),
        "interval": rule.get("INTERVAL") or raw.get("interval"),
        "opens_at": _first(raw, _OPENS) or _clock(start),
        "closes_at": _first(raw, _CLOSES) or _clock(end),
        "dtstart": start if isinstance(start, str) and re.match(r"\d{4}-", start) else None,
        "valid_from": _first(raw, _FROM),
        "valid_to": _first(raw, _TO),
        "wkst": raw.get("wkst"),
        "description": _first(raw, _TEXT),
    }


def _dated(raw: Raw) -> Iterator[dict[str, Any]]:
    """One schedule for each single date that the source lists."""
    listed = raw.get("dates")
    days = listed if isinstance(listed, list) else [raw.get("date")]
    for day in days[:_MOST]:
        regular = _regular(raw)
        # A listed date happens once; a frequency the standard does not know still goes into the report.
        frequency = "WEEKLY" if regular["freq"] in (None, "WEEKLY", "MONTHLY") else regular["freq"]
        yield regular | {"freq": frequency, "byday": None, "interval": None, "count": 1, "dtstart": day}


def _rule(raw: Raw) -> dict[str, str]:
    text = _first(raw, _RULE)
    if not isinstance(text, str):
        return {}
    parts = (part.partition("=") for part in text.removeprefix("RRULE:").split(";")[:20])
    return {name.strip().upper(): value.strip() for name, _, value in parts if value.strip()}


def _clock(value: object) -> str | None:
    match = _CLOCK.search(value) if isinstance(value, str) else None
    if match:
        return match.group(1)
    return value if isinstance(value, str) and re.match(r"\d{1,2}:\d{2}", value) else None


def _first(raw: Raw, keys: tuple[str, ...]) -> Any:
    return next((raw[key] for key in keys if raw.get(key)), None)


def _mappings(value: object) -> list[Raw]:
    listed = value if isinstance(value, list) else [value]
    return [item for item in listed[:_MOST] if isinstance(item, Mapping)]
