"""The gap between a reference group and each other group, from figures that are shown anyway."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from referral.equity.rules.cascade import STAGES, Stage
from referral.equity.rules.decomposition import decompose
from referral.equity.rules.disparity import groups
from referral.equity.rules.intervals import Interval, newcombe
from referral.equity.rules.publication import DISPLAY_FROM, START, Row
from referral.equity.rules.significance import holm, omnibus
from referral.equity.rules.strata import DECLINED, UNKNOWN


@dataclass(frozen=True, slots=True)
class Part:
    """What the way from one stage to another adds to a gap; stages hidden in either group are passed over."""

    before: Stage
    reached: Stage
    contribution: float


@dataclass(frozen=True, slots=True)
class Gap:
    """How much less often a group is confirmed helped than the reference, and where on the way that arises."""

    groups: tuple[str, ...]
    difference: Interval
    p: float
    """Adjusted for comparing several groups (Holm)."""
    parts: tuple[Part, ...]
    """Largest first."""

    @property
    def is_clear(self) -> bool:
        """Say whether chance is an unlikely explanation (adjusted p below .05)."""
        return self.p < 0.05


def gaps(rows: Sequence[Row]) -> tuple[Row | None, tuple[Gap, ...]]:
    """Compare every comparable row with the largest one, which is a description, not a contract's reference.

    Who declined and whose answer is not known are no group that others could be measured by, or against.
    """
    comparable = [row for row in rows if _is_comparable(row)]
    if len(comparable) < 2:
        return None, ()
    reference = max(comparable, key=lambda row: (_start(row), row.counts[0] or 0))
    others = [row for row in comparable if row is not reference]
    adjusted = holm([_p(reference, row) for row in others])
    return reference, tuple(_gap(reference, row, p) for row, p in zip(others, adjusted, strict=True))


def _is_comparable(row: Row) -> bool:
    has_answered = not {UNKNOWN, DECLINED} & {*row.groups}
    return has_answered and _start(row) >= DISPLAY_FROM and row.counts[-1] is not None


def _gap(reference: Row, row: Row, p: float) -> Gap:
    difference = newcombe(_end(reference), _start(reference), _end(row), _start(row))
    return Gap(row.groups, difference, p, _parts(reference, row))


def _parts(reference: Row, row: Row) -> tuple[Part, ...]:
    pairs = zip(STAGES[START:], reference.counts[START:], row.counts[START:], strict=True)
    shown = [(stage, a, b) for stage, a, b in pairs if a is not None and b is not None]
    found = decompose([a for _, a, _ in shown], [b for _, _, b in shown])
    ways = pairwise(stage for stage, _, _ in shown)
    parts = [Part(before, after, c) for (before, after), c in zip(ways, found.contributions, strict=True)]
    return tuple(sorted(parts, key=lambda part: -abs(part.contribution)))


def _p(reference: Row, row: Row) -> float:
    return omnibus(groups([_end(reference), _end(row)], [_start(reference), _start(row)])).p


def _start(row: Row) -> int:
    return row.counts[START] or 0


def _end(row: Row) -> int:
    return row.counts[-1] or 0
