"""The rates of the loop by group, whole for those who read lines, without small cells for everybody else."""

from collections.abc import Mapping
from dataclasses import dataclass

from referral.equity.rules.suppression import Published, Unpublishable, suppress, suppress_list
from referral.referrals.rules import CLOSED, Status


@dataclass(frozen=True, slots=True)
class LoopCounts:
    """Sent referrals of a group, and how many were closed, connected, and confirmed; None is not shown."""

    sent: int | None
    closed: int | None
    connected: int | None
    confirmed: int | None

    @property
    def closed_rate(self) -> float | None:
        """Return the closed-loop rate."""
        return _share(self.closed, self.sent)

    @property
    def connected_rate(self) -> float | None:
        """Return the connection rate, which stands beside the closed-loop rate wherever that is shown."""
        return _share(self.connected, self.sent)

    @property
    def confirmed_rate(self) -> float | None:
        """Return the confirmed connection rate."""
        return _share(self.confirmed, self.sent)


NOTHING = LoopCounts(None, None, None, None)
Exact = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Breakdown:
    """The rates of each group, and of all together."""

    groups: Mapping[str, LoopCounts]
    total: LoopCounts

    @property
    def has_hidden(self) -> bool:
        """Say whether anything is hidden, so that the page explains it."""
        return any(None in (c.sent, c.closed, c.connected, c.confirmed) for c in (*self.groups.values(), self.total))


def whole(counts: Mapping[str, Exact]) -> Breakdown:
    """Show every count: for readers who may open the lines behind it."""
    return Breakdown({name: LoopCounts(*exact) for name, exact in counts.items()}, LoopCounts(*added(counts)))


def added(counts: Mapping[str, Exact]) -> Exact:
    """Return the counts of all groups together."""
    sent, closed, connected, confirmed = zip(*counts.values(), strict=True) if counts else ((), (), (), ())
    return sum(sent), sum(closed), sum(connected), sum(confirmed)


def without_small_cells(counts: Mapping[str, Exact]) -> Breakdown:
    """Show what the suppression engine lets through.

    Closed and connected are two tables over the same referrals; a group is shown where it stands alone in both.
    """
    try:
        closed = suppress([[n - x, x] for n, x, _, _ in counts.values()], is_nested=True)
        helped = suppress([[n - x, x - y, y] for n, _, x, y in counts.values()], is_nested=True)
    except (Unpublishable, ValueError):
        return Breakdown(dict.fromkeys(counts, NOTHING), NOTHING)
    closed_rows, helped_rows = _alone(closed), _alone(helped)
    groups = {
        name: _shown(closed_rows[place], helped_rows[place])
        if place in closed_rows and place in helped_rows
        else NOTHING
        for place, name in enumerate(counts)
    }
    return Breakdown(groups, _shown(closed.by_column(closed.column_totals), helped.by_column(helped.column_totals)))


def statuses_without_small_cells(counts: Mapping[str, Exact]) -> Breakdown:
    """Show how many referrals stand in each status, and no small cell.

    A status says by itself whether it is closed, so the statuses of each kind add up to a figure that the rates
    show: each kind is a list of its own. Where the rates hide how many were closed, no status may tell. How many of
    a status were connected is not shown.
    """
    kinds: tuple[dict[str, int], dict[str, int]] = ({}, {})
    for name, exact in counts.items():
        kinds[Status(name) in CLOSED][name] = exact[0]
    sent: dict[str, int | None] = dict.fromkeys(counts)
    if (
        None
        not in _list_without_small_cells({"open": sum(kinds[0].values()), "closed": sum(kinds[1].values())}).values()
    ):
        for kind in kinds:
            sent |= _list_without_small_cells(kind)
    return Breakdown({name: LoopCounts(sent[name], None, None, None) for name in counts}, NOTHING)


def _list_without_small_cells(kind: Mapping[str, int]) -> dict[str, int | None]:
    try:
        return dict(zip(kind, suppress_list(list(kind.values())), strict=True)) if kind else {}
    except (Unpublishable, ValueError):
        return dict.fromkeys(kind)


def _shown(closed: Mapping[int, int | None], helped: Mapping[int, int | None]) -> LoopCounts:
    return LoopCounts(helped.get(0), closed.get(1), helped.get(1), helped.get(2))


def _alone(page: Published) -> dict[int, dict[int, int | None]]:
    rows = zip(page.rows, page.figures, strict=True)
    return {pooled[0]: page.by_column(figures) for pooled, figures in rows if len(pooled) == 1}


def _share(x: int | None, n: int | None) -> float | None:
    return None if x is None or not n else x / n
