"""Whether a gap closed between two years, and whether it closed by raising the disadvantaged group."""

from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

from referral.equity.rules.intervals import Interval, normal_quantile


class Levelling(StrEnum):
    """How a gap moved (house rule)."""

    UP = "levelling up"
    MIXED = "mixed"
    DOWN = "levelling down"
    NOT_CLOSED = "not closed"


@dataclass(frozen=True, slots=True)
class TwoYears:
    """A group's counts in two years, and of its members in both: how many, with their hits."""

    x0: int
    n0: int
    x1: int
    n1: int
    both: int = 0
    both_hits: int = 0
    both_hits0: int = 0
    both_hits1: int = 0

    @property
    def before(self) -> float:
        """Return the first year's rate."""
        return self.x0 / self.n0

    @property
    def after(self) -> float:
        """Return the second year's rate."""
        return self.x1 / self.n1

    @property
    def variance_of_change(self) -> float:
        """Return the variance of after - before, less for members who were in both years."""
        own = self.before * (1 - self.before) / self.n0 + self.after * (1 - self.after) / self.n1
        return own - 2 * self._covariance

    @property
    def _covariance(self) -> float:
        if self.both == 0:
            return 0.0
        twice, first, second = (h / self.both for h in (self.both_hits, self.both_hits0, self.both_hits1))
        return self.both * (twice - first * second) / (self.n0 * self.n1)


@dataclass(frozen=True, slots=True)
class GapChange:
    """Two gaps, positive where the group is worse off, and what became of them."""

    gap0: float
    gap1: float
    change: Interval
    error: float
    kind: Levelling
    creditable: float


def change_of_gap(
    reference: TwoYears, group: TwoYears, *, is_lower_better: bool = False, tolerance: float = 0.0
) -> GapChange:
    """Compare the gap of two years; `tolerance` is the fall of the reference that the contract allows."""
    sign = -1 if is_lower_better else 1
    gap0 = sign * (reference.before - group.before)
    gap1 = sign * (reference.after - group.after)
    error = sqrt(reference.variance_of_change + group.variance_of_change)
    half = normal_quantile() * error
    change = Interval(gap1 - gap0, gap1 - gap0 - half, gap1 - gap0 + half)
    rise = sign * (group.after - group.before)
    fall = sign * (reference.before - reference.after)
    kind = levelling(closing=gap0 - gap1, rise=rise, fall=fall, tolerance=tolerance)
    return GapChange(gap0, gap1, change, error, kind, creditable(closing=gap0 - gap1, rise=rise))


def levelling(*, closing: float, rise: float, fall: float, tolerance: float) -> Levelling:
    """Name how a gap closed: by raising the disadvantaged group, by the reference falling, or both."""
    if closing <= 0:
        return Levelling.NOT_CLOSED
    if rise <= 0:
        return Levelling.DOWN
    return Levelling.UP if fall <= tolerance else Levelling.MIXED


def creditable(*, closing: float, rise: float) -> float:
    """Return the part of a closing that may be paid: never more than the disadvantaged group's own rise."""
    return max(0.0, min(closing, rise))
