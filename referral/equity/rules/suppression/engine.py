"""The one suppression engine, for pages, exports and interfaces alike."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from referral.equity.rules.suppression import rectangles, stages
from referral.equity.rules.suppression.audit import first_breach
from referral.equity.rules.suppression.cells import Counts, Mask, Pools, join, merged, pool
from referral.equity.rules.suppression.published import Published, Unpublishable, publish
from referral.equity.rules.suppression.stages import Stages


def suppress(
    table: Sequence[Sequence[int]], *, is_nested: bool = False, worth: Sequence[int] | None = None
) -> Published:
    """Return what may be shown of disjoint counts, one row per group, with all margins.

    For a rate the columns are (x, n - x). For the cascade they are the episodes that stopped at each stage;
    `is_nested` makes the figures sums from a stage on, and `worth` says how much a reader misses each of them.
    Lines with a small total are put together. Raises `Unpublishable` when nothing is safe.
    """
    counts = _checked(table)
    shape = tuple(tuple(int(v) for v in row) for row in counts)
    return _suppressed(shape, is_nested=is_nested, worth=tuple(worth or [1] * counts.shape[1]))


@lru_cache(maxsize=512)
def _suppressed(table: tuple[tuple[int, ...], ...], *, is_nested: bool, worth: tuple[int, ...]) -> Published:
    """Do it once for the same counts: a report is read more often than its facts change."""
    counts = np.array(table, dtype=np.int64)
    rows = pool([int(v) for v in counts.sum(axis=1)])
    columns = pool([int(v) for v in counts.sum(axis=0)], only_neighbours=is_nested)
    while rows is not None and columns is not None:
        nested = Stages(counts, rows, columns, worth)
        mask = stages.protect(nested) if is_nested else _safe_cells(counts, rows, columns)
        if mask is not None:
            return publish(counts, rows, columns, mask, is_nested=is_nested)
        rows = _fewer(counts, rows)
    raise Unpublishable("no figure of this table can be shown without revealing a count of 1 to 10")


def suppress_list(values: Sequence[int]) -> tuple[int | None, ...]:
    """Return a list of counts whose total is shown; the hidden are at least two, of 11 or more together."""
    shown = suppress([[value] for value in values])
    lines = zip(shown.rows, shown.row_totals, strict=True)
    alone = {pooled[0]: total for pooled, total in lines if len(pooled) == 1}
    return tuple(alone.get(index) for index in range(len(values)))


def _safe_cells(counts: Counts, rows: Pools, columns: Pools) -> Mask | None:
    mask = rectangles.protect(merged(counts, rows, columns))
    if mask is None:
        return None
    shown = publish(counts, rows, columns, mask, is_nested=False)
    return None if first_breach(counts, shown, mask) else mask


def _fewer(counts: Counts, rows: Pools) -> Pools | None:
    """Put the two smallest filled rows together, as the last resort before publishing nothing."""
    totals = [int(counts[list(pooled)].sum()) for pooled in rows]
    filled = sorted((i for i, total in enumerate(totals) if total), key=totals.__getitem__)
    return join(rows, filled[0], filled[1]) if len(filled) > 1 else None


def _checked(table: Sequence[Sequence[int]]) -> Counts:
    counts = np.array(table, dtype=np.int64)
    if counts.ndim != 2 or counts.size == 0 or (counts < 0).any():
        raise ValueError("a table needs at least one cell and no negative count")
    return counts
