"""What is known about a member over time: coverage, plan, county, consent, attendance."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from referral.programs.rules import Window


@dataclass(frozen=True, slots=True)
class PlanSpan:
    """The plan that covered the member in a window."""

    plan: str
    window: Window


@dataclass(frozen=True, slots=True)
class CountySpan:
    """The county the member lived in during a window."""

    county: str
    window: Window


@dataclass(frozen=True, slots=True)
class Member:
    """One member; a day without a plan or county span is unknown, without coverage or consent not covered."""

    id: str
    coverage: tuple[Window, ...] = ()
    consents: tuple[Window, ...] = ()
    plans: tuple[PlanSpan, ...] = ()
    counties: tuple[CountySpan, ...] = ()
    attendance: Mapping[str, int] = field(default_factory=dict)
    """Classes attended, by phase; a phase that is missing is unknown."""

    def plans_on(self, day: date) -> list[str]:
        """Return the plans known for the day; empty means unknown."""
        return [span.plan for span in self.plans if day in span.window]

    def county_on(self, day: date) -> str | None:
        """Return the county known for the day, None when unknown."""
        return next((span.county for span in self.counties if day in span.window), None)
