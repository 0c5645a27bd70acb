"""How a report says its figures."""

from datetime import date

import pytest

from referral.equity import words
from referral.equity.rules.intervals import Interval
from referral.equity.rules.periods import Period


@pytest.mark.parametrize(
    ("difference", "said"),
    [
        (Interval(0.20, 0.12, 0.27), "20 behind (12 to 27)"),
        (Interval(-0.17, -0.31, -0.02), "17 ahead (2 to 31)"),
        (Interval(-0.03, -0.09, 0.04), "3 ahead (-4 to 9)"),
    ],
)
def test_a_gap_says_which_way_it_goes(difference, said):
    assert words.points(difference) == said


def test_a_status_is_called_in_a_report_as_everywhere_else():
    assert words.heading("waitlisted", "status") == "On the waiting list"
    assert words.heading("in_service", "status") == "In service"


def test_months_name_a_year_once_where_they_lie_in_one():
    assert words.months(Period(date(2026, 7, 1), date(2026, 9, 30))) == "July to September 2026"
    assert words.months(Period(date(2025, 11, 1), date(2026, 11, 28))) == "November 2025 to November 2026"


def test_a_table_without_a_figure_is_known_to_be_blank():
    assert words.is_blank([("Food", "not shown", "–")])
    assert not words.is_blank([("Food", "not shown", "–"), ("Housing", "0", "–")])
