"""The terms an invoice is judged by: settings, contracts, prices, rules, authorizations and history."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from referral.billing.rules.claims import PaidLine
from referral.billing.rules.members import Member
from referral.billing.rules.schedules import FeeRow
from referral.programs.rules import Approval, RegionBasis, Window


class RuleKind(StrEnum):
    """How two services of one calendar month depend on each other."""

    NOT_WITH_SAME_MONTH = "not_with_same_month"
    REQUIRES_SAME_MONTH_SAME_HSO = "requires_same_month_same_hso"


@dataclass(frozen=True, slots=True)
class ServiceRule:
    """A service is refused with, or needs, one of the listed services in the month."""

    service: str
    kind: RuleKind
    services: frozenset[str]


@dataclass(frozen=True, slots=True)
class ContractLine:
    """An organization may deliver these services in the window."""

    organization: str
    services: frozenset[str]
    window: Window


@dataclass(frozen=True, slots=True)
class ProgramTerms:
    """A program's settings that decide payment; no filing days: no limit, no counties: everywhere."""

    code: str
    filing_days: int | None = None
    region_basis: RegionBasis = RegionBasis.RESIDENCE_COUNTY
    counties: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Terms:
    """Everything that may influence a decision; nothing else may."""

    program: ProgramTerms
    member: Member
    contracts: tuple[ContractLine, ...] = ()
    fee_rows: tuple[FeeRow, ...] = ()
    service_rules: tuple[ServiceRule, ...] = ()
    approvals: tuple[Approval, ...] = ()
    history: tuple[PaidLine, ...] = ()
    fair_market_rent: Decimal | None = None
