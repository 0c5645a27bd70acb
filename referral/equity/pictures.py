"""The charts of the reports, each beside a table that says the same."""

from collections.abc import Mapping, Sequence

from referral.equity import words
from referral.equity.queries.money_report import Sums
from referral.equity.rules.breakdowns import LoopCounts
from referral.equity.rules.publication import START, Row
from referral.equity.rules.strata import Dimension
from referral.web import charts
from referral.web.charts import Chart, Point, Unit

MOST_GROUPS = 8  # as many as have a colour, a shape and a dash of their own


def cascade(rows: Sequence[Row], dimension: Dimension) -> Chart | None:
    """Draw how far the found needs of each group came, with 95 % intervals; a group without a rate is left out."""
    shown = [row for row in rows if any(figure.reach for figure in row.figures[START + 1 :])]
    largest = sorted(shown, key=lambda row: -(row.counts[START] or 0))[:MOST_GROUPS]
    if not largest:
        return None
    points = [
        Point(
            words.STAGES[figure.stage],
            figure.reach.estimate if figure.reach else None,
            words.row(row, dimension),
            figure.reach.lower if figure.reach else None,
            figure.reach.upper if figure.reach else None,
        )
        for row in largest
        for figure in row.figures[START + 1 :]
    ]
    return charts.cascade(
        "From a found need to confirmed help",
        "Of all needs that were found, the share that reached each stage, by group, with 95 percent intervals.",
        points,
    )


def rates_by_month(months: Mapping[str, LoopCounts]) -> Chart | None:
    """Draw both rates of the loop over the months, never one without the other; None where nothing may be shown."""
    description = "Share of the referrals sent in each month that were closed, and that led to help."
    points = _both_rates(months)
    if not points:
        return None
    return charts.lines("Closed and connected, by month of sending", description, points, unit=Unit.RATE)


def rates_by_need(needs: Mapping[str, LoopCounts]) -> Chart | None:
    """Draw both rates of the loop for each need; None where nothing may be shown."""
    description = "Share of the referrals for each need that were closed, and that led to help."
    named = {words.heading(name, "domain"): counts for name, counts in needs.items()}
    points = _both_rates(named)
    if not points:
        return None
    return charts.bars("Closed and connected, by need", description, points, unit=Unit.RATE)


def _both_rates(groups: Mapping[str, LoopCounts]) -> list[Point]:
    """Return a point for each rate of each group; none where fewer than two groups show both."""
    shown = {name: one for name, one in groups.items() if None not in (one.closed_rate, one.connected_rate)}
    if len(shown) < 2:
        return []
    return [
        Point(name, share, label)
        for name, one in shown.items()
        for label, share in (("Closed", one.closed_rate), ("Connected with help", one.connected_rate))
    ]


def money_by_month(months: Sums) -> Chart | None:
    """Draw what was billed and paid for each month of delivery; None where nothing may be shown."""
    if not any(months.values()):
        return None
    points = [
        Point(month, None if sums is None else float(getattr(sums, name)), label)
        for month, sums in months.items()
        for name, label in (("billed", "Billed"), ("paid", "Paid"))
    ]
    description = "US dollars billed and paid, by the month in which help was delivered."
    return charts.lines("Billed and paid, by month of delivery", description, points, unit=Unit.MONEY)
