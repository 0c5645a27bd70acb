"""What we ask about who a person is, why we ask it, and which of several answers counts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from referral.people.rules.answers import AnswerSource, AnswerState


class DemographicKind(StrEnum):
    """A question about who somebody is; every one may be skipped."""

    RACE_ETHNICITY = "race_ethnicity"
    SPOKEN_LANGUAGE = "spoken_language"
    WRITTEN_LANGUAGE = "written_language"
    INTERPRETER = "interpreter"
    SEXUAL_ORIENTATION = "sexual_orientation"
    GENDER_IDENTITY = "gender_identity"
    PRONOUNS = "pronouns"
    DISABILITY_HEARING = "disability_hearing"
    DISABILITY_SEEING = "disability_seeing"
    DISABILITY_REMEMBERING = "disability_remembering"
    DISABILITY_WALKING = "disability_walking"
    DISABILITY_DRESSING = "disability_dressing"
    DISABILITY_ERRANDS = "disability_errands"


_WHY_LANGUAGE = "So that people speak and write to you in a language you are at home in."
_WHY_ACCESS = "So that the places we send you to are ready for you, and to see whether they serve everyone."
_WHY_FAIR = "To see whether everyone gets help equally. It never decides what you get, and you do not have to answer."

_WHY: dict[DemographicKind, str] = {
    DemographicKind.RACE_ETHNICITY: _WHY_FAIR,
    DemographicKind.SPOKEN_LANGUAGE: _WHY_LANGUAGE,
    DemographicKind.WRITTEN_LANGUAGE: _WHY_LANGUAGE,
    DemographicKind.INTERPRETER: "So that an interpreter is there when you need one. It costs you nothing.",
    DemographicKind.SEXUAL_ORIENTATION: _WHY_FAIR,
    DemographicKind.GENDER_IDENTITY: _WHY_FAIR,
    DemographicKind.PRONOUNS: "So that people speak of you the way you want.",
}


def why_asked(kind: DemographicKind) -> str:
    """The reason for asking, as the page shows it and the navigator reads it out."""
    return _WHY.get(kind, _WHY_ACCESS)


@dataclass(frozen=True, slots=True)
class Observation:
    """One answer to one question: what was said, by whom, and on which day."""

    state: AnswerState
    source: AnswerSource
    observed_on: date
    values: frozenset[str] = frozenset()


_RANK = {source: rank for rank, source in enumerate(AnswerSource)}
_SAID = {AnswerState.ANSWERED, AnswerState.DECLINED}


def most_trusted(observations: Iterable[Observation]) -> Observation | None:
    """The answer that counts: the best source that said anything, its latest; nothing is merged.

    Declining is an answer: what a plan's file says never replaces a person's own No to the question.
    """
    return min(observations, key=_trust, default=None)


def _trust(observation: Observation) -> tuple[bool, int, int]:
    silent = observation.state not in _SAID
    return silent, _RANK[observation.source], -observation.observed_on.toordinal()
