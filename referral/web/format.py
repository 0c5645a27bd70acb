"""Words for dates, money, rates and phone numbers, as people say them in the United States."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

import phonenumbers
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal
from flask import Flask, g

from referral.foundation import clock

LOCALE = "en_US"
DEFAULT_ZONE = "America/New_York"
RIGHT_TO_LEFT = frozenset({"ar", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"})
_NEAR_DAYS = {-1: "yesterday", 0: "today", 1: "tomorrow"}
_STEPS = ((365, "year"), (30, "month"), (7, "week"), (1, "day"))


def direction(language: str) -> str:
    """Return `rtl` or `ltr` for a BCP 47 language tag."""
    return "rtl" if language.split("-", maxsplit=1)[0].lower() in RIGHT_TO_LEFT else "ltr"


@lru_cache(maxsize=4096)
def short_date(value: date) -> str:
    """Say a date for a table: Nov 24, 2026."""
    return format_date(value, "MMM d, y", locale=LOCALE)


@lru_cache(maxsize=1024)
def full_date(value: date, locale: str = LOCALE) -> str:
    """Say a date with its weekday and year in the reader's language: Tuesday, November 24, 2026."""
    return format_date(value, "full", locale=locale)


@lru_cache(maxsize=1024)
def month(value: date) -> str:
    """Say a month: November 2026."""
    return format_date(value, "MMMM y", locale=LOCALE)


@lru_cache(maxsize=4096)
def day(value: date, today: date) -> str:
    """Say a day as seen from `today`: today; Tuesday, November 24; or with another year."""
    near = _NEAR_DAYS.get((value - today).days)
    if near:
        return near
    return format_date(value, "EEEE, MMMM d" if value.year == today.year else "MMMM d, y", locale=LOCALE)


@lru_cache(maxsize=1024)
def span(first: date, last: date) -> str:
    """Say the days from one to another: Mar 3 – May 20, 2026; the year stands once where it is the same."""
    if first == last:
        return short_date(first)
    start = format_date(first, "MMM d", locale=LOCALE) if first.year == last.year else short_date(first)
    return f"{start} – {short_date(last)}"


def last_day(end: datetime, zone: str) -> date:
    """Return the last day before an instant: what ends at midnight after Nov 15 holds through Nov 15."""
    return (end - timedelta(microseconds=1)).astimezone(ZoneInfo(zone)).date()


def time_of_day(value: datetime, zone: str) -> str:
    """Say an instant's time in a zone: 4:10 PM."""
    local = value.astimezone(ZoneInfo(zone))
    return f"{local.hour % 12 or 12}:{local.minute:02d} {'AM' if local.hour < 12 else 'PM'}"


def moment(value: datetime, now: datetime, zone: str) -> str:
    """Say an instant as seen from `now` in a zone: today at 4:10 PM."""
    here = ZoneInfo(zone)
    return f"{day(value.astimezone(here).date(), now.astimezone(here).date())} at {time_of_day(value, zone)}"


def ago(value: datetime, now: datetime) -> str:
    """Say how long ago an instant was, or how far ahead it is: 3 days ago, in 2 hours."""
    gap = abs(now - value)
    if gap < timedelta(minutes=1):
        return "just now"
    length = _length(gap)
    return f"{length} ago" if value <= now else f"in {length}"


def _length(gap: timedelta) -> str:
    for days, unit in _STEPS:
        if gap.days >= days:
            return plural(gap.days // days, unit)
    minutes = int(gap.total_seconds() // 60)
    return plural(minutes // 60, "hour") if minutes >= 60 else plural(minutes, "minute")


def age(born_on: date, today: date) -> str:
    """Say a person's age: 42 years, or months before the second birthday."""
    before_birthday = (today.month, today.day) < (born_on.month, born_on.day)
    years = today.year - born_on.year - before_birthday
    if years >= 2:
        return plural(years, "year")
    months = (today.year - born_on.year) * 12 + today.month - born_on.month - (today.day < born_on.day)
    return plural(months, "month")


@lru_cache(maxsize=4096)
def money(value: Decimal) -> str:
    """Say dollars and cents: $1,234.50."""
    return format_currency(value, "USD", locale=LOCALE)


def unit_price(value: Decimal) -> str:
    """Say dollars a unit exactly, with as many decimals as it has, at least cents: $104.97, $0.1234."""
    return format_currency(value.normalize(), "USD", locale=LOCALE, decimal_quantization=False)


def number(value: Decimal | int) -> str:
    """Say a number with thousands separated: 12,345."""
    return f"{value:,}" if isinstance(value, int) else format_decimal(value, locale=LOCALE)


def percent(rate: float | None) -> str:
    """Say a rate between 0 and 1 as a whole percentage; None, a rate that is not shown, becomes a dash."""
    return "–" if rate is None else f"{_points(rate)}%"


def interval(rate: float, low: float, high: float) -> str:
    """Say a rate with its confidence interval: 62% (55–69%)."""
    return f"{_points(rate)}% ({_points(low)}–{_points(high)}%)"


def _points(rate: float) -> int:
    """Round half up, as people do by hand; Python alone would round 62.5 down."""
    return int(Decimal(str(rate)).scaleb(2).to_integral_value(rounding="ROUND_HALF_UP"))


def plural(count: int, one: str, many: str | None = None) -> str:
    """Say a count with its noun: 1 referral, 2 referrals."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def listing(words: Iterable[str]) -> str:
    """Join words as a sentence does: food, housing, and transportation."""
    return format_list(list(words), locale=LOCALE)


@lru_cache(maxsize=4096)
def phone(value: str | None) -> str:
    """Say a phone number kept in E.164 as its own country writes it: (919) 555-0123."""
    if not value:
        return ""
    try:
        parsed = phonenumbers.parse(value, "US")
    except phonenumbers.NumberParseException:
        return value
    styles = phonenumbers.PhoneNumberFormat
    style = styles.NATIONAL if parsed.country_code == 1 else styles.INTERNATIONAL
    return phonenumbers.format_number(parsed, style)


def sentence(words: str) -> str:
    """Begin with a capital letter and leave the rest alone: today at 4:10 PM → Today at 4:10 PM."""
    return words[:1].upper() + words[1:]


def _zone() -> str:
    return str(getattr(g.get("principal"), "time_zone", "") or DEFAULT_ZONE)


def _local_day(value: date) -> date:
    return value.astimezone(ZoneInfo(_zone())).date() if isinstance(value, datetime) else value


def _today() -> date:
    return clock.now().astimezone(ZoneInfo(_zone())).date()


def install(app: Flask) -> None:
    """Make these words Jinja filters; those about time speak in the asker's zone."""
    plain = (
        short_date,
        full_date,
        month,
        money,
        unit_price,
        number,
        percent,
        interval,
        plural,
        listing,
        phone,
        sentence,
        direction,
    )
    app.jinja_env.filters.update({filter_.__name__: filter_ for filter_ in plain})
    app.jinja_env.filters.update(
        day=lambda value: day(value, _today()),
        moment=lambda value: moment(value, clock.now(), _zone()),
        time_of_day=lambda value: time_of_day(value, _zone()),
        local_date=lambda value: short_date(value.astimezone(ZoneInfo(_zone())).date()),
        last_day=lambda value: last_day(value, _zone()),
        span=lambda ends: span(*(_local_day(end) for end in ends)),
        ago=lambda value: ago(value, clock.now()),
        age=lambda value: age(value, _today()),
    )
