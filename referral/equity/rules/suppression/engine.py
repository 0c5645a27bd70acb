"""The one suppression engine, for pages, exports and interfaces alike."""

from collections.abc import Sequence

import numpy as np

from referral.equity.rules.suppression.audit import Secret, breaches
from referral.equity.rules.suppression.cells import Counts, Mask, Pools, join, merged, pool
from referral.equity.rules.suppression.published import Published, Unpublishable, publish
from referral.equity.rules.suppression.rectangles import Cell, grow, protect


def suppress(table: Sequence[Sequence[int]], *, is_nested: bool = False) -> Published:
    """Return what may be shown of disjoint counts, one row per group, with all margins.

    For a rate the columns are (x, n - x). For the cascade they are the episodes that stopped at each stage;
    `is_nested` makes the figures sums from a stage on. Lines with a small total are put together.
    Raises `Unpublishable` when nothing is safe.
    """
    counts = _checked(table)
    rows = pool([int(v) for v in counts.sum(axis=1)])
    columns = pool([int(v) for v in counts.sum(axis=0)], only_neighbours=is_nested)
    while rows is not None and columns is not None:
        mask = _safe_mask(counts, rows, columns, is_nested=is_nested)
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


def _safe_mask(counts: Counts, rows: Pools, columns: Pools, *, is_nested: bool) -> Mask | None:
    table = merged(counts, rows, columns)
    mask = protect(table, is_nested=is_nested)
    while mask is not None:
        shown = publish(counts, rows, columns, mask, is_nested=is_nested)
        found = breaches(counts, shown, mask)
        if not found:
            return mask
        mask = _repaired(table, mask, found[0], rows, columns, is_nested=is_nested)
    return None


def _repaired(
    table: Counts, mask: Mask, breach: Secret, rows: Pools, columns: Pools, *, is_nested: bool
) -> Mask | None:
    """Hide one more rectangle that links the revealed cells with others; None when none is left."""
    touched: list[Cell] = [
        (r, c)
        for r, pooled_rows in enumerate(rows)
        for c, pooled_columns in enumerate(columns)
        if breach.cells[np.ix_(pooled_rows, pooled_columns)].any()
    ]
    outside = frozenset(range(table.shape[1])) - {column for _, column in touched}
    wider = grow(table, mask, touched, is_nested=is_nested, other_columns=outside or None)
    return wider if wider is not None and (wider != mask).any() else None


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
