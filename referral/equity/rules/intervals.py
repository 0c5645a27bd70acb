"""Intervals for shares and for differences of shares, all at 95 % unless a level is given."""

from dataclasses import dataclass
from math import sqrt

from scipy import stats

LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate with its lower and upper limit, as fractions."""

    estimate: float
    lower: float
    upper: float


def wilson(x: int, n: int, *, level: float = LEVEL) -> Interval:
    """Return the Wilson score interval of `x` out of `n`; exactly 0 at x=0 and exactly 1 at x=n."""
    share = _share(x, n)
    z2 = normal_quantile(level) ** 2
    centre = (x + z2 / 2) / (n + z2)
    half = sqrt(z2 * (x * (n - x) / n + z2 / 4)) / (n + z2)
    lower = 0.0 if x == 0 else centre - half
    upper = 1.0 if x == n else centre + half
    return Interval(share, lower, upper)


def clopper_pearson(x: int, n: int, *, level: float = LEVEL) -> Interval:
    """Return the exact interval of `x` out of `n`, for contracts that ask for it."""
    share, tail = _share(x, n), (1 - level) / 2
    lower = 0.0 if x == 0 else float(stats.beta.ppf(tail, x, n - x + 1))
    upper = 1.0 if x == n else float(stats.beta.ppf(1 - tail, x + 1, n - x))
    return Interval(share, lower, upper)


def newcombe(x1: int, n1: int, x2: int, n2: int, *, level: float = LEVEL) -> Interval:
    """Return the hybrid score interval of x1/n1 - x2/n2 (Newcombe 1998, method 10)."""
    a, b = wilson(x1, n1, level=level), wilson(x2, n2, level=level)
    difference = a.estimate - b.estimate
    below = sqrt((a.estimate - a.lower) ** 2 + (b.upper - b.estimate) ** 2)
    above = sqrt((a.upper - a.estimate) ** 2 + (b.estimate - b.lower) ** 2)
    return Interval(difference, difference - below, difference + above)


def normal_quantile(level: float = LEVEL) -> float:
    """Return the two-sided standard normal quantile, 1.96 at 95 %."""
    return float(stats.norm.ppf((1 + level) / 2))


def _share(x: int, n: int) -> float:
    if n <= 0 or not 0 <= x <= n:
        raise ValueError(f"a share needs 0 <= x <= n and n > 0, not {x} of {n}")
    return x / n
