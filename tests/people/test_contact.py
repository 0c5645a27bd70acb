from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral.people.rules import (
    ContactChannel,
    ContactRefusal,
    SafeContact,
    SensitivityLevel,
    contact_refusal,
    format_phone,
    next_safe_time,
    normalize_phone,
)

L1, L2, L3 = SensitivityLevel
NEW_YORK = ZoneInfo("America/New_York")
MONDAY_NOON = datetime(2026, 11, 23, 17, tzinfo=UTC)  # noon in New York
SAFE = SafeContact(
    channels=frozenset({ContactChannel.VOICE}),
    confirmed_at=MONDAY_NOON - timedelta(days=10),
    from_time=time(9),
    until_time=time(15),
    weekdays=frozenset({0, 1}),
)


def refusal(
    contact: SafeContact | None,
    channel: ContactChannel = ContactChannel.VOICE,
    level: SensitivityLevel = L3,
    at: datetime = MONDAY_NOON,
    leaves_message: bool = False,
) -> ContactRefusal | None:
    return contact_refusal(contact, channel, level=level, at=at, zone="America/New_York", leaves_message=leaves_message)


def test_the_named_way_at_the_named_time_is_fine():
    assert refusal(SAFE) is None


def test_a_way_that_was_not_named_is_not_safe():
    assert refusal(SAFE, ContactChannel.SMS) is ContactRefusal.NOT_SAFE


@pytest.mark.parametrize("hours", [-4, 4, 48])
def test_times_and_weekdays_are_those_where_the_person_is(hours: int):
    assert refusal(SAFE, at=MONDAY_NOON + timedelta(hours=hours)) is ContactRefusal.OUTSIDE_SAFE_TIMES


def test_hours_over_midnight_are_understood():
    night = replace(SAFE, from_time=time(22), until_time=time(6), weekdays=frozenset(range(7)))
    assert refusal(night) is ContactRefusal.OUTSIDE_SAFE_TIMES
    assert refusal(night, at=MONDAY_NOON + timedelta(hours=11)) is None
    assert refusal(night, at=MONDAY_NOON + timedelta(hours=17)) is None


def local(day: int, hour: int) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=NEW_YORK)


NIGHT = replace(SAFE, from_time=time(22), until_time=time(6))


@pytest.mark.parametrize(
    ("contact", "at", "safe_at"),
    [
        (None, local(23, 3), local(23, 3)),  # nobody asked: any hour
        (SAFE, local(23, 12), local(23, 12)),  # Monday noon
        (SAFE, local(23, 3), local(23, 9)),
        (SAFE, local(23, 16), local(24, 9)),
        (SAFE, local(24, 16), local(30, 9)),  # Tuesday is over: next Monday
        (replace(SAFE, weekdays=frozenset()), local(23, 12), None),
        (NIGHT, local(23, 12), local(23, 22)),
        (NIGHT, local(24, 3), local(24, 3)),
        (NIGHT, local(25, 3), local(30, 0)),  # Wednesday night is not safe, Monday's first hours are
        (replace(SAFE, from_time=None, until_time=None), local(29, 12), local(30, 0)),
    ],
)
def test_the_next_safe_time_is_the_first_within_the_named_hours(
    contact: SafeContact | None, at: datetime, safe_at: datetime | None
):
    assert next_safe_time(contact, at, zone="America/New_York") == safe_at


@given(
    starts=st.none() | st.times(),
    ends=st.none() | st.times(),
    weekdays=st.frozensets(st.integers(0, 6)),
    minutes=st.integers(0, 60 * 24 * 366),
)
def test_the_next_safe_time_is_never_refused_and_never_earlier(
    starts: time | None, ends: time | None, weekdays: frozenset[int], minutes: int
):
    at = MONDAY_NOON + timedelta(minutes=minutes)
    contact = replace(SAFE, from_time=starts, until_time=ends, weekdays=weekdays)
    found = next_safe_time(contact, at, zone="America/New_York")
    assert (found is None) == (not weekdays)
    if found is not None:
        assert found >= at
        assert refusal(contact, level=L1, at=found) is None


def test_a_message_is_left_only_when_that_was_allowed():
    assert refusal(SAFE, leaves_message=True) is ContactRefusal.NO_VOICEMAIL
    assert refusal(replace(SAFE, may_leave_message=True), leaves_message=True) is None


@pytest.mark.parametrize(("days", "expected"), [(30, None), (31, ContactRefusal.ASK_AGAIN)])
def test_for_safety_matters_an_agreement_is_asked_again_after_thirty_days(days: int, expected: ContactRefusal | None):
    assert refusal(replace(SAFE, confirmed_at=MONDAY_NOON - timedelta(days=days))) is expected


def test_an_old_agreement_still_holds_for_everything_else():
    old = replace(SAFE, confirmed_at=MONDAY_NOON - timedelta(days=400))
    assert refusal(old, level=L1) is None
    assert refusal(old, level=L2) is None


def test_nobody_is_reached_about_safety_before_saying_how():
    assert refusal(None) is ContactRefusal.ASK_AGAIN
    assert refusal(None, level=L1) is None


@pytest.mark.parametrize(
    "typed", ["(919) 555-0123", "919.555.0123", "+1 919 555 0123", "1-919-555-0123", "9195550123 x4"]
)
def test_a_number_is_stored_one_way_however_it_was_typed(typed: str):
    assert normalize_phone(typed) == "+19195550123"


@pytest.mark.parametrize("typed", ["", "555-0123", "call me", "123", "+999 123 456 789"])
def test_what_cannot_be_a_number_is_refused(typed: str):
    assert normalize_phone(typed) is None


def test_a_number_is_shown_as_people_write_it():
    assert format_phone("+19195550123") == "(919) 555-0123"
    assert format_phone("+525512345678") == "+52 55 1234 5678"
