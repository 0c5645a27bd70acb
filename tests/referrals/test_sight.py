"""What the receiver sees of the person, before and after it takes the referral."""

from datetime import UTC, datetime, timedelta

import pytest

from referral.referrals.rules import (
    AFTER_END,
    MINIMUM_FIELDS,
    Channel,
    Sight,
    Status,
    is_ended,
    receiver_sight,
)

ENDED_AT = datetime(2026, 3, 1, tzinfo=UTC)


def see(
    status: Status,
    *,
    was_taken: bool = False,
    later: timedelta = timedelta(0),
    channel: Channel = Channel.NETWORK,
) -> Sight:
    ended_at = ENDED_AT if is_ended(status) else None
    return receiver_sight(status, channel=channel, was_taken=was_taken, ended_at=ended_at, at=ENDED_AT + later)


def test_the_minimum_is_six_fields_without_a_last_name_or_contact() -> None:
    assert MINIMUM_FIELDS == (
        "need_category",
        "area",
        "language",
        "household_size",
        "urgency",
        "contact_first_name",
    )


@pytest.mark.parametrize(
    ("status", "sight"),
    [
        (Status.DRAFT, Sight.NOTHING),
        (Status.SENT, Sight.MINIMUM),
        (Status.IN_REVIEW, Sight.MINIMUM),
        (Status.ACCEPTED, Sight.PARTY),
        (Status.WAITLISTED, Sight.PARTY),
        (Status.NEEDS_PERSON, Sight.PARTY),
        (Status.IN_SERVICE, Sight.PARTY),
        (Status.DECLINED, Sight.MINIMUM),
        (Status.EXPIRED, Sight.MINIMUM),
        (Status.RECALLED, Sight.MINIMUM),
        (Status.WITHDRAWN, Sight.MINIMUM),
        (Status.ENTERED_IN_ERROR, Sight.NOTHING),
    ],
)
def test_a_receiver_that_never_took_it_sees_the_minimum(status: Status, sight: Sight) -> None:
    assert see(status) is sight


@pytest.mark.parametrize("status", [Status.SERVED, Status.NOT_SERVED, Status.DECLINED, Status.WITHDRAWN])
def test_a_receiver_that_took_it_sees_it_for_ninety_days_after_the_end(status: Status) -> None:
    assert see(status, was_taken=True) is Sight.PARTY
    assert see(status, was_taken=True, later=AFTER_END) is Sight.PARTY
    assert see(status, was_taken=True, later=AFTER_END + timedelta(seconds=1)) is Sight.NOTHING


@pytest.mark.parametrize("status", Status)
def test_off_platform_the_organization_sees_nothing(status: Status) -> None:
    assert see(status, was_taken=True, channel=Channel.OFF_PLATFORM) is Sight.NOTHING


def test_a_referral_filed_in_error_is_closed_to_a_receiver_that_took_it() -> None:
    assert see(Status.ENTERED_IN_ERROR, was_taken=True) is Sight.NOTHING
