"""Fee rows: the price of a service from one day to another, and the cap of what is paid at cost."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from referral.programs.rules import FactStatus, Window


class Pricing(StrEnum):
    """How the price of a line is found."""

    FIXED = "fixed"
    PMPM = "pmpm"
    TIMED_15MIN = "timed_15min"
    PER_DIEM = "per_diem"
    COST_CAPPED = "cost_capped"
    MILESTONE = "milestone"
    INDIVIDUAL_CONSIDERATION = "individual_consideration"
    ZERO_PAY = "zero_pay"


class CapPeriod(StrEnum):
    """The period over which a member's payments count against a cap."""

    OCCURRENCE = "occurrence"
    CALENDAR_MONTH = "calendar_month"
    TWELVE_MONTHS = "12_months_from"
    LIFETIME = "lifetime"


@dataclass(frozen=True, slots=True)
class Cap:
    """The most that is paid for a service in a period: an amount, or a percentage of the fair market rent."""

    per: CapPeriod
    amount: Decimal | None = None
    percent_of_fmr: Decimal | None = None
    anchor_on: date | None = None
    is_pooled_over_authorization: bool = False


@dataclass(frozen=True, slots=True)
class MilestoneGoal:
    """The classes of a phase that a member must have attended."""

    phase: str
    classes: int


@dataclass(frozen=True, slots=True)
class FeeRow:
    """One priceable service and variant in one version of a fee schedule; price is dollars a unit."""

    service: str
    variant: str | None
    pricing: Pricing
    window: Window
    price: Decimal | None = None
    cap: Cap | None = None
    evidence: tuple[str, ...] = ()
    max_units_per_day: Decimal | None = None
    is_once_per_lifetime: bool = False
    milestone: MilestoneGoal | None = None
    status: FactStatus = FactStatus.UNVERIFIED
    id: str | None = field(default=None, compare=False)
    """The row's own key, kept on every line it priced."""


def row_in_force(rows: Iterable[FeeRow], *, service: str, variant: str | None, on: date) -> FeeRow | None:
    """Return the row that prices the service on the date of service; the youngest where versions overlap."""
    fitting = [row for row in rows if (row.service, row.variant) == (service, variant) and on in row.window]
    return max(fitting, key=lambda row: row.window.first_on or date.min, default=None)
