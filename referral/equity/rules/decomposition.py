"""At which stages of the cascade the gap between two groups arises."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from math import factorial, log, prod, sqrt


@dataclass(frozen=True, slots=True)
class Decomposition:
    """The gap of two end rates, split over the steps; the contributions sum to the gap exactly."""

    end_a: float
    end_b: float
    contributions: tuple[float, ...]
    log_ratio_errors: tuple[float | None, ...]

    @property
    def gap(self) -> float:
        """Return the end rate of the first group minus that of the second."""
        return self.end_a - self.end_b


def decompose(a: Sequence[int], b: Sequence[int]) -> Decomposition:
    """Split the gap between two groups' nested counts, first stage first; both groups must have entered.

    Contributions use the log-mean, which is exact and free of order; with any zero they use Shapley values.
    """
    q_a, q_b = conversions(a), conversions(b)
    split = log_mean if min(*q_a, *q_b) > 0 else shapley
    errors = tuple(_log_ratio_error(x, m, y, n) for x, m, y, n in zip(q_a, a[:-1], q_b, b[:-1], strict=True))
    return Decomposition(prod(q_a), prod(q_b), split(q_a, q_b), errors)


def conversions(counts: Sequence[int]) -> tuple[float, ...]:
    """Return each step's share; a step that nobody entered passes nobody on."""
    if len(counts) < 2 or counts[0] <= 0:
        raise ValueError("a decomposition needs two stages and somebody in the first")
    return tuple(x / n if n else 0.0 for n, x in pairwise(counts))


def log_mean(q_a: Sequence[float], q_b: Sequence[float]) -> tuple[float, ...]:
    """Split the gap of two products of positive shares by the logarithmic mean."""
    end_a, end_b = prod(q_a), prod(q_b)
    ratio = log(end_a) - log(end_b)
    # Near equality the quotient loses its digits; the limit of the mean is the common value.
    mean = (end_a - end_b) / ratio if abs(ratio) > 1e-12 else end_a
    return tuple(mean * log(x / y) for x, y in zip(q_a, q_b, strict=True))


def shapley(q_a: Sequence[float], q_b: Sequence[float]) -> tuple[float, ...]:
    """Split the gap by the average change of the product over all orders of the steps."""
    return tuple(_shapley_of(step, q_a, q_b) for step in range(len(q_a)))


def _shapley_of(step: int, q_a: Sequence[float], q_b: Sequence[float]) -> float:
    others = [i for i in range(len(q_a)) if i != step]
    total = 0.0
    for size in range(len(others) + 1):
        weight = factorial(size) * factorial(len(others) - size) / factorial(len(q_a))
        for chosen in combinations(others, size):
            total += weight * prod(q_a[i] if i in chosen else q_b[i] for i in others)
    return total * (q_a[step] - q_b[step])


def _log_ratio_error(q_a: float, entering_a: int, q_b: float, entering_b: int) -> float | None:
    if q_a == 0 or q_b == 0:
        return None
    return sqrt((1 - q_a) / (q_a * entering_a) + (1 - q_b) / (q_b * entering_b))
