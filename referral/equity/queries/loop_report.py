"""The plan's report on referrals: what became of them, closed and connected side by side."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from referral.equity.queries import reports
from referral.equity.queries.filters import Choice
from referral.equity.queries.reports import Choices, ReasonCount
from referral.equity.rules.breakdowns import (
    Breakdown,
    Exact,
    LoopCounts,
    added,
    statuses_without_small_cells,
    whole,
    without_small_cells,
)
from referral.equity.rules.periods import MATURITY_DAYS, Period
from referral.equity.rules.scopes import Scope
from referral.foundation.elevation import as_reporter

DIMENSIONS = ("month", "domain", "county", "status")
Show = Callable[[Mapping[str, Exact]], Breakdown]
LINE_DIMENSIONS = ("service_name", "organization_name")
"""Only for who reads lines. The directory says which needs a service and an organization answer, so small cells
could be worked out from their figures and those of the needs together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopReport:
    """Everything the page, the API and the charts show."""

    refreshed_at: datetime | None
    period: Period
    by: Mapping[str, Breakdown]
    """The breakdown for each of DIMENSIONS, and of LINE_DIMENSIONS for who reads lines."""
    reasons: Sequence[ReasonCount]
    """Why referrals ended without help or wait; only for who reads lines."""
    mature: LoopCounts
    """Over the referrals of the period that are at least 30 days old."""
    choices: Choices

    @property
    def total(self) -> LoopCounts:
        """Return the rates over everything the report is about."""
        return self.by["month"].total


def headline(session: Session, scope: Scope, period: Period, *, reads_lines: bool) -> LoopCounts:
    """Read the rates over everything, as the first lines of the report say them."""
    show: Show = whole if reads_lines else without_small_cells
    with as_reporter(session):
        facts = reports.referrals(scope, period, Choice())
        return show(reports.loop(session, facts, by="month")).total


def loop_report(
    session: Session, scope: Scope, period: Period, choice: Choice, *, today: date, reads_lines: bool
) -> LoopReport:
    """Read the report; who may not open lines gets it without small cells."""
    show: Show = whole if reads_lines else without_small_cells
    mature = Period(period.first, min(period.last, today - timedelta(days=MATURITY_DAYS)))
    dimensions = DIMENSIONS + (LINE_DIMENSIONS if reads_lines else ())
    with as_reporter(session):
        facts, old = (reports.referrals(scope, p, choice) for p in (period, mature))
        return LoopReport(
            refreshed_at=reports.refreshed_at(session),
            period=period,
            by={name: _shown(reports.loop(session, facts, by=name), name, show) for name in dimensions},
            reasons=reports.reasons(session, facts) if reads_lines else (),
            mature=_mature(reports.loop(session, facts, by="month"), reports.loop(session, old, by="month"), show),
            choices=reports.choices(session, reports.shown_one_by_one(reports.referrals(scope, period, Choice()))),
        )


def _mature(every: Mapping[str, Exact], old: Mapping[str, Exact], show: Show) -> LoopCounts:
    """Return the rates of the older referrals, where those of the last days can stand beside them.

    Whoever sees all and the older ones knows the rest, so the two are groups of one table.
    """
    mature = added(old)
    sent, closed, connected, confirmed = (n - m for n, m in zip(added(every), mature, strict=True))
    if not sent:
        return show(old).total
    return show({"mature": mature, "young": (sent, closed, connected, confirmed)}).groups["mature"]


def _shown(counts: Mapping[str, Exact], dimension: str, show: Show) -> Breakdown:
    if dimension == "status" and show is without_small_cells:
        return statuses_without_small_cells(counts)
    return show(counts)
