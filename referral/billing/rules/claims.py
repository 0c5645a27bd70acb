"""What is billed and what was paid before: an invoice's lines, and the member's history."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from referral.billing.rules.units import nights


class FrequencyCode(StrEnum):
    """X12 claim frequency: a new invoice, the replacement of one, or its void."""

    ORIGINAL = "1"
    REPLACEMENT = "7"
    VOID = "8"


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """One billed line; money in dollars, minutes only for timed services."""

    number: int
    service: str
    variant: str | None
    served_on: date
    units: Decimal
    billed: Decimal
    evidence: frozenset[str] = frozenset()
    minutes: int | None = None
    through_on: date | None = None
    discharged_on: date | None = None
    delivery: str | None = None
    authorization: str | None = None
    has_lifetime_override: bool = False
    was_looked_at: bool = False
    """A person found that it is no duplicate."""

    @property
    def last_on(self) -> date:
        """The last day of service: of a span its end, of a stay the day before discharge."""
        if self.discharged_on is not None:
            return max(self.served_on, self.discharged_on - timedelta(days=1))
        return self.through_on or self.served_on


@dataclass(frozen=True, slots=True)
class PaidLine:
    """One line already paid, by whichever plan, to whichever organization."""

    invoice: str
    service: str
    variant: str | None
    served_on: date
    units: Decimal
    paid: Decimal
    plan: str
    organization: str
    authorization: str | None = None
    minutes: int | None = None
    discharged_on: date | None = None
    delivery: str | None = None

    def nights(self) -> frozenset[date]:
        """Return the nights it paid for; without a discharge day, one a unit."""
        left_on = self.discharged_on or self.served_on + timedelta(days=int(self.units))
        return nights(self.served_on, left_on)


@dataclass(frozen=True, slots=True)
class Claim:
    """An invoice as the payer sees it: who bills whom, when, and which lines."""

    id: str
    organization: str
    plan: str
    submitted_on: date
    lines: tuple[ClaimLine, ...]
    frequency: FrequencyCode = FrequencyCode.ORIGINAL
    replaces: str | None = None


def settled(line: ClaimLine, claim: Claim, *, units: Decimal, paid: Decimal, authorization: str | None) -> PaidLine:
    """Return an adjudicated line in the shape of history, so that later lines lean on it."""
    paid_line = PaidLine(
        invoice=claim.id,
        service=line.service,
        variant=line.variant,
        served_on=line.served_on,
        units=units,
        paid=paid,
        plan=claim.plan,
        organization=claim.organization,
        authorization=authorization,
        minutes=line.minutes,
        delivery=line.delivery,
    )
    return paid_line if line.discharged_on is None else replace(paid_line, discharged_on=line.discharged_on)
