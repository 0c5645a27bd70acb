from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral.organizations.rules import BusinessCalendar, due_at, us_holidays

EASTERN = "America/New_York"
ZONE = ZoneInfo(EASTERN)
RALEIGH = BusinessCalendar(EASTERN, network_holidays=us_holidays())


@pytest.mark.parametrize(
    ("sent", "business_days", "due"),
    [
        ("2026-11-20 16:00", 2, "2026-11-24"),
        ("2026-11-20 18:30", 2, "2026-11-25"),
        ("2026-11-21 11:00", 2, "2026-11-25"),
        ("2026-11-25 10:00", 2, "2026-11-30"),
        ("2026-11-25 10:00", 4, "2026-12-02"),
        ("2026-11-02 09:00", 14, "2026-11-23"),
    ],
)
def test_a_timer_ends_at_closing_time_of_the_nth_business_day(sent: str, business_days: int, due: str):
    happened_at = datetime.fromisoformat(sent).replace(tzinfo=ZONE)
    expected = datetime.combine(date.fromisoformat(due), time(17), tzinfo=ZONE)
    assert due_at(RALEIGH, happened_at, business_days) == expected


def test_closing_time_itself_is_already_the_next_day():
    at_closing = datetime(2026, 11, 16, 17, tzinfo=ZONE)
    assert due_at(RALEIGH, at_closing, 1) == datetime(2026, 11, 18, 17, tzinfo=ZONE)
    assert due_at(RALEIGH, at_closing - timedelta(seconds=1), 1) == datetime(2026, 11, 17, 17, tzinfo=ZONE)


def test_the_day_is_the_receivers_not_the_senders():
    late_in_new_york = datetime(2026, 11, 16, 19, tzinfo=ZONE)
    in_los_angeles = BusinessCalendar("America/Los_Angeles")
    assert due_at(in_los_angeles, late_in_new_york, 1).astimezone(ZoneInfo(in_los_angeles.zone)).day == 17


def test_closing_time_stays_the_same_when_the_clocks_change():
    friday_before = datetime(2026, 10, 30, 9, tzinfo=ZONE)
    due = due_at(RALEIGH, friday_before, 1)
    assert due.astimezone(ZONE).time() == time(17)
    assert due.utcoffset() == timedelta(0)
    assert due.hour == 22


def test_an_organization_has_its_own_weekdays_closures_and_hours():
    weekend_pantry = BusinessCalendar(
        EASTERN, closes_at=time(12), weekdays=frozenset({5}), closures=frozenset({date(2026, 11, 28)})
    )
    saturday = datetime(2026, 11, 21, 9, tzinfo=ZONE)
    assert due_at(weekend_pantry, saturday, 1) == datetime(2026, 12, 5, 12, tzinfo=ZONE)


def test_a_state_keeps_more_holidays_than_the_nation():
    day_after_thanksgiving = date(2026, 11, 27)
    assert day_after_thanksgiving in us_holidays("NC")
    assert day_after_thanksgiving not in us_holidays()


def test_a_calendar_that_is_never_open_is_an_error_and_not_an_endless_loop():
    with pytest.raises(ValueError, match="at least one business day"):
        due_at(BusinessCalendar(EASTERN, weekdays=frozenset()), datetime(2026, 11, 20, tzinfo=UTC), 1)


instants = st.integers(0, 10 * 365 * 24 * 60).map(
    lambda minutes: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


@given(instants, st.integers(0, 30))
def test_a_due_instant_is_a_closing_time_in_the_future_and_grows_with_the_days(at: datetime, days: int):
    due = due_at(RALEIGH, at, days)
    assert due > at
    assert due < due_at(RALEIGH, at, days + 1)
    assert RALEIGH.is_business_day(due.astimezone(ZONE).date())
