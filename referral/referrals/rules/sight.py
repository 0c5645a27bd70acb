"""What the receiver may know about the person: the minimum before it takes the referral, enough after."""

from datetime import datetime, timedelta
from enum import StrEnum

from referral.referrals.rules.statuses import ENDED, TAKEN, Channel, Status

# party-min: the whole list; whatever is not here stays hidden until the receiver takes the referral.
MINIMUM_FIELDS = (
    "need_category",
    "area",
    "language",
    "household_size",
    "urgency",
    "contact_first_name",
)
AFTER_END = timedelta(days=90)


class Sight(StrEnum):
    """How much of the person a party sees."""

    NOTHING = "nothing"
    MINIMUM = "minimum"
    NAMED = "named"
    """Who it is for, not how to reach them: for who bills what was accepted."""
    PARTY = "party"


def takes_comments(
    status: Status, *, channel: Channel, was_taken: bool, ended_at: datetime | None, at: datetime
) -> bool:
    """Say whether a comment finds a reader at the other side: now, or once the receiver takes the referral."""
    if channel is Channel.OFF_PLATFORM or status in {Status.DRAFT, Status.ENTERED_IN_ERROR}:
        return False
    if status in ENDED:
        return was_taken and ended_at is not None and at <= ended_at + AFTER_END
    return True


def receiver_sight(
    status: Status,
    *,
    channel: Channel,
    was_taken: bool,
    ended_at: datetime | None,
    at: datetime,
) -> Sight:
    """Return what the receiver sees: the minimum, then the referral once taken, until 90 days after its end.

    `was_taken`: the receiver once accepted, waitlisted or asked the person; all three count as taking it.
    """
    if channel is Channel.OFF_PLATFORM or status in {Status.DRAFT, Status.ENTERED_IN_ERROR}:
        return Sight.NOTHING
    if status in ENDED and (ended_at is None or at > ended_at + AFTER_END):
        return Sight.NOTHING
    return Sight.PARTY if was_taken or status in TAKEN else Sight.MINIMUM
