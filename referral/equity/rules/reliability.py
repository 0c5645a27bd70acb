"""How far a rate, or a gap, tells organizations apart instead of showing noise."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special, stats

Floats = NDArray[np.float64]
PAYABLE = 0.7  # house default, configurable: a gap less reliable than this is never paid on


@dataclass(frozen=True, slots=True)
class BetaBinomial:
    """The spread of true rates across organizations, as a beta distribution."""

    alpha: float
    beta: float

    def reliability(self, n: int) -> float:
        """Return the share of the variance between rates over `n` members that is real."""
        return n / (n + self.alpha + self.beta)

    def smallest_n(self, wanted: float = PAYABLE) -> int:
        """Return how many members a rate needs to be that reliable."""
        return ceil((self.alpha + self.beta) * wanted / (1 - wanted))

    def shrunk(self, x: int, n: int) -> float:
        """Return the rate pulled towards the mean by as much as it is unreliable."""
        return (x + self.alpha) / (n + self.alpha + self.beta)

    def shrunk_limits(self, x: int, n: int, level: float = 0.95) -> tuple[float, float]:
        """Return the limits of the shrunk rate."""
        tail = (1 - level) / 2
        posterior = stats.beta(x + self.alpha, n - x + self.beta)
        return float(posterior.ppf(tail)), float(posterior.ppf(1 - tail))


def fit_beta_binomial(x: Sequence[int], n: Sequence[int]) -> BetaBinomial:
    """Fit by maximum likelihood; raises ValueError when the rates show no spread beyond chance."""
    hits, sizes = np.array(x, dtype=float), np.array(n, dtype=float)
    start = np.log([2.0, 2.0])
    found = optimize.minimize(_loss, start, args=(hits, sizes), jac=_slope, method="BFGS", options={"gtol": 1e-9})
    alpha, beta = (float(v) for v in np.exp(found.x))
    if not np.isfinite(alpha + beta) or alpha + beta > 1e6:
        raise ValueError("the rates show no spread beyond chance")
    return BetaBinomial(alpha, beta)


def gap_reliability(gaps: Sequence[float], errors: Sequence[float]) -> tuple[float, ...]:
    """Return the reliability of each gap (DerSimonian-Laird); 0 for all when nobody can be told apart.

    `errors` are standard errors; raises ValueError for one of 0, as of a group in which all or none were helped.
    """
    if min(errors, default=1) <= 0:
        raise ValueError("a gap without an error cannot be weighed")
    if len(gaps) < 2:
        return (0.0,) * len(gaps)
    gap, variance = np.array(gaps, dtype=float), np.array(errors, dtype=float) ** 2
    weight = 1 / variance
    pooled = weight @ gap / weight.sum()
    excess = weight @ (gap - pooled) ** 2 - (len(gap) - 1)
    tau2 = max(0.0, float(excess / (weight.sum() - (weight**2).sum() / weight.sum())))
    return tuple(float(tau2 / (tau2 + v)) for v in variance)


def _loss(logs: Floats, x: Floats, n: Floats) -> float:
    a, b = np.exp(logs)
    return -float(np.sum(special.betaln(x + a, n - x + b) - special.betaln(a, b)))


def _slope(logs: Floats, x: Floats, n: Floats) -> Floats:
    a, b = np.exp(logs)
    shared = special.digamma(a + b) - special.digamma(n + a + b)
    by_a = np.sum(special.digamma(x + a) - special.digamma(a) + shared)
    by_b = np.sum(special.digamma(n - x + b) - special.digamma(b) + shared)
    return -np.array([a * by_a, b * by_b])
