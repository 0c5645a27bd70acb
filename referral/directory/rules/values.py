"""Readers of single values: each takes what the source wrote and returns what we store, or refuses it."""

import math
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from referral.directory.rules.problems import Unusable
from referral.directory.rules.text import clean
from referral.directory.rules.vocabulary import ProblemKind, Weekday

Reader = Callable[[object], Any]

LINE_CHARACTERS = 500
PROSE_CHARACTERS = 20_000
_NOTHING = frozenset({"n/a", "na", "none", "null", "unknown", "tbd", "-", "--", "."})
_TIME = re.compile(
    r"^(\d{1,2}?)(?::?(\d{2}))?(?::(\d{2})(?:\.\d+)?)?\s*([ap])?\.?(?:m\.?)?\s*"
    r"(?:Z|[+-]\d{2}:?\d{2}|[ECMPAH][SD]?T)?$",
    re.IGNORECASE,
)
_TIME_WORDS = {"noon": time(12), "midday": time(12), "12 noon": time(12), "12:00 noon": time(12), "midnight": time(0)}
_US_DAY = re.compile(r"^(\d{1,2})/(\d{1,2})/(\d{4})\b")
_EMAIL = re.compile(r"^[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>.]+$")
_URL = re.compile(r"^https?://[^\s<>\"]+$", re.IGNORECASE)
_DOMAIN = re.compile(r"^(?:[a-z0-9-]+\.)+[a-z]{2,}(?:/[^\s<>\"]*)?$", re.IGNORECASE)
_DAY = re.compile(r"^([+-]?[1-5])?(MO|TU|WE|TH|FR|SA|SU)$")
_DAY_WORDS = {
    "M": "MO", "MON": "MO", "TUE": "TU", "TUES": "TU", "W": "WE", "WED": "WE", "WEDS": "WE", "THU": "TH",
    "THUR": "TH", "THURS": "TH", "F": "FR", "FRI": "FR", "SAT": "SA", "SUN": "SU",
}  # fmt: skip
_WEEK = [day.value for day in Weekday]
_DAY_SETS = {"DAILY": _WEEK, "EVERYDAY": _WEEK, "WEEKDAYS": _WEEK[:5], "WEEKENDS": _WEEK[5:]}
_BETWEEN_DAYS = re.compile(r"[,;&/\s]+|\band\b", re.IGNORECASE)
_ORDINAL = re.compile(r"\b(?:(\d)(?:st|nd|rd|th)|(first|second|third|fourth|last))\s+(?=[a-z])", re.IGNORECASE)
_ORDINALS = {"first": "1", "second": "2", "third": "3", "fourth": "4", "last": "-1"}
_DAY_RANGE = re.compile(r"(?<=[a-z])\s*(?:-|\u2013|\bto\b|\bthru\b|\bthrough\b)\s*(?=[a-z])", re.IGNORECASE)


def _text(value: object, limit: int) -> str | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Unusable
    text = clean(str(value)[: limit * 4])
    if len(text) > limit:
        raise Unusable(ProblemKind.TOO_LONG)
    return text or None


def line(value: object) -> str | None:
    """One line of at most 500 characters; a blank text is nothing."""
    text = _text(value, LINE_CHARACTERS)
    return " ".join(text.split()) if text else None


def place_text(value: object) -> str | None:
    """One line of an address; the words people write for nothing, such as *N/A*, are refused."""
    text = line(value)
    if text is not None and text.casefold() in _NOTHING:
        raise Unusable
    return text


def prose(value: object) -> str | None:
    """A text of at most 20,000 characters, with its line breaks."""
    return _text(value, PROSE_CHARACTERS)


def number(value: object) -> float | None:
    """A finite number, also when it was written as text."""
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Unusable
    try:
        read = float(value)
    except (ValueError, OverflowError) as error:
        raise Unusable from error
    if not math.isfinite(read):
        raise Unusable
    return read


def whole(value: object) -> int | None:
    """A whole number that fits a database integer."""
    read = number(value)
    if read is None:
        return None
    if read != int(read) or abs(read) > 2_147_483_647:
        raise Unusable
    return int(read)


def count(value: object) -> int | None:
    """A whole number from zero up."""
    read = whole(value)
    if read is not None and read < 0:
        raise Unusable
    return read


def money(value: object) -> Decimal | None:
    """An amount of at most ten digits before the point, exact, with two places."""
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Unusable
    try:
        amount = Decimal(str(value).strip().lstrip("$").replace(",", ""))
    except InvalidOperation as error:
        raise Unusable from error
    if not amount.is_finite() or abs(amount) >= 10**10 or amount != amount.quantize(Decimal("0.01")):
        raise Unusable
    return amount.quantize(Decimal("0.01"))


