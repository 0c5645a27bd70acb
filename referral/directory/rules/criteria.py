"""What somebody looks for, and what a search answers."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from uuid import UUID

from referral.directory.rules.asking import Correction
from referral.directory.rules.freshness import CapacityState
from referral.directory.rules.ladder import STEP_TEXT, Step
from referral.directory.rules.places import ZipPlace
from referral.directory.rules.ranking import Reason
from referral.people.rules import NeedCategory

DISTANCES = (2, 5, 10, 25, 50)
MOST_RESULTS = 50


class PlaceProblem(StrEnum):
    """Why a place that was typed could not be used."""

    NOT_A_ZIP = "not_a_zip"
    UNKNOWN_ZIP = "unknown_zip"


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """A search: words or a need, a ZIP code with a distance in miles, and the filters a navigator sets."""

    words: str = ""
    need: NeedCategory | None = None
    zip_code: str = ""
    miles: int = 10
    language: str | None = None
    is_open_now: bool = False
    is_in_network: bool = False
    has_room: bool = False
    network_id: UUID | None = None
    """The network of whoever asks: its members come first. Without one, whoever works in any network counts."""
    is_exact: bool = False
    """Search for the words as they were typed, without correcting their spelling."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One result as a page or a program shows it."""

    service_at_location_id: UUID
    service_id: UUID
    organization_id: UUID
    title: str
    organization_name: str
    place: str
    miles: float | None
    distance: str
    opening: str
    capacity: CapacityState
    available: int | None
    cost: str
    eligibility: str
    phones: tuple[str, ...]
    languages: tuple[str, ...]
    needs: tuple[NeedCategory, ...]
    assured_on: date | None
    freshness: str
    is_claimed: bool
    score: float
    reasons: tuple[Reason, ...]
    other_sites: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The answer to a search: the results, how far the search had to go for them, and what was understood."""

    hits: tuple[Hit, ...]
    step: Step
    place: ZipPlace | None = None
    place_problem: PlaceProblem | None = None
    corrections: tuple[Correction, ...] = ()
    understood: str = ""
    needs: frozenset[NeedCategory] = field(default_factory=frozenset)

    @property
    def step_text(self) -> str:
        """What to tell the person about how these results came; empty when the search found what was asked."""
        return STEP_TEXT.get(self.step, "")
