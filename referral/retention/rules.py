"""What is kept for how long, and from when the time counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class RetentionClass(StrEnum):
    """Kinds of records that leave, or stay, together."""

    MESSAGE_BODY = "message_body"
    MESSAGE_PHONE = "message_phone"
    SAFETY_CONTENT = "safety_content"
    CLIENT_RECORD = "client_record"
    CLAIM = "claim"
    CONSENT = "consent"
    DISCLOSURE = "disclosure"
    AUDIT = "audit"
    SESSION = "session"
    IDEMPOTENCY_KEY = "idempotency_key"


class TimeUnit(StrEnum):
    """What a time of keeping is counted in."""

    HOURS = "hours"
    DAYS = "days"
    YEARS = "years"


class HoldKind(StrEnum):
    """Why something stays although its time is over."""

    LEGAL = "legal"
    """A court, a lawyer or an inquiry asked: nothing of the person is removed."""
    PERSON_ASKED = "person_asked"
    """The person wants what they told about their safety to be kept; the other times go on."""


@dataclass(frozen=True, slots=True)
class ClassWords:
    """How a class is called, and what happens to it."""

    title: str
    deed: str
    is_of_network: bool = True
    """Whether a network may choose a time of its own; what the program itself needs has one time."""


WORDS: Mapping[RetentionClass, ClassWords] = {
    RetentionClass.MESSAGE_BODY: ClassWords("Text of messages", "The text is emptied; that it was sent stays."),
    RetentionClass.MESSAGE_PHONE: ClassWords("Phone numbers of messages and questions", "The number is emptied."),
    RetentionClass.SAFETY_CONTENT: ClassWords(
        "What was told about safety", "Answers, notes and reasons are emptied, unless the person asked to keep them."
    ),
    RetentionClass.CLIENT_RECORD: ClassWords(
        "A person's record", "It is deleted. Under bills, bare rows without name, contact or text stay."
    ),
    RetentionClass.CLAIM: ClassWords(
        "Bills, and what they stand on", "The bare rows left under bills are deleted, then the invoices themselves."
    ),
    RetentionClass.CONSENT: ClassWords(
        "Consents",
        "Their beginning and their end count as activity of the record, and they leave with it, or with the last bill."
        " Where records are kept for a shorter time, so are consents; a record that was erased at the person's request"
        " leaves them, as they were signed, without a name of its own.",
    ),
    RetentionClass.DISCLOSURE: ClassWords(
        "What reached other organizations", "It is deleted, never sooner than after six years.", is_of_network=False
    ),
    RetentionClass.AUDIT: ClassWords(
        "The audit log",
        "Events are deleted, never sooner than after six years. Their seals stay and prove that nothing else is gone.",
        is_of_network=False,
    ),
    RetentionClass.SESSION: ClassWords("Sessions and links to sign in", "They are deleted.", is_of_network=False),
    RetentionClass.IDEMPOTENCY_KEY: ClassWords("Answers kept for programs", "They are deleted.", is_of_network=False),
}

RUNNING = frozenset(WORDS) - {RetentionClass.CONSENT, RetentionClass.AUDIT}
"""Classes that the run removes by their own time; the log leaves in a run that holds the key of its seals."""

LEAST_YEARS = 6
"""For the log, whatever somebody wrote into its policy: 45 CFR 164.316(b)(2)(i)."""


ERASE_WITHIN = timedelta(days=30)
"""How soon a request that the record be erased is decided: our default, compared with no law."""


def older_than(at: datetime, amount: int, unit: TimeUnit) -> datetime:
    """Return the instant before which the time of keeping began that is over at `at`; years are calendar years."""
    if unit is not TimeUnit.YEARS:
        return at - timedelta(**{unit.value: amount})
    is_leap_day = (at.month, at.day) == (2, 29)
    return at.replace(year=at.year - amount, day=28) if is_leap_day else at.replace(year=at.year - amount)


def rule_words(amount: int, unit: TimeUnit, counted_from: str) -> str:
    """Return a rule as a tombstone names it: "30 days after it was written"."""
    return f"{amount} {unit.value} after {counted_from}"


MOST = {TimeUnit.HOURS: 240, TimeUnit.DAYS: 3650, TimeUnit.YEARS: 50}
"""The longest time that can be asked for, by unit: a slip of the finger does not keep anything for ever."""
