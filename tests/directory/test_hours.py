"""Opening hours against a brute force of dateutil, over clock changes, midnights and months."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrule, rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from referral.directory.rules.hours import Interval, Schedule, intervals, merged, opening_days
from referral.directory.rules.opening import Opening, OpeningKind, opening, say_opening
from referral.directory.rules.vocabulary import Frequency

NEW_YORK = ZoneInfo("America/New_York")
SPRING, AUTUMN = date(2026, 3, 8), date(2026, 11, 1)
WEEKLY, MONTHLY = Frequency.WEEKLY, Frequency.MONTHLY

DAYS = st.lists(st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]), min_size=1, max_size=4, unique=True)
ORDINALS = st.lists(st.sampled_from(["1MO", "2TH", "4TH", "3SA", "-1FR", "5WE"]), min_size=1, max_size=3, unique=True)
DATES = st.dates(date(2025, 1, 1), date(2027, 12, 31))
CLOCKS = st.times().map(lambda found: found.replace(second=0, microsecond=0))


@st.composite
def schedules(draw: st.DrawFn) -> Schedule:
    freq = draw(st.sampled_from(Frequency))
    interval, count = draw(st.sampled_from([None, 1, 2, 3])), draw(st.sampled_from([None, None, 1, 5]))
    start = draw(DATES) if count or (interval or 1) > 1 else draw(st.none() | DATES)
    return Schedule(
        freq=freq,
        byday=",".join(draw(DAYS if freq is WEEKLY else ORDINALS)),
        interval=interval,
        count=count,
        dtstart=start,
        until=draw(st.none() | DATES),
        valid_from=draw(st.none() | DATES),
        valid_to=draw(st.none() | DATES),
        opens_at=draw(CLOCKS),
        closes_at=draw(CLOCKS),
    )


def brute_force(schedule: Schedule, day: date) -> bool:
    """Whether a schedule opens on a day, asked of dateutil from the very beginning with RFC 5545 text."""
    outside = (schedule.valid_from and day < schedule.valid_from) or (schedule.valid_to and day > schedule.valid_to)
    if outside or (schedule.until and day > schedule.until):
        return False
    start = schedule.dtstart or schedule.valid_from or date(2020, 1, 1)
    text = f"DTSTART:{start:%Y%m%d}T120000\nRRULE:FREQ={schedule.freq};BYDAY={schedule.byday}"
    text += f";INTERVAL={schedule.interval}" if schedule.interval else ""
    text += f";COUNT={schedule.count}" if schedule.count else ""
    rule = rrulestr(text)
    assert isinstance(rule, rrule)
    noon = datetime.combine(day, time(12))
    return bool(rule.between(noon, noon, inc=True))


@settings(max_examples=150, deadline=None)
@given(schedules(), st.dates(date(2026, 1, 1), date(2026, 12, 1)))
def test_opening_days_are_those_of_dateutil(schedule: Schedule, first: date) -> None:
    span = [first + timedelta(days=away) for away in range(15)]
    assert opening_days(schedule, first, span[-1]) == [day for day in span if brute_force(schedule, day)]


@settings(max_examples=150, deadline=None)
@given(schedules(), st.sampled_from([SPRING, AUTUMN, date(2026, 6, 10)]), st.integers(0, 4 * 24 * 60))
def test_open_now_agrees_with_the_clock_on_the_wall(schedule: Schedule, around: date, minutes: int) -> None:
    assert schedule.opens_at
    assert schedule.closes_at
    at = datetime.combine(around - timedelta(days=2), time(0), tzinfo=NEW_YORK).astimezone(UTC) + timedelta(
        minutes=minutes
    )
    wall = at.astimezone(NEW_YORK)
    if _is_twice_or_skipped(schedule.opens_at, schedule.closes_at, wall.date()):
        return  # such times are tested by hand below
    found = any(interval.holds(at) for interval in intervals(schedule, NEW_YORK, wall.date(), 1))
    assert found == _is_open_on_the_wall(schedule, wall.replace(tzinfo=None))


def _is_twice_or_skipped(opens_at: time, closes_at: time, day: date) -> bool:
    near = any(abs((day - change).days) <= 1 for change in (SPRING, AUTUMN))
    return near and any(time(1) <= clock < time(3) for clock in (opens_at, closes_at))


def _is_open_on_the_wall(schedule: Schedule, wall: datetime) -> bool:
    assert schedule.opens_at
    assert schedule.closes_at
    for day in (wall.date() - timedelta(days=1), wall.date()):
        opens = datetime.combine(day, schedule.opens_at)
        closes = datetime.combine(day + timedelta(days=schedule.closes_at <= schedule.opens_at), schedule.closes_at)
        if opens <= wall < closes and brute_force(schedule, day):
            return True
    return False


def hours_of(day: date, opens_at: time, closes_at: time) -> list[tuple[str, float]]:
    schedule = Schedule(freq=WEEKLY, byday="MO,TU,WE,TH,FR,SA,SU", opens_at=opens_at, closes_at=closes_at)
    found = [one for one in intervals(schedule, NEW_YORK, day, 1) if one.opens_at.astimezone(NEW_YORK).date() == day]
    return [(f"{one.opens_at:%H:%M}", (one.closes_at - one.opens_at) / timedelta(hours=1)) for one in found]


@pytest.mark.parametrize(
    ("day", "opens_at", "closes_at", "expected"),
    [
        (SPRING, time(0), time(6), [("05:00", 5.0)]),  # a night of 23 hours
        (AUTUMN, time(0), time(6), [("04:00", 7.0)]),  # a night of 25
        (SPRING, time(2, 30), time(6), [("07:00", 3.0)]),  # opens the moment the clocks jump to
        (SPRING, time(2, 15), time(2, 45), []),  # never happens on that day
        (AUTUMN, time(1, 30), time(6), [("05:30", 5.5)]),  # the first of two half past ones
        (date(2026, 6, 10), time(22), time(2), [("02:00", 4.0)]),  # past midnight
        (date(2026, 6, 10), time(8), time(8), [("12:00", 24.0)]),  # round the clock
        (date(2026, 6, 10), time(13, 50), time(16), [("17:50", 2 + 1 / 6)]),
    ],
)
def test_hours_over_clock_changes_and_midnight(
    day: date, opens_at: time, closes_at: time, expected: list[tuple[str, float]]
) -> None:
    assert hours_of(day, opens_at, closes_at) == expected


def test_a_night_that_began_yesterday_is_still_open() -> None:
    schedule = Schedule(freq=WEEKLY, byday="TU", opens_at=time(22), closes_at=time(2))
    wednesday = date(2026, 6, 10)
    (night,) = intervals(schedule, NEW_YORK, wednesday, 1)
    assert night.holds(datetime(2026, 6, 10, 1, tzinfo=NEW_YORK))


def test_second_and_fourth_thursday() -> None:
    schedule = Schedule(freq=MONTHLY, byday="2TH,4TH", opens_at=time(9), closes_at=time(10))
    assert opening_days(schedule, date(2026, 11, 1), date(2026, 11, 30)) == [date(2026, 11, 12), date(2026, 11, 26)]


@pytest.mark.parametrize(
    "schedule",
    [
        Schedule(freq=WEEKLY, byday="MO"),
        Schedule(byday="MO", opens_at=time(9), closes_at=time(10)),
        Schedule(freq=WEEKLY, byday="2TH", opens_at=time(9), closes_at=time(10)),
        Schedule(freq=MONTHLY, byday="1MO", bymonthday="31", opens_at=time(9), closes_at=time(10)),
    ],
)
def test_a_rule_that_says_too_little_or_the_impossible_gives_no_hours(schedule: Schedule) -> None:
    assert not schedule.is_evaluable
    assert list(intervals(schedule, NEW_YORK, date(2026, 6, 1))) == []


def test_overlapping_hours_are_one() -> None:
    def span(start: int, end: int) -> Interval:
        return Interval(datetime(2026, 6, 1, start, tzinfo=UTC), datetime(2026, 6, 1, end, tzinfo=UTC))

    assert merged([span(13, 16), span(9, 12), span(11, 13), span(20, 21)]) == [span(9, 16), span(20, 21)]


NOW = datetime(2026, 6, 10, 15, tzinfo=UTC)  # Wednesday, 11:00 AM in New York


@pytest.mark.parametrize(
    ("known", "text"),
    [
        (Opening(OpeningKind.UNKNOWN), "Hours not known"),
        (Opening(OpeningKind.NOT_SOON), "Not open in the next two weeks"),
        (Opening(OpeningKind.OPEN, NOW + timedelta(hours=6)), "Open now, until 5:00 PM"),
        (Opening(OpeningKind.OPEN, NOW + timedelta(hours=15)), "Open now, until tomorrow 2:00 AM"),
        (Opening(OpeningKind.OPENS_LATER, NOW + timedelta(hours=1)), "Opens today 12:00 PM"),
        (Opening(OpeningKind.OPENS_LATER, NOW + timedelta(days=4, hours=22)), "Opens Monday 9:00 AM"),
        (Opening(OpeningKind.OPENS_LATER, NOW + timedelta(days=8)), "Opens Thursday, June 18 11:00 AM"),
    ],
)
def test_hours_are_said_in_words(known: Opening, text: str) -> None:
    assert say_opening(known, NOW, NEW_YORK) == text


def test_without_rules_hours_are_unknown_not_closed() -> None:
    assert opening([], NOW, has_rules=False).kind is OpeningKind.UNKNOWN
    assert opening([], NOW, has_rules=True).kind is OpeningKind.NOT_SOON
