"""Why a plan denies a service authorization: a closed list, `other` needs a note."""

from enum import StrEnum


class DenialReason(StrEnum):
    """A coded reason of a plan."""

    NOT_ELIGIBLE = "not_eligible"
    NOT_NEEDED = "not_needed"
    OTHER_PAYER = "other_payer"
    INFORMATION_MISSING = "information_missing"
    NOT_CONTRACTED = "not_contracted"
    ALLOCATION_EXHAUSTED = "allocation_exhausted"
    OTHER = "other"

    @property
    def label(self) -> str:
        """What the member and the referrer read."""
        return _LABELS[self]


_LABELS = {
    DenialReason.NOT_ELIGIBLE: "The person does not qualify for this service",
    DenialReason.NOT_NEEDED: "The need does not call for this service",
    DenialReason.OTHER_PAYER: "Another program pays for it",
    DenialReason.INFORMATION_MISSING: "The information asked for did not arrive",
    DenialReason.NOT_CONTRACTED: "The organization has no contract for it",
    DenialReason.ALLOCATION_EXHAUSTED: "The program's money for this period is used up",
    DenialReason.OTHER: "Other",
}
