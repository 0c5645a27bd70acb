"""How well a fact of a programme is known; the mark travels with the fact to every page that shows it."""

from enum import StrEnum


class FactStatus(StrEnum):
    """Where an amount or a criterion comes from."""

    VERIFIED = "verified"
    VERIFIED_IN_PART = "verified_in_part"
    SECONDARY = "secondary"
    UNVERIFIED = "unverified"
    NOT_FOUND = "not_found"

    @property
    def is_official(self) -> bool:
        """Whether the fact was read in the programme's own public source."""
        return self is FactStatus.VERIFIED

    @property
    def label(self) -> str:
        """What a page writes beside the fact."""
        return _LABELS[self]


_LABELS = {
    FactStatus.VERIFIED: "verified",
    FactStatus.VERIFIED_IN_PART: "verified in part",
    FactStatus.SECONDARY: "from a secondary source",
    FactStatus.UNVERIFIED: "unverified",
    FactStatus.NOT_FOUND: "not found",
}


class Verdict(StrEnum):
    """Three values everywhere: unknown never means no."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


def all_of(verdicts: list[Verdict]) -> Verdict:
    """Return no when any is no, yes when all are yes, else unknown."""
    if Verdict.NO in verdicts:
        return Verdict.NO
    return Verdict.UNKNOWN if Verdict.UNKNOWN in verdicts else Verdict.YES


def any_of(verdicts: list[Verdict]) -> Verdict:
    """Return yes when any is yes, no when all are no (also when there are none), else unknown."""
    if Verdict.YES in verdicts:
        return Verdict.YES
    return Verdict.UNKNOWN if Verdict.UNKNOWN in verdicts else Verdict.NO
