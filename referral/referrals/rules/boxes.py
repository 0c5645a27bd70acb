"""The boxes in which people look for their work: groups of statuses, in words."""

from enum import StrEnum

from referral.referrals.rules.statuses import AWAITING_ANSWER, ENDED, ON_HOLD, OPEN, Status

NEW, WAITING = AWAITING_ANSWER, ON_HOLD
ACTIVE = frozenset({Status.ACCEPTED, Status.IN_SERVICE})


class Folder(StrEnum):
    """The two sides of a referral."""

    INBOX = "inbox"
    SENT = "sent"


class InboxBox(StrEnum):
    """Where the receiver looks."""

    NEW = "new"
    WAITING = "waiting"
    ACTIVE = "active"
    ENDED = "ended"


class SentBox(StrEnum):
    """Where the sender looks."""

    OPEN = "open"
    NEW = "new"
    WAITING = "waiting"
    ACTIVE = "active"
    SENT_BACK = "sent_back"
    TO_CALL = "to_call"
    ENDED = "ended"


INBOX_STATUSES: dict[InboxBox, frozenset[Status]] = {
    InboxBox.NEW: NEW,
    InboxBox.WAITING: WAITING,
    InboxBox.ACTIVE: ACTIVE,
    InboxBox.ENDED: ENDED,
}
SENT_STATUSES: dict[SentBox, frozenset[Status]] = {
    SentBox.OPEN: OPEN - {Status.DRAFT},
    SentBox.NEW: NEW,
    SentBox.WAITING: WAITING,
    SentBox.ACTIVE: ACTIVE,
    SentBox.SENT_BACK: frozenset({Status.DECLINED, Status.EXPIRED}),
    SentBox.TO_CALL: frozenset({Status.SERVED}),
    SentBox.ENDED: ENDED,
}
LABELS = {
    "open": "Open",
    "new": "Waiting for an answer",
    "waiting": "On hold",
    "active": "Being helped",
    "sent_back": "Sent back",
    "to_call": "Ask the person",
    "ended": "Ended",
}
