"""Hours as people type them: read as they are meant, or not at all."""

from contextlib import suppress
from dataclasses import replace
from datetime import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from referral.directory.rules.hours import Schedule
from referral.directory.rules.hours_text import say_rule
from referral.directory.rules.hours_typed import read_hours
from referral.directory.rules.problems import Unusable
from referral.directory.rules.vocabulary import Frequency, Weekday


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Mon–Fri 9–5", ["Monday to Friday 9:00 AM–5:00 PM"]),
        ("M-F 9a-5p", ["Monday to Friday 9:00 AM–5:00 PM"]),
        ("Mon-Fri: 9:00-17:00", ["Monday to Friday 9:00 AM–5:00 PM"]),
        ("9-5 Mon-Fri", ["Monday to Friday 9:00 AM–5:00 PM"]),
        ("Weekdays 8:30 to 4:30", ["Monday to Friday 8:30 AM–4:30 PM"]),
        ("Mon-Fri 9-5; Sat 10-2", ["Monday to Friday 9:00 AM–5:00 PM", "Saturday 10:00 AM–2:00 PM"]),
        ("Mon 9-5 Tue 9-4", ["Monday 9:00 AM–5:00 PM", "Tuesday 9:00 AM–4:00 PM"]),
        ("Mon-Thu 9-12 and 1-5", ["Monday to Thursday 9:00 AM–12:00 PM", "Monday to Thursday 1:00 PM–5:00 PM"]),
        ("Mon-Fri 9-5, closed Sunday", ["Monday to Friday 9:00 AM–5:00 PM"]),
        ("Mondays and Wednesdays 11-2pm", ["Monday and Wednesday 11:00 AM–2:00 PM"]),
        ("Sat 10 am–noon", ["Saturday 10:00 AM–12:00 PM"]),
        ("Sunday 12-4", ["Sunday 12:00 PM–4:00 PM"]),
        ("Tue 5-7pm", ["Tuesday 5:00 PM–7:00 PM"]),
        ("Fri 7 p.m. to 9 p.m.", ["Friday 7:00 PM–9:00 PM"]),
        ("Mon-Fri 10pm-6am", ["Monday to Friday 10:00 PM–6:00 AM"]),
        ("first Saturday 9-11", ["1st Saturday of the month 9:00 AM–11:00 AM"]),
        ("2nd and 4th Thursday 1–4", ["2nd Thursday and 4th Thursday of the month 1:00 PM–4:00 PM"]),
        ("24/7", ["Every day open 24 hours"]),
        ("By appointment", []),
        ("Closed Sunday", []),
    ],
)
def test_hours_are_read_as_people_write_them_on_a_door(typed: str, said: list[str]) -> None:
    assert [say_rule(one) for one in read_hours(typed)] == said


@pytest.mark.parametrize(
    "typed", ["Monday", "9-5", "Mon 9-25", "Tue 5-7", "Mon 9-5 or so", "Mon-Fri 9-5 closed for lunch"]
)
def test_what_could_mean_several_things_is_not_guessed(typed: str) -> None:
    with pytest.raises(Unusable):
        read_hours(typed)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.sampled_from([day.value for day in Weekday]), min_size=1, unique=True),
    st.times().map(lambda found: found.replace(second=0, microsecond=0)),
    st.times().map(lambda found: found.replace(second=0, microsecond=0)),
)
def test_what_we_say_is_read_as_it_was_meant(days: list[str], opens_at: time, closes_at: time) -> None:
    week = sorted(days, key=[day.value for day in Weekday].index)
    rule = Schedule(freq=Frequency.WEEKLY, byday=",".join(week), opens_at=opens_at, closes_at=closes_at)
    (found,) = read_hours(say_rule(rule))
    if opens_at == closes_at:
        rule = replace(rule, opens_at=time(0), closes_at=time(0))
    assert found == rule


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(Unusable):
        assert all(one.is_evaluable for one in read_hours(text))
