from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from referral.messaging.rules import is_within_hours, next_sending_time, validity_seconds
from referral.messaging.rules.quiet_hours import US_ZONES

START = datetime(2026, 1, 1, tzinfo=UTC)
instants = st.integers(0, 2 * 365 * 24 * 3600).map(lambda seconds: START + timedelta(seconds=seconds))
zones = st.sampled_from([None, "Mars/Olympus", *US_ZONES])
EAST = "America/New_York"


@given(instants, zones)
@settings(max_examples=400)
def test_the_next_sending_time_is_the_first_instant_inside_the_hours(at: datetime, zone: str | None) -> None:
    sending = next_sending_time(at, zone)
    assert at <= sending <= at + timedelta(days=1)
    for place in [zone] if zone in US_ZONES else US_ZONES:
        assert time(8) <= sending.astimezone(ZoneInfo(place)).time() < time(21)
    if sending > at:
        assert not is_within_hours(at, zone)
        assert not is_within_hours(sending - timedelta(seconds=1), zone)


@pytest.mark.parametrize("day", ["2026-03-08", "2026-11-01"])
def test_eight_in_the_morning_is_eight_also_on_the_days_the_clock_changes(day: str) -> None:
    midnight = datetime.fromisoformat(f"{day}T00:00").replace(tzinfo=ZoneInfo(EAST))
    sending = next_sending_time(midnight, EAST).astimezone(ZoneInfo(EAST))
    assert (sending.date().isoformat(), sending.time()) == (day, time(8))


def test_the_hours_open_at_eight_and_close_before_twenty_one() -> None:
    def local(hour: int, minute: int = 0) -> datetime:
        return datetime(2026, 7, 1, hour, minute, tzinfo=ZoneInfo(EAST))

    allowed = [is_within_hours(at, EAST) for at in (local(7, 59), local(8), local(20, 59), local(21))]
    assert allowed == [False, True, True, False]


def test_a_network_narrows_the_hours_and_never_widens_them() -> None:
    evening = datetime(2026, 7, 1, 20, 30, tzinfo=ZoneInfo("America/Chicago"))
    assert not is_within_hours(evening, "America/Chicago", closes=time(20))
    assert not is_within_hours(evening + timedelta(hours=1), "America/Chicago", closes=time(23))
    with pytest.raises(ValueError, match="no sending time"):
        next_sending_time(evening, None, closes=time(10))


@given(instants, zones)
def test_a_text_that_the_carrier_holds_dies_before_the_night(at: datetime, zone: str | None) -> None:
    sending = next_sending_time(at, zone)
    seconds = validity_seconds(sending, zone)
    assert 10 <= seconds <= 36_000
    if seconds > 10:
        assert is_within_hours(sending + timedelta(seconds=seconds - 1), zone)
