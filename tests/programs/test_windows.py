"""Windows include both ends; months and anchored years turn on the right day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral.programs.rules import Window, add_months, month_of, year_from

DAYS = st.dates(min_value=date(1990, 1, 1), max_value=date(2090, 12, 31))


@given(DAYS, st.integers(min_value=0, max_value=400))
def test_a_window_holds_its_ends_and_not_the_days_around(first: date, length: int) -> None:
    last = first + timedelta(days=length)
    window = Window(first, last)

    assert first in window
    assert last in window
    assert first - timedelta(days=1) not in window
    assert last + timedelta(days=1) not in window


@given(DAYS)
def test_an_open_window_holds_every_day(day: date) -> None:
    assert day in Window()


@given(DAYS, DAYS)
def test_the_twelve_months_from_an_anchor_hold_the_day_and_are_no_more_than_a_year(anchor: date, day: date) -> None:
    year = year_from(anchor, day)

    assert day in year
    assert year.first_on is not None
    assert year.last_on is not None
    assert 364 <= (year.last_on - year.first_on).days <= 366


@given(DAYS)
def test_a_month_holds_only_its_own_days(day: date) -> None:
    month = month_of(day)

    assert day in month
    assert month.first_on is not None
    assert month.first_on - timedelta(days=1) not in month
    assert add_months(month.first_on, 1) not in month


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        (date(2023, 1, 10), date(2023, 7, 9), 6),
        (date(2023, 1, 10), date(2023, 7, 10), 7),
        (date(2023, 1, 31), date(2023, 2, 1), 1),
        (date(2024, 2, 29), date(2024, 2, 29), 1),
    ],
)
def test_started_months_are_counted(first: date, last: date, months: int) -> None:
    assert Window(first, last).months() == months


def test_an_open_window_has_no_number_of_months() -> None:
    with pytest.raises(ValueError, match="open window"):
        Window(date(2024, 1, 1)).months()
