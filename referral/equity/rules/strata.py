"""By what people are grouped, and what stands where nobody knows."""

from enum import StrEnum

from referral.people.rules import DemographicKind

UNKNOWN = "unknown"
DECLINED = "declined"


class Dimension(StrEnum):
    """What the equity report groups by."""

    RACE_ETHNICITY = "race_ethnicity"
    LANGUAGE = "language"

    @property
    def question(self) -> DemographicKind:
        """Return the question whose completeness stands beside the groups."""
        return DemographicKind.RACE_ETHNICITY if self is Dimension.RACE_ETHNICITY else DemographicKind.SPOKEN_LANGUAGE
