"""What a person asks for on their own page, or by phone."""

from enum import StrEnum

MAX_OPEN_REQUESTS = 5
MAX_WORDS = 1000


class RequestKind(StrEnum):
    """What the person wants."""

    CALL = "call"
    CORRECT = "correct"
    ERASE = "erase"
    """That the record is erased: more than the care team decides it."""
    OTHER = "other"


WORDS = {
    RequestKind.CALL: "Call me",
    RequestKind.CORRECT: "Correct something",
    RequestKind.ERASE: "Erase my record",
    RequestKind.OTHER: "Something else",
}
