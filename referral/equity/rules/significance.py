"""Whether groups differ at all, whether there is a trend, and which pairs differ."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from referral.equity.rules.disparity import Groups


@dataclass(frozen=True, slots=True)
class Test:
    """A chi-square statistic and its p-value."""

    __test__ = False  # pytest would collect a class of this name

    chi2: float
    p: float


NO_DIFFERENCE = Test(0.0, 1.0)
"""Where everybody has one rate, or there is nothing to compare."""


def omnibus(of: Groups) -> Test:
    """Test that all groups share one rate (Pearson chi-square, no correction); done before any pair."""
    if of.mean in (0.0, 1.0) or len(of.n) < 2:
        return NO_DIFFERENCE
    n = np.array(of.n, dtype=float)
    chi2 = float(np.sum(n * (of.rates - of.mean) ** 2) / (of.mean * (1 - of.mean)))
    return Test(chi2, float(stats.chi2.sf(chi2, len(of.n) - 1)))


def trend(of: Groups, scores: Sequence[float]) -> Test:
    """Test for a linear trend of the rates over ordered scores (Cochran-Armitage)."""
    if of.mean in (0.0, 1.0) or len(set(scores)) < 2:
        return NO_DIFFERENCE
    n, score = np.array(of.n, dtype=float), np.array(scores, dtype=float)
    centred = score - n @ score / n.sum()
    observed = float(centred @ (n * of.rates))
    chi2 = observed**2 / float(of.mean * (1 - of.mean) * (n @ centred**2))
    return Test(chi2, float(stats.chi2.sf(chi2, 1)))


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """Adjust the p-values of several groups against one reference, in their given order (Holm 1979)."""
    count = len(p_values)
    adjusted, running = [0.0] * count, 0.0
    for rank, index in enumerate(sorted(range(count), key=p_values.__getitem__)):
        running = max(running, min(1.0, (count - rank) * p_values[index]))
        adjusted[index] = running
    return tuple(adjusted)