def within(low: float, high: float) -> Reader:
    """A reader of numbers from `low` to `high`, as for latitudes."""

    def read(value: object) -> float | None:
        found = number(value)
        if found is not None and not low <= found <= high:
            raise Unusable
        return found

    return read


def day(value: object) -> date | None:
    """A date of the years 1900 to 2200, also as *1/31/2026*; a time of day behind it is ignored."""
    text = line(value)
    if text is None:
        return None
    if american := _US_DAY.match(text):
        month, of_month, year = american.groups()
        text = f"{year}-{month:0>2}-{of_month:0>2}"
    try:
        found = date.fromisoformat(text[:10])
    except ValueError as error:
        raise Unusable from error
    if not 1900 <= found.year <= 2200:
        raise Unusable
    return found


def instant(value: object) -> datetime | None:
    """An instant in UTC; a time without a zone is taken as UTC, a bare date as its first moment."""
    text = line(value)
    if text is None:
        return None
    try:
        read = datetime.fromisoformat(text)
        return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Unusable from error


def clock(value: object) -> time | None:
    """A time of day: *09:00*, *9 am*, *1:50pm*, *noon*, *0900*; 24:00 is midnight; an offset or zone is dropped."""
    text = line(value)
    if text is None:
        return None
    if (named := _TIME_WORDS.get(text.casefold())) is not None:
        return named
    match = _TIME.match(text)
    if not match:
        raise Unusable
    hour, minute, second = (int(part or 0) for part in match.group(1, 2, 3))
    if half := match.group(4):
        if not 1 <= hour <= 12:
            raise Unusable
        hour = hour % 12 + (12 if half.lower() == "p" else 0)
    if (hour, minute, second) == (24, 0, 0):
        hour = 0
    try:
        return time(hour, minute, second)
    except ValueError as error:
        raise Unusable from error


def email(value: object) -> str | None:
    """An e-mail address."""
    text = line(value)
    if text is not None and not _EMAIL.match(text):
        raise Unusable
    return text


def url(value: object) -> str | None:
    """A web address; *www.example.org* gets its *https://*. other schemes could run script."""
    text = line(value)
    if text is None:
        return None
    if _DOMAIN.match(text):
        text = f"https://{text}"
    if not _URL.match(text):
        raise Unusable
    return text


def one_of(choices: type[StrEnum], otherwise: ProblemKind = ProblemKind.UNKNOWN_CHOICE) -> Reader:
    """A reader that accepts the members of a vocabulary, whatever their case."""
    known = {choice.value.casefold(): choice for choice in choices}

    def read(value: object) -> StrEnum | None:
        text = line(value)
        if text is None:
            return None
        try:
            return known[text.casefold()]
        except KeyError as error:
            raise Unusable(otherwise) from error

    return read


def weekdays(value: object) -> str | None:
    """Days as RFC 5545 writes them (*MO,WE*, *2TH,-1FR*), also from *Mon-Fri*, *Monday and Friday*, *2nd Thursday*."""
    text = ",".join(str(part) for part in value[:50]) if isinstance(value, list) else str(line(value) or "")
    text = _ORDINAL.sub(lambda found: found[1] or _ORDINALS[found[2].casefold()], text)
    parts = _BETWEEN_DAYS.split(_DAY_RANGE.sub("..", text))
    days = [day for part in parts[:50] if part for day in _weekdays(part.upper())]
    return ",".join(dict.fromkeys(days)) or None


def _weekdays(text: str) -> list[str]:
    """The days of a name, of a set of days, or of a range, which may run over the end of the week."""
    if text in _DAY_SETS:
        return _DAY_SETS[text]
    first, is_range, last = text.partition("..")
    if not is_range:
        return [_weekday(text)]
    ends = [_weekday(first), _weekday(last)]
    if not set(ends) <= set(_WEEK):
        raise Unusable
    start, end = (_WEEK.index(day) for day in ends)
    return _WEEK[start : end + 1] if start <= end else _WEEK[start:] + _WEEK[: end + 1]


def _weekday(text: str) -> str:
    sign = re.match(r"^[+-]?\d*", text)
    ordinal = sign.group() if sign else ""
    name = text[len(ordinal) :].rstrip(".")
    name = _DAY_WORDS.get(name, next((day.value for day in Weekday if name in (day.name, f"{day.name}S")), name))
    match = _DAY.match(ordinal + name)
    if not match:
        raise Unusable
    return (match.group(1) or "").lstrip("+") + match.group(2)


def month_days(value: object) -> str | None:
    """Days of the month, such as *1,15* or *-1* for the last."""
    parts = value if isinstance(value, list) else str(line(value) or "").split(",")
    days = [whole(part.strip() if isinstance(part, str) else part) for part in parts[:50]]
    found = [part for part in days if part is not None]
    if any(not 1 <= abs(part) <= 31 for part in found):
        raise Unusable
    return ",".join(str(part) for part in found) or None
