"""Dates, money, rates and phone numbers as people say them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral.web import format as say

NOW = datetime(2026, 11, 24, 21, 10, tzinfo=UTC)
ZONE = "America/New_York"
TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (TODAY, "today"),
        (date(2026, 11, 23), "yesterday"),
        (date(2026, 11, 25), "tomorrow"),
        (date(2026, 12, 1), "Tuesday, December 1"),
        (date(2025, 11, 24), "November 24, 2025"),
    ],
)
def test_a_day_is_said_as_seen_from_today(value, words):
    assert say.day(value, TODAY) == words


def test_an_instant_is_said_in_the_organizations_zone():
    assert say.moment(NOW, NOW, ZONE) == "today at 4:10 PM"
    assert say.moment(NOW, NOW, "Pacific/Auckland") == "today at 10:10 AM"


def test_midnight_and_noon_are_twelve():
    assert say.time_of_day(datetime(2026, 11, 24, 5, 0, tzinfo=UTC), ZONE) == "12:00 AM"
    assert say.time_of_day(datetime(2026, 11, 24, 17, 5, tzinfo=UTC), ZONE) == "12:05 PM"


@pytest.mark.parametrize(
    ("gap", "words"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(hours=5), "5 hours ago"),
        (timedelta(days=3), "3 days ago"),
        (timedelta(days=15), "2 weeks ago"),
        (timedelta(days=400), "1 year ago"),
        (-timedelta(days=2), "in 2 days"),
    ],
)
def test_how_long_ago(gap, words):
    assert say.ago(NOW - gap, NOW) == words


@pytest.mark.parametrize(
    ("born_on", "words"),
    [
        (date(1986, 11, 24), "40 years"),
        (date(1986, 11, 25), "39 years"),
        (date(2025, 12, 24), "11 months"),
        (date(2025, 12, 25), "10 months"),
        (date(2024, 2, 29), "2 years"),
    ],
)
def test_age_changes_on_the_birthday(born_on, words):
    assert say.age(born_on, TODAY) == words


def test_money_keeps_its_cents():
    assert say.money(Decimal("1234.5")) == "$1,234.50"


@given(st.decimals(min_value=0, max_value=10**9, places=2))
def test_said_money_reads_back_as_the_same_amount(amount):
    assert Decimal(say.money(amount).strip("$").replace(",", "")) == amount


@pytest.mark.parametrize(("rate", "words"), [(0.62, "62%"), (0.625, "63%"), (1.0, "100%"), (None, "–")])
def test_a_rate_is_a_whole_percentage(rate, words):
    assert say.percent(rate) == words


def test_an_interval_stands_beside_its_rate():
    assert say.interval(0.62, 0.55, 0.69) == "62% (55–69%)"


@pytest.mark.parametrize(
    ("kept", "said"),
    [("+19195550123", "(919) 555-0123"), ("+4915112345678", "+49 1511 2345678"), ("", ""), (None, ""), ("x", "x")],
)
def test_a_phone_number_is_said_as_its_country_writes_it(kept, said):
    assert say.phone(kept) == said


def test_counts_come_with_their_noun():
    assert [say.plural(count, "person", "people") for count in (0, 1, 1200)] == ["0 people", "1 person", "1,200 people"]


@pytest.mark.parametrize(("language", "way"), [("en", "ltr"), ("ar", "rtl"), ("fa-AF", "rtl"), ("es-MX", "ltr")])
def test_a_page_runs_in_the_direction_of_its_language(language, way):
    assert say.direction(language) == way


def test_full_dates_follow_the_readers_language():
    assert say.full_date(TODAY, "es") == "martes, 24 de noviembre de 2026"


def test_what_ends_at_midnight_holds_through_the_day_before():
    eastern = "America/New_York"
    assert say.last_day(datetime(2026, 11, 16, 5, 0, tzinfo=UTC), eastern) == date(2026, 11, 15)
    assert say.last_day(datetime(2026, 11, 16, 15, 0, tzinfo=UTC), eastern) == date(2026, 11, 16)


def test_days_from_one_to_another_say_the_year_once():
    assert say.span(date(2026, 3, 3), date(2026, 5, 20)) == "Mar 3 – May 20, 2026"
    assert say.span(date(2025, 12, 30), date(2026, 1, 2)) == "Dec 30, 2025 – Jan 2, 2026"
    assert say.span(date(2026, 3, 3), date(2026, 3, 3)) == "Mar 3, 2026"
