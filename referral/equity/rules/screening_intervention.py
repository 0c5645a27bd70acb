"""Social Need Screening and Intervention (SNS-E): six rates, after public payer texts of the measure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

LAST_SCREENING_DAY = (12, 1)
INTERVENTION_DAYS = 30


class NeedKind(StrEnum):
    """What a screen asks about; three kinds make up the housing domain."""

    FOOD = "food"
    TRANSPORTATION = "transportation"
    INSTABILITY = "instability"
    HOMELESSNESS = "homelessness"
    INADEQUACY = "inadequacy"


DOMAINS: Mapping[str, frozenset[NeedKind]] = {
    "food": frozenset({NeedKind.FOOD}),
    "transportation": frozenset({NeedKind.TRANSPORTATION}),
    "housing": frozenset({NeedKind.INSTABILITY, NeedKind.HOMELESSNESS, NeedKind.INADEQUACY}),
}


@dataclass(frozen=True, slots=True)
class Screen:
    """A documented result of a standard instrument."""

    kind: NeedKind
    on: date
    is_positive: bool


@dataclass(frozen=True, slots=True)
class Intervention:
    """Help given for a kind of need."""

    kind: NeedKind
    on: date


@dataclass(frozen=True, slots=True)
class Member:
    """An eligible member of the measurement year."""

    screens: tuple[Screen, ...]
    interventions: tuple[Intervention, ...]
    is_excluded: bool = False


@dataclass(frozen=True, slots=True)
class DomainCounts:
    """Denominator and numerator of a domain's two rates."""

    screening: tuple[int, int]
    intervention: tuple[int, int]


def screening_and_intervention(members: Iterable[Member], *, year: int) -> dict[str, DomainCounts]:
    """Count both rates of each domain for one measurement year."""
    counted = [member for member in members if not member.is_excluded]
    return {domain: _domain(counted, kinds, year) for domain, kinds in DOMAINS.items()}


def _domain(members: list[Member], kinds: frozenset[NeedKind], year: int) -> DomainCounts:
    screened = positive = helped = 0
    for member in members:
        screens = [s for s in member.screens if s.kind in kinds and _in_window(s.on, year)]
        screened += bool(screens)
        found = [s for s in screens if s.is_positive]
        positive += bool(found)
        helped += bool(found) and _is_helped(found, member.interventions)
    return DomainCounts((len(members), screened), (positive, helped))


def _is_helped(found: list[Screen], interventions: tuple[Intervention, ...]) -> bool:
    # House reading for housing: only the kinds positive on the first positive day qualify.
    first = min(screen.on for screen in found)
    kinds = {screen.kind for screen in found if screen.on == first}
    last = first + timedelta(days=INTERVENTION_DAYS)
    return any(i.kind in kinds and first <= i.on <= last for i in interventions)


def _in_window(day: date, year: int) -> bool:
    return date(year, 1, 1) <= day <= date(year, *LAST_SCREENING_DAY)
