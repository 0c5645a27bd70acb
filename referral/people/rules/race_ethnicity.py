"""Race and ethnicity by OMB directive SPD 15 (2024, 89 FR 22182): one question, several answers.

Every selection is stored; a report names the tabulation it used. The rule of the 1997 standard is kept
for files that still ask for it.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum


class RaceEthnicity(StrEnum):
    """The seven minimum categories."""

    AMERICAN_INDIAN_OR_ALASKA_NATIVE = "american_indian_or_alaska_native"
    ASIAN = "asian"
    BLACK_OR_AFRICAN_AMERICAN = "black_or_african_american"
    HISPANIC_OR_LATINO = "hispanic_or_latino"
    MIDDLE_EASTERN_OR_NORTH_AFRICAN = "middle_eastern_or_north_african"
    NATIVE_HAWAIIAN_OR_PACIFIC_ISLANDER = "native_hawaiian_or_pacific_islander"
    WHITE = "white"


@dataclass(frozen=True, slots=True)
class CdcCode:
    """A code of the CDC race and ethnicity code set, and whether it was checked against the source."""

    code: str
    is_verified: bool


CDC_CODES: dict[RaceEthnicity, CdcCode] = {
    RaceEthnicity.AMERICAN_INDIAN_OR_ALASKA_NATIVE: CdcCode("1002-5", is_verified=True),
    RaceEthnicity.ASIAN: CdcCode("2028-9", is_verified=False),
    RaceEthnicity.BLACK_OR_AFRICAN_AMERICAN: CdcCode("2054-5", is_verified=False),
    RaceEthnicity.HISPANIC_OR_LATINO: CdcCode("2135-2", is_verified=True),
    RaceEthnicity.MIDDLE_EASTERN_OR_NORTH_AFRICAN: CdcCode("2118-8", is_verified=False),
    RaceEthnicity.NATIVE_HAWAIIAN_OR_PACIFIC_ISLANDER: CdcCode("2076-8", is_verified=False),
    RaceEthnicity.WHITE: CdcCode("2106-3", is_verified=False),
}

_LABELS: dict[str, str] = {
    RaceEthnicity.AMERICAN_INDIAN_OR_ALASKA_NATIVE: "American Indian or Alaska Native",
    RaceEthnicity.ASIAN: "Asian",
    RaceEthnicity.BLACK_OR_AFRICAN_AMERICAN: "Black or African American",
    RaceEthnicity.HISPANIC_OR_LATINO: "Hispanic or Latino",
    RaceEthnicity.MIDDLE_EASTERN_OR_NORTH_AFRICAN: "Middle Eastern or North African",
    RaceEthnicity.NATIVE_HAWAIIAN_OR_PACIFIC_ISLANDER: "Native Hawaiian or Pacific Islander",
    RaceEthnicity.WHITE: "White",
}

MULTIRACIAL = "multiracial_or_multiethnic"
OTHER_MULTIPLE = "other_multiple_responses"
TWO_OR_MORE_RACES = "two_or_more_races"
_LABELS |= {
    MULTIRACIAL: "Multiracial or multiethnic",
    OTHER_MULTIPLE: "Other multiple responses",
    TWO_OR_MORE_RACES: "Two or more races",
}

Selections = Collection[RaceEthnicity]
_JOINED_BY = "+"


def race_label(group: str) -> str:
    """A category, or a group that a tabulation made, in plain English."""
    return " and ".join(_LABELS[part] for part in group.split(_JOINED_BY))


def alone_or_in_combination(selections: Selections) -> frozenset[str]:
    """Every group a person chose; a person counts in each, so the groups add up to more than everybody."""
    return frozenset(str(choice) for choice in selections)


def combined_multiracial(selections: Selections) -> str | None:
    """The one group of a person: the single choice, or multiracial; None when nothing was chosen."""
    chosen = set(selections)
    if len(chosen) > 1:
        return MULTIRACIAL
    return str(chosen.pop()) if chosen else None


def most_frequent_multiple(selections: Selections, combinations: Collection[str]) -> str | None:
    """The one group of a person, where the `combinations` named are groups of their own."""
    chosen = set(selections)
    if len(chosen) <= 1:
        return combined_multiracial(chosen)
    combination = _joined(chosen)
    return combination if combination in combinations else OTHER_MULTIPLE


def most_frequent_combinations(people: Iterable[Selections], how_many: int = 4) -> tuple[str, ...]:
    """The combinations chosen most often in a population, most frequent first, ties by name."""
    counts = Counter(_joined(chosen) for chosen in map(set, people) if len(chosen) > 1)
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(combination for combination, _ in ranked[:how_many])


def omb_1997(selections: Selections) -> str | None:
    """The group under the 1997 standard: Hispanic first, then the single race, else two or more.

    Middle Eastern or North African goes to White, one way only.
    """
    chosen = set(selections)
    if RaceEthnicity.HISPANIC_OR_LATINO in chosen:
        return RaceEthnicity.HISPANIC_OR_LATINO
    if RaceEthnicity.MIDDLE_EASTERN_OR_NORTH_AFRICAN in chosen:
        chosen = chosen - {RaceEthnicity.MIDDLE_EASTERN_OR_NORTH_AFRICAN} | {RaceEthnicity.WHITE}
    if len(chosen) > 1:
        return TWO_OR_MORE_RACES
    return str(chosen.pop()) if chosen else None


def _joined(chosen: set[RaceEthnicity]) -> str:
    return _JOINED_BY.join(choice for choice in RaceEthnicity if choice in chosen)


@dataclass(frozen=True, slots=True)
class Tabulation:
    """A named and versioned way to group people; an exclusive one puts each person in at most one group."""

    name: str
    version: str
    is_exclusive: bool
    groups: Callable[[Selections], frozenset[str]]


def _one(group: str | None) -> frozenset[str]:
    return frozenset() if group is None else frozenset({group})


ALONE_OR_IN_COMBINATION = Tabulation("alone_or_in_combination", "1", False, alone_or_in_combination)
COMBINED_MULTIRACIAL = Tabulation(
    "combined_multiracial", "1", True, lambda selections: _one(combined_multiracial(selections))
)
OMB_1997 = Tabulation("omb_1997", "1", True, lambda selections: _one(omb_1997(selections)))


def most_frequent_multiple_over(combinations: Collection[str]) -> Tabulation:
    """The tabulation of most frequent multiple responses for the combinations of one population."""
    named = frozenset(combinations)
    return Tabulation("most_frequent_multiple", "1", True, lambda chosen: _one(most_frequent_multiple(chosen, named)))
