"""When an answer is due: business days of the receiving organization, to the minute, in UTC."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral.referrals.rules import HARD_STOP_DAYS, Calendar, day_zero, due_at

RALEIGH = ZoneInfo("America/New_York")
CALENDAR = Calendar(RALEIGH, frozenset({date(2026, 11, 11), date(2026, 11, 26)}))


@pytest.mark.parametrize(
    ("sent", "days", "due"),
    [
        ("2026-11-20 16:00", 2, "2026-11-24"),
        ("2026-11-20 18:30", 2, "2026-11-25"),
        ("2026-11-21 11:00", 2, "2026-11-25"),
        ("2026-11-25 10:00", 2, "2026-11-30"),
        ("2026-11-25 10:00", 4, "2026-12-02"),
        ("2026-11-02 09:00", HARD_STOP_DAYS, "2026-11-23"),
        ("2026-11-20 17:00", 2, "2026-11-25"),
    ],
)
def test_the_published_examples(sent: str, days: int, due: str) -> None:
    at = datetime.fromisoformat(sent).replace(tzinfo=RALEIGH)
    expected = datetime.fromisoformat(f"{due} 17:00").replace(tzinfo=RALEIGH)
    assert due_at(at, days, CALENDAR) == expected
    assert due_at(at, days, CALENDAR).tzinfo is UTC


def test_a_change_of_the_clocks_moves_the_instant_not_the_closing_time() -> None:
    friday = datetime(2026, 3, 6, 10, tzinfo=RALEIGH)
    assert due_at(friday, 0, CALENDAR) == datetime(2026, 3, 6, 22, tzinfo=UTC)
    assert due_at(friday, 1, CALENDAR) == datetime(2026, 3, 9, 21, tzinfo=UTC)


def test_an_organization_with_its_own_week_has_its_own_business_days() -> None:
    weekend = Calendar(RALEIGH, weekdays=frozenset({5, 6}), closes_at=time(12))
    assert day_zero(datetime(2026, 11, 20, 9, tzinfo=RALEIGH), weekend) == date(2026, 11, 21)


def test_a_calendar_without_a_working_day_is_refused() -> None:
    with pytest.raises(ValueError, match="working weekday"):
        Calendar(RALEIGH, weekdays=frozenset())


@given(st.integers(0, 2 * 365 * 24 * 60), st.integers(0, 30))
def test_a_due_instant_is_later_open_and_grows_with_the_days(minute: int, days: int) -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    due = due_at(at, days, CALENDAR)
    assert at < due < due_at(at, days + 1, CALENDAR)
    assert CALENDAR.is_open_on(due.astimezone(RALEIGH).date())
