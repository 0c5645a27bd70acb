"""The log of what was tried: contact attempts, how they went, and how a contradiction was settled."""

from enum import StrEnum


class ContactWay(StrEnum):
    """How somebody tried to reach the person."""

    PHONE = "phone"
    TEXT = "text"
    EMAIL = "email"
    LETTER = "letter"
    VISIT = "visit"


class ContactResult(StrEnum):
    """How the attempt went."""

    REACHED = "reached"
    NO_ANSWER = "no_answer"
    LEFT_MESSAGE = "left_message"
    WRONG_CONTACT = "wrong_contact"


class Urgency(StrEnum):
    """How soon help is needed (FHIR request-priority)."""

    ROUTINE = "routine"
    URGENT = "urgent"


class HeardBy(StrEnum):
    """By which way a piece of evidence reached us."""

    PAGE = "page"
    SMS = "sms"
    LINK = "link"
    PHONE = "phone"
    RECORD = "record"
