"""The words of the loop: where a referral stands, who acts on it, and by which channel it travels."""

from enum import StrEnum


class Status(StrEnum):
    """Where a referral stands; each maps to one FHIR Task.status."""

    DRAFT = "draft"
    SENT = "sent"
    IN_REVIEW = "in_review"
    ACCEPTED = "accepted"
    WAITLISTED = "waitlisted"
    NEEDS_PERSON = "needs_person"
    IN_SERVICE = "in_service"
    SERVED = "served"
    NOT_SERVED = "not_served"
    DECLINED = "declined"
    RECALLED = "recalled"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    ENTERED_IN_ERROR = "entered_in_error"

    @property
    def label(self) -> str:
        """Return the status in words a person reads; an organization may show its own label over it."""
        return self.value.replace("_", " ")


class Action(StrEnum):
    """What somebody does to a referral; the service functions carry the same names."""

    SEND = "send"
    REVIEW = "review"
    ACCEPT = "accept"
    WAITLIST = "waitlist"
    ASK_PERSON = "ask_person"
    START = "start"
    SERVE = "serve"
    CLOSE_UNSERVED = "close_unserved"
    DECLINE = "decline"
    RECALL = "recall"
    EXPIRE = "expire"
    WITHDRAW = "withdraw"
    MARK_ERROR = "mark_error"

    @property
    def label(self) -> str:
        """Return the action as the verb a sentence or a button uses."""
        return _ACTION_LABELS.get(self, self.value)


_ACTION_LABELS = {
    Action.REVIEW: "mark as in review",
    Action.WAITLIST: "put on the waiting list",
    Action.ASK_PERSON: "ask the person",
    Action.START: "start the service",
    Action.SERVE: "close as served",
    Action.CLOSE_UNSERVED: "close as not served",
    Action.MARK_ERROR: "mark as entered in error",
}


class Channel(StrEnum):
    """How the referral reaches the organization: through the network, or only by telling the person."""

    NETWORK = "network"
    OFF_PLATFORM = "off_platform"


class Party(StrEnum):
    """In which part somebody acts on a referral."""

    SENDER = "sender"
    RECEIVER = "receiver"
    PERSON = "person"
    CLOCK = "clock"


ENDED = frozenset(
    {
        Status.SERVED,
        Status.NOT_SERVED,
        Status.DECLINED,
        Status.RECALLED,
        Status.EXPIRED,
        Status.WITHDRAWN,
        Status.ENTERED_IN_ERROR,
    }
)
OPEN = frozenset(Status) - ENDED
CLOSED = frozenset({Status.SERVED, Status.NOT_SERVED, Status.DECLINED, Status.WITHDRAWN})
AWAITING_ANSWER = frozenset({Status.SENT, Status.IN_REVIEW})
ON_HOLD = frozenset({Status.WAITLISTED, Status.NEEDS_PERSON})
TAKEN = ON_HOLD | {Status.ACCEPTED, Status.IN_SERVICE}


def is_open(status: Status) -> bool:
    """Say whether something can still happen to the referral."""
    return status in OPEN


def is_ended(status: Status) -> bool:
    """Say whether the referral is over; an ended referral is never reopened, a new one is linked."""
    return status in ENDED


def is_closed(status: Status) -> bool:
    """Say whether `closed_loop_rate` counts it as closed; recalled and expired are ended, not closed."""
    return status in CLOSED
