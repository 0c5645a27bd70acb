"""What may be wrong with a listing, and what becomes of somebody's word that it is."""

from collections.abc import Mapping
from enum import StrEnum


class WrongPart(StrEnum):
    """What does not fit any more."""

    CLOSED = "closed"
    PHONE = "phone"
    PLACE = "place"
    HOURS = "hours"
    NOT_OFFERED = "not_offered"
    NOT_FOR_THEM = "not_for_them"
    OTHER = "other"


WRONG_PART_WORDS: Mapping[WrongPart, str] = {
    WrongPart.CLOSED: "It has closed",
    WrongPart.PHONE: "The phone number is wrong",
    WrongPart.PLACE: "The address is wrong",
    WrongPart.HOURS: "The hours are wrong",
    WrongPart.NOT_OFFERED: "This help is not offered",
    WrongPart.NOT_FOR_THEM: "It is for other people than it says",
    WrongPart.OTHER: "Something else",
}


class ReportState(StrEnum):
    """What became of a report."""

    OPEN = "open"
    DONE = "done"
    DISMISSED = "dismissed"
    TAKEN_OUT = "taken_out"


STATE_WORDS: Mapping[ReportState, str] = {
    ReportState.OPEN: "Not looked at yet",
    ReportState.DONE: "It is put right",
    ReportState.DISMISSED: "The listing was right",
    ReportState.TAKEN_OUT: "Take it out of searches",
}


def may_become(*, is_claimed: bool) -> tuple[ReportState, ...]:
    """Return how a report may be settled: only a listing that nobody keeps is taken out by somebody else."""
    kept = (ReportState.DONE, ReportState.DISMISSED)
    return kept if is_claimed else (*kept, ReportState.TAKEN_OUT)
