"""A program as data: who is eligible, where it works, and how well each of its rules is known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from referral.people.rules import NeedCategory
from referral.programs.rules.facts import FactStatus


@dataclass(frozen=True, slots=True)
class Criterion:
    """A health criterion; where it lists conditions, that many of them meet it."""

    code: str
    text: str
    status: FactStatus
    source: str | None
    conditions: tuple[str, ...] = ()
    conditions_needed: int = 0


@dataclass(frozen=True, slots=True)
class Category:
    """A group of members with its own health criteria; ages in completed years, both ends included."""

    code: str
    label: str
    age_from: int
    age_to: int | None
    requires_pregnancy: bool
    criteria: tuple[Criterion, ...]


@dataclass(frozen=True, slots=True)
class RiskFactor:
    """A social risk factor and the needs that show it."""

    code: str
    text: str
    status: FactStatus
    need_categories: frozenset[NeedCategory]


@dataclass(frozen=True, slots=True)
class LeadRegion:
    """The counties in which one network lead contracts and oversees organizations."""

    network_lead: str
    counties: frozenset[str]


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting of a program, with how well it is known."""

    value: Any
    status: FactStatus
    source: str | None = None


@dataclass(frozen=True, slots=True)
class ProgramDefinition:
    """A program, read from its file."""

    code: str
    name: str
    is_illustrative: bool
    notice: str
    time_zone: str
    settings: Mapping[str, Setting]
    categories: tuple[Category, ...]
    risk_factors: tuple[RiskFactor, ...]
    regions: tuple[LeadRegion, ...]

    @property
    def counties(self) -> frozenset[str]:
        """All counties of the program."""
        return frozenset[str]().union(*(region.counties for region in self.regions))

    def lead_of(self, county: str) -> str | None:
        """Return the network lead of a county, None outside the program."""
        return next((region.network_lead for region in self.regions if county in region.counties), None)


def read_definition(document: Mapping[str, Any]) -> ProgramDefinition:
    """Read a program file; raises KeyError or ValueError where it is incomplete or uses an unknown word."""
    return ProgramDefinition(
        code=document["code"],
        name=document["name"],
        is_illustrative=document["is_illustrative"],
        notice=document["notice"],
        time_zone=document["time_zone"],
        settings={name: _setting(given) for name, given in document["settings"].items()},
        categories=tuple(_category(given) for given in document["categories"]),
        risk_factors=tuple(_risk_factor(given) for given in document["social_risk_factors"]),
        regions=tuple(_region(given) for given in document["regions"]),
    )


def _setting(given: Mapping[str, Any]) -> Setting:
    return Setting(given["value"], FactStatus(given["status"]), given.get("source"))


def _category(given: Mapping[str, Any]) -> Category:
    return Category(
        code=given["code"],
        label=given["label"],
        age_from=given["age_from"],
        age_to=given["age_to"],
        requires_pregnancy=given["requires_pregnancy"],
        criteria=tuple(_criterion(one) for one in given["criteria"]),
    )


def _criterion(given: Mapping[str, Any]) -> Criterion:
    return Criterion(
        code=given["code"],
        text=given["text"],
        status=FactStatus(given["status"]),
        source=given["source"],
        conditions=tuple(given.get("conditions", ())),
        conditions_needed=given.get("conditions_needed", 0),
    )


def _risk_factor(given: Mapping[str, Any]) -> RiskFactor:
    needs: Sequence[str] = given["need_categories"]
    return RiskFactor(
        given["code"],
        given["text"],
        FactStatus(given["status"]),
        frozenset(NeedCategory(need) for need in needs),
    )


def _region(given: Mapping[str, Any]) -> LeadRegion:
    return LeadRegion(given["network_lead"], frozenset(given["counties"]))
