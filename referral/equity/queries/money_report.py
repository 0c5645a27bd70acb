"""The plan's report on invoices: what was billed and what was paid, in US dollars."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from referral.equity.queries import reports
from referral.equity.queries.filters import Choice
from referral.equity.queries.reports import Choices, Money
from referral.equity.rules.periods import Period
from referral.equity.rules.scopes import Scope
from referral.equity.rules.suppression import Unpublishable, is_small, suppress_list
from referral.foundation.elevation import as_reporter

DIMENSIONS = ("month", "status", "service_name", "county")
LINE_DIMENSIONS = ("organization_name",)
"""Only for who reads lines: the directory says who offers a service, so the two together would tell small sums."""
Sums = Mapping[str, Money | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyReport:
    """Everything the page, the API and the charts show; None where too few lines stand behind a sum."""

    refreshed_at: datetime | None
    period: Period
    by: Mapping[str, Sums]
    total: Money | None
    choices: Choices


def money_report(session: Session, scope: Scope, period: Period, choice: Choice, *, reads_lines: bool) -> MoneyReport:
    """Read the report; who may not open lines gets no sum over fewer than 11 of them."""
    with as_reporter(session):
        facts = reports.lines(scope, period, choice)
        dimensions = DIMENSIONS + (LINE_DIMENSIONS if reads_lines else ())
        exact = {name: reports.money(session, facts, by=name) for name in dimensions}
        total = added_up(exact["month"].values())
        return MoneyReport(
            refreshed_at=reports.refreshed_at(session),
            period=period,
            by=exact if reads_lines else {name: without_small_sums(sums) for name, sums in exact.items()},
            total=None if is_small(total.lines) and not reads_lines else total,
            choices=reports.choices(session, reports.lines(scope, period, Choice())),
        )


def without_small_sums(sums: Mapping[str, Money]) -> Sums:
    """Hide the sums over 1 to 10 lines, and a second one so that the total does not reveal them."""
    try:
        shown = suppress_list([money.lines for money in sums.values()]) if sums else ()
    except Unpublishable:
        return dict.fromkeys(sums)
    return {
        name: money if count is not None else None for (name, money), count in zip(sums.items(), shown, strict=True)
    }


def added_up(sums: Iterable[Money]) -> Money:
    """Add up lines and dollars."""
    total = Money(0, Decimal(0), Decimal(0))
    for money in sums:
        total = Money(total.lines + money.lines, total.billed + money.billed, total.paid + money.paid)
    return total
