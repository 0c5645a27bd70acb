"""How a report says its figures."""

import pytest

from referral.equity import words
from referral.equity.rules.intervals import Interval


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
