"""Who reads a report: over which rows, whether lines may be opened, and which day it is where the network is."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from referral.equity.permissions import ReportPermission
from referral.equity.queries.filters import EVERYTHING, Choice
from referral.equity.rules.periods import Period
from referral.equity.rules.scopes import Scope, scope_of
from referral.equity.schemas.filters import QuarterFilter, ReportFilter, choice_of, period_of, quarter_of
from referral.foundation import clock
from referral.foundation.principal import Principal
from referral.foundation.refusals import NotAllowed
from referral.web.pages import query


@dataclass(frozen=True, slots=True)
class Reader:
    """A principal as reports see it."""

    scope: Scope
    reads_lines: bool
    today: date


@dataclass(frozen=True, slots=True)
class Wish:
    """What the reader asked for in the address of the page."""

    period: Period
    choice: Choice
    filters: dict[str, Any]


def reader_of(principal: Principal) -> Reader:
    """Return the principal as a reader; raises NotAllowed for one without an organization."""
    if principal.organization_id is None or principal.network_id is None:
        raise NotAllowed("Reports belong to an organization in a network.")
    scope = scope_of(
        kind=principal.organization_kind,
        organization_id=principal.organization_id,
        network_id=principal.network_id,
    )
    today = clock.now().astimezone(ZoneInfo(principal.time_zone)).date()
    return Reader(scope, principal.can(ReportPermission.READ_LINES), today)


def wish_of(reader: Reader) -> Wish:
    """Read the filters of a report: any for who reads lines, one complete quarter for everybody else."""
    if not reader.reads_lines:
        filters = query(QuarterFilter)
        return Wish(quarter_of(filters, reader.today), EVERYTHING, filters)
    filters = query(ReportFilter)
    return Wish(period_of(filters, reader.today), choice_of(filters), filters)
