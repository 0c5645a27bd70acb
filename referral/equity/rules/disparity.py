"""How unequal the rates of several groups are: pairs, unordered and ordered dimensions.

Standard errors treat group shares as fixed and groups as independent. An estimate that does not exist is
None, never an infinity or a small invented number.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log, sqrt

import numpy as np
from numpy.typing import NDArray

from referral.equity.rules.intervals import Interval, newcombe, normal_quantile

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value and its standard error; either is None where it does not exist."""

    value: float | None
    error: float | None


@dataclass(frozen=True, slots=True)
class Groups:
    """Counts x of n per group, with what every formula needs: rates, weights, mean and rate variances."""

    x: tuple[int, ...]
    n: tuple[int, ...]

    def __post_init__(self) -> None:
        """Refuse groups that are empty or whose counts contradict each other."""
        if len(self.x) != len(self.n) or any(not 0 <= x <= n or n == 0 for x, n in zip(self.x, self.n, strict=True)):
            raise ValueError("each group needs 0 <= x <= n and n > 0")

    @property
    def rates(self) -> Floats:
        """Return each group's rate."""
        return np.asarray(np.array(self.x) / np.array(self.n), dtype=float)

    @property
    def weights(self) -> Floats:
        """Return each group's share of all members."""
        return np.array(self.n, dtype=float) / sum(self.n)

    @property
    def mean(self) -> float:
        """Return the overall rate."""
        return sum(self.x) / sum(self.n)

    @property
    def variances(self) -> Floats:
        """Return the variance of each group's rate."""
        return np.asarray(self.rates * (1 - self.rates) / np.array(self.n), dtype=float)


def groups(x: Sequence[int], n: Sequence[int]) -> Groups:
    """Build groups from two equally long lists of counts."""
    return Groups(tuple(x), tuple(n))


def difference(of: Groups, *, reference: int, group: int) -> Estimate:
    """Return D, the reference's rate minus the group's."""
    rates, variances = of.rates, of.variances
    return Estimate(float(rates[reference] - rates[group]), sqrt(variances[reference] + variances[group]))


def difference_interval(of: Groups, *, reference: int, group: int) -> Interval:
    """Return D with its Newcombe interval."""
    return newcombe(of.x[reference], of.n[reference], of.x[group], of.n[group])


def log_ratio(of: Groups, *, reference: int, group: int) -> Estimate:
    """Return ln R, the reference's rate over the group's, with its error; None when either count is 0."""
    if of.x[reference] == 0 or of.x[group] == 0:
        return Estimate(None, None)
    rates = of.rates
    relative = of.variances / rates**2
    return Estimate(log(rates[reference] / rates[group]), sqrt(relative[reference] + relative[group]))


def ratio_interval(of: Groups, *, reference: int, group: int) -> Interval | None:
    """Return R with its Katz log interval; None when either count is 0."""
    estimate = log_ratio(of, reference=reference, group=group)
    if estimate.value is None or estimate.error is None:
        return None
    half = normal_quantile() * estimate.error
    return Interval(exp(estimate.value), exp(estimate.value - half), exp(estimate.value + half))


def between_group_variance(of: Groups) -> Estimate:
    """Return BGV, the weighted squared distance from the mean; noise biases it upward."""
    w, variances, distance = of.weights, of.variances, of.rates - of.mean
    noise = (w**2 @ variances) ** 2 - w**4 @ variances**2 + (w**2 * (1 - w) ** 2) @ variances**2
    error = sqrt(4 * w**2 @ (variances * distance**2) + 2 * noise)
    return Estimate(float(w @ distance**2), error)


def debiased_variance(of: Groups) -> float | None:
    """Return BGV without the part that noise adds; it may be negative, and pages show at least 0."""
    if min(of.n) < 2:
        return None
    n = np.array(of.n, dtype=float)
    noise = (of.weights * (1 - of.weights)) @ (of.rates * (1 - of.rates) / (n - 1))
    return float(of.weights @ (of.rates - of.mean) ** 2 - noise)


def coefficient_of_variation(of: Groups) -> float | None:
    """Return the between-group deviation in percent of the mean; None when nobody reached the numerator."""
    variance = between_group_variance(of).value or 0.0
    return 100 * sqrt(variance) / of.mean if of.mean else None


def theil(of: Groups) -> Estimate:
    """Return the Theil index times 1000; a group at zero adds 0 and takes the error away."""
    if of.mean == 0:
        return Estimate(None, None)
    w, relative = of.weights, of.rates / of.mean
    logs = np.log(relative, out=np.zeros_like(relative), where=relative > 0)
    value = 1000 * float(w @ (relative * logs))
    if min(of.x) == 0:
        return Estimate(value, None)
    return Estimate(value, 1000 * sqrt(w**2 @ (of.variances * (logs - value / 1000) ** 2)) / of.mean)


def mean_log_deviation(of: Groups) -> Estimate:
    """Return the mean log deviation times 1000; None when any group is at zero."""
    if min(of.x) == 0:
        return Estimate(None, None)
    w, relative = of.weights, of.rates / of.mean
    error = sqrt(w**2 @ (of.variances * (1 - 1 / relative) ** 2)) / of.mean
    return Estimate(-1000 * float(w @ np.log(relative)), 1000 * error)


def relative_concentration(of: Groups) -> Estimate:
    """Return RCI for groups ordered from most to least disadvantaged; None when the mean is 0."""
    if of.mean == 0:
        return Estimate(None, None)
    w = of.weights
    rank = np.cumsum(w) - w / 2
    value = float(2 * w @ (of.rates * rank) / of.mean - 1)
    error = sqrt(w**2 @ (of.variances * (2 * rank - 1 - value) ** 2)) / of.mean
    return Estimate(value, error)
