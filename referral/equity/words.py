"""How reports say groups, stages and figures to a reader."""

from collections.abc import Mapping, Sequence

from referral.equity.queries.money_report import MoneyReport, Sums
from referral.equity.queries.reports import Money, ReasonCount
from referral.equity.rules.answering import Answering
from referral.equity.rules.breakdowns import Breakdown
from referral.equity.rules.cascade import Stage
from referral.equity.rules.gaps import Gap, Part
from referral.equity.rules.intervals import Interval
from referral.equity.rules.periods import Period
from referral.equity.rules.publication import Figure, Row
from referral.equity.rules.strata import DECLINED, UNKNOWN, Dimension
from referral.people.rules import NeedDomain, domain_label, language_name, race_label
from referral.referrals.rules.reasons import reason_label
from referral.web.charts import NOT_SHOWN
from referral.web.chips import STATUS_WORDS, in_words
from referral.web.drawing import first_of_month
from referral.web.format import interval, listing, money, month, number, percent

STAGES: dict[Stage, str] = {
    Stage.SCREENED: "Screened",
    Stage.NEED_FOUND: "Need found",
    Stage.CONSENTED: "Consented",
    Stage.REFERRED: "Referred",
    Stage.ACCEPTED: "Accepted",
    Stage.STARTED: "Started",
    Stage.RECEIVED: "Help received",
    Stage.CONFIRMED: "Help confirmed",
}
EVERYBODY = "Everybody"


def group(name: str, dimension: Dimension) -> str:
    """Say a group: Black or African American, Spanish, or that nobody knows."""
    if name == UNKNOWN:
        return "Unknown or not asked"
    if name == DECLINED:
        return "Declined to say"
    return race_label(name) if dimension is Dimension.RACE_ETHNICITY else language_name(name)


def row(found: Row, dimension: Dimension) -> str:
    """Say a row of the cascade; several small groups are named together."""
    return listing(group(name, dimension) for name in found.groups) or EVERYBODY


def count(value: int | None) -> str:
    """Say a count, or that it is not shown."""
    return NOT_SHOWN if value is None else number(value)


def reach(figure: Figure) -> str:
    """Say the share of the found needs that came this far, with its interval."""
    return share(figure.reach)


def heading(name: str, dimension: str) -> str:
    """Say a group of a breakdown of referrals or invoice lines."""
    if name == UNKNOWN:
        return "Unknown"
    if dimension == "month":
        return month(first_of_month(name))
    if dimension == "domain":
        return domain_label(NeedDomain(name))
    return STATUS_WORDS.get(name, in_words(name)) if dimension == "status" else name


def figures(rows: Sequence[Row], dimension: Dimension) -> list[tuple[str, ...]]:
    """Lay the counts of the cascade out, a line for each row."""
    return [(row(found, dimension), *(count(figure.count) for figure in found.figures)) for found in rows]


def rates(rows: Sequence[Row], dimension: Dimension) -> list[tuple[str, ...]]:
    """Lay out the shares of the found needs that reached each later stage."""
    return [(row(found, dimension), *(reach(figure) for figure in found.figures[2:])) for found in rows]


def step_rates(rows: Sequence[Row], dimension: Dimension) -> list[tuple[str, ...]]:
    """Lay out the share of each stage that went on to the next."""
    return [(row(found, dimension), *(share(figure.step) for figure in found.figures[1:])) for found in rows]


def stage_names() -> list[str]:
    """Say the eight stages in order."""
    return list(STAGES.values())


def gap_rows(gaps: Sequence[Gap], dimension: Dimension) -> list[tuple[str, ...]]:
    """Say each gap: how many points, whether chance explains it, and at which steps it arises."""
    return [
        (
            listing(group(name, dimension) for name in gap.groups),
            points(gap.difference),
            "Unlikely" if gap.is_clear else "It could be",
            listing(part(found) for found in gap.parts[:2]),
        )
        for gap in gaps
    ]


def part(found: Part) -> str:
    """Say where a part of a gap arises and how many points it is: Need found to Accepted (+7)."""
    before, reached = STAGES[found.before], STAGES[found.reached]
    return f"{before} to {reached.lower()} ({round(100 * found.contribution):+d})"


def points(difference: Interval) -> str:
    """Say how far a group is from the reference, in percentage points: 12 behind (5 to 19), or 17 ahead (2 to 31)."""
    estimate, lower, upper = (round(100 * v) for v in (difference.estimate, difference.lower, difference.upper))
    return f"{estimate} behind ({lower} to {upper})" if estimate >= 0 else f"{-estimate} ahead ({-upper} to {-lower})"


def answering_rows(found: Mapping[str, Answering], dimension: Dimension) -> list[tuple[str, ...]]:
    """Lay out who was asked and who answered."""
    return [
        (group(name, dimension), count(told.asked), count(told.answered), percent(told.share))
        for name, told in found.items()
    ]


def spread(found: Interval) -> str:
    """Say how far a share could lie from its estimate: 95% interval 40% to 60%."""
    return f"95% interval {percent(found.lower)} to {percent(found.upper)}"


def share(found: Interval | None) -> str:
    """Say a share with its interval, or that it is not shown."""
    return NOT_SHOWN if found is None else interval(found.estimate, found.lower, found.upper)


def loop_rows(found: Breakdown, dimension: str) -> list[tuple[str, ...]]:
    """Lay out both rates of the loop for each group."""
    return [
        (
            heading(name, dimension),
            count(counts.sent),
            count(counts.closed),
            percent(counts.closed_rate),
            count(counts.connected),
            percent(counts.connected_rate),
            count(counts.confirmed),
        )
        for name, counts in found.groups.items()
    ]


def status_rows(found: Breakdown, with_outcome: bool) -> list[tuple[str, ...]]:
    """Lay out how many referrals stand in each status; whether they are closed the status says itself."""
    return [
        (
            heading(name, "status"),
            count(counts.sent),
            *((count(counts.connected), count(counts.confirmed)) if with_outcome else ()),
        )
        for name, counts in found.groups.items()
    ]


def reason_rows(found: Sequence[ReasonCount]) -> list[tuple[str, ...]]:
    """Lay out why referrals ended without help or wait."""
    return [
        (
            reason_label(one.status, one.reason_code) or in_words(one.reason_code),
            heading(one.status, "status"),
            number(one.sent),
        )
        for one in found
    ]


def is_blank(rows: Sequence[tuple[str, ...]]) -> bool:
    """Say whether a table would show no figure at all."""
    return all(cell in {NOT_SHOWN, percent(None)} for row in rows for cell in row[1:])


def months(period: Period) -> str:
    """Say the months of a period: July to September 2026, or November 2025 to November 2026."""
    first = month(period.first)
    return f"{first.split()[0] if period.first.year == period.last.year else first} to {month(period.last)}"


def money_rows(found: Sums, dimension: str) -> list[tuple[str, ...]]:
    """Lay out billed and paid for each group."""
    return [
        (heading(name, dimension), count(sums.lines if sums else None), dollars(sums, "billed"), dollars(sums, "paid"))
        for name, sums in found.items()
    ]


def dollars(sums: Money | None, which: str) -> str:
    """Say an amount of a sum, or that it is not shown."""
    return NOT_SHOWN if sums is None else money(getattr(sums, which))


def has_hidden_sums(report: MoneyReport) -> bool:
    """Say whether any sum is hidden, so that the page explains it."""
    return any(sum_ is None for sums in report.by.values() for sum_ in sums.values())
