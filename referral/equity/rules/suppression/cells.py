"""What a small count is, and how small lines of a table are put together."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
Mask = NDArray[np.bool_]
Pools = tuple[tuple[int, ...], ...]

THRESHOLD = 10  # the largest count that must not be known
PROTECTION = 5  # how wide an adversary's interval for a hidden count must at least be


def is_small(count: int) -> bool:
    """Say whether a count identifies too few people; 0 may be shown."""
    return 1 <= count <= THRESHOLD


def pool(totals: Sequence[int], *, only_neighbours: bool = False) -> Pools | None:
    """Put lines with a small total together with the next smallest until no total is small.

    Returns the indices that belong together, in order; None when everything together is still small.
    """
    pools: Pools = tuple((index,) for index in range(len(totals)))
    while (smallest := _smallest(pools, totals)) is not None:
        partner = _partner(pools, totals, smallest, only_neighbours=only_neighbours)
        if partner is None:
            return None
        pools = join(pools, smallest, partner)
    return pools


def join(pools: Pools, one: int, other: int) -> Pools:
    """Put two pools together at the place of the first of them."""
    first, second = sorted((one, other))
    joined = tuple(sorted(pools[first] + pools[second]))
    return (*pools[:first], joined, *pools[first + 1 : second], *pools[second + 1 :])


def merged(counts: Counts, rows: Pools, columns: Pools) -> Counts:
    """Add up a table over pooled rows and columns."""
    by_row = np.array([counts[list(pooled)].sum(axis=0) for pooled in rows])
    return np.array([by_row[:, list(pooled)].sum(axis=1) for pooled in columns]).T


def _smallest(pools: Pools, totals: Sequence[int]) -> int | None:
    small = [i for i, pooled in enumerate(pools) if is_small(_sum(pooled, totals))]
    return min(small, key=lambda i: _sum(pools[i], totals), default=None)


def _partner(pools: Pools, totals: Sequence[int], index: int, *, only_neighbours: bool) -> int | None:
    places = [index - 1, index + 1] if only_neighbours else range(len(pools))
    others = [i for i in places if 0 <= i < len(pools) and i != index]
    filled = [i for i in others if _sum(pools[i], totals) > 0]
    # An empty line protects nobody; it is only stepped over on the way to the next filled neighbour.
    candidates = filled or (others if only_neighbours else [])
    return min(candidates, key=lambda i: _sum(pools[i], totals), default=None)


def _sum(pooled: tuple[int, ...], totals: Sequence[int]) -> int:
    return sum(totals[index] for index in pooled)
