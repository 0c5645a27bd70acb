"""The words of screening; each is stored by its value."""

from enum import StrEnum

from referral.people.rules import AnswerState


class NotAskedReason(StrEnum):
    """Why a question has no answer although nobody declined it."""

    SKIPPED_FOR_NOW = "skipped_for_now"
    NOT_PRIVATE = "not_private"
    PROXY_ANSWERS = "proxy_answers"
    OUT_OF_TIME = "out_of_time"
    NOT_APPLICABLE = "not_applicable"


class ScreeningStatus(StrEnum):
    """Where a screening stands (FHIR QuestionnaireResponse.status in brackets)."""

    IN_PROGRESS = "in_progress"
    """in-progress"""
    COMPLETED = "completed"
    """completed: nothing that is not optional was left out"""
    STOPPED = "stopped"
    """stopped: ended with questions that were not asked"""


class Respondent(StrEnum):
    """Who answers; everybody but the person is a proxy."""

    PERSON = "person"
    PARENT_OR_GUARDIAN = "parent_or_guardian"
    CAREGIVER = "caregiver"
    OTHER = "other"


class Mode(StrEnum):
    """How the questions are put."""

    PHONE = "phone"
    IN_PERSON = "in_person"
    VIDEO = "video"
    PAPER = "paper"


class HandOff(StrEnum):
    """A warm hand-off: help that leaves no electronic record of the person."""

    HOTLINE_NUMBER_GIVEN = "hotline_number_given"
    HOTLINE_CALLED_TOGETHER = "hotline_called_together"
    ORGANIZATION_CALLED_TOGETHER = "organization_called_together"
    EMERGENCY_SERVICES_CALLED = "emergency_services_called"


class ItemKind(StrEnum):
    """What an answer to the question can lead to; only `NEED` may open a referral."""

    NEED = "need"
    ACCESS_FLAG = "access_flag"
    CLINICAL = "clinical"
    URGENT_FLAG = "urgent_flag"
    WANTS_HELP = "wants_help"


class Urgency(StrEnum):
    """Whether the instrument itself calls an answer urgent, or we propose it."""

    URGENT = "urgent"
    PROPOSED = "proposed"


class ScoreMethod(StrEnum):
    """How a derived item is computed from its members."""

    SUM = "sum"
    PRODUCT = "product"
    ANY_NEED = "any-need"


class Finding(StrEnum):
    """What the answers say; anything that is not a clear yes or no is undetermined."""

    POSITIVE = "positive"
    NEGATIVE = "negative"
    UNDETERMINED = "undetermined"


DATA_ABSENT_REASON: dict[AnswerState, str | None] = {
    AnswerState.ANSWERED: None,
    AnswerState.DECLINED: "asked-declined",
    AnswerState.UNKNOWN: "asked-unknown",
    AnswerState.NOT_ASKED: "not-asked",
}
"""FHIR code of http://terminology.hl7.org/CodeSystem/data-absent-reason for each state."""
