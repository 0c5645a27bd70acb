"""Where a message stands: it moves up only, and the first final word wins.

Twilio's callbacks carry no timestamp, come in any order and can be replayed; ranks make that harmless.
"""

from enum import StrEnum


class Direction(StrEnum):
    """Who wrote the message: we did, or the person."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"


class MessageStatus(StrEnum):
    """Twilio's thirteen statuses, and our own `not_sent`: the message never left this house.

    `queued` is also the first status of a message that still waits here; `sending` without a Twilio id is one
    that was handed over and whose answer we do not know.
    """

    ACCEPTED = "accepted"
    SCHEDULED = "scheduled"
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    PARTIALLY_DELIVERED = "partially_delivered"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    CANCELED = "canceled"
    READ = "read"
    RECEIVING = "receiving"
    RECEIVED = "received"
    NOT_SENT = "not_sent"


class NotSentReason(StrEnum):
    """Why a message stayed with us; each is shown to the people who wrote it."""

    NO_SENDER = "no_sender"
    NO_NUMBER = "no_number"
    NO_CONSENT = "no_consent"
    NO_SAFE_CHANNEL = "no_safe_channel"
    OPTED_OUT = "opted_out"
    WAITS_FOR_PERSON = "waits_for_person"
    NO_LONGER_NEEDED = "no_longer_needed"
    REFUSED = "refused"
    TRYING_AGAIN = "trying_again"
    GAVE_UP = "gave_up"
    IN_DOUBT = "in_doubt"
    HISTORY = "history"


RANK: dict[MessageStatus, int] = {
    MessageStatus.ACCEPTED: 0,
    MessageStatus.SCHEDULED: 0,
    MessageStatus.RECEIVING: 0,
    MessageStatus.QUEUED: 1,
    MessageStatus.SENDING: 2,
    MessageStatus.SENT: 3,
    MessageStatus.PARTIALLY_DELIVERED: 4,
    MessageStatus.DELIVERED: 5,
    MessageStatus.UNDELIVERED: 5,
    MessageStatus.FAILED: 5,
    MessageStatus.CANCELED: 5,
    MessageStatus.NOT_SENT: 5,
    MessageStatus.RECEIVED: 5,
    MessageStatus.READ: 6,
}
FINAL_RANK = 5


def is_final(status: MessageStatus) -> bool:
    """Tell whether nothing more is expected; only a delivered message can still become `read`."""
    return RANK[status] >= FINAL_RANK


def next_status(current: MessageStatus, reported: MessageStatus) -> MessageStatus:
    """Return where the message stands after a report: higher ranks win, and a final status stays."""
    if is_final(current):
        was_read = current is MessageStatus.DELIVERED and reported is MessageStatus.READ
        return reported if was_read else current
    return reported if RANK[reported] > RANK[current] else current


def status_from_twilio(word: str) -> MessageStatus | None:
    """Read a status word of Twilio's; None for a word its API does not have, our own `not_sent` included."""
    try:
        status = MessageStatus(word)
    except ValueError:
        return None
    return None if status is MessageStatus.NOT_SENT else status


class OptOutSource(StrEnum):
    """How we know that a number wants no texts."""

    REPLY = "reply"
    TWILIO = "twilio"
    STAFF = "staff"
