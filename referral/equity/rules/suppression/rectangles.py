"""Protection of small cells inside a table with shown margins, by the cheapest rectangles.

Moving t people around a rectangle of hidden cells (+t, -t, +t, -t) changes no margin, so an adversary cannot
tell how many were moved. A rectangle protects when enough people can be moved.
"""

from collections.abc import Iterator
from itertools import product

import numpy as np

from referral.equity.rules.suppression.cells import PROTECTION, THRESHOLD, Counts, Mask, is_small

Cell = tuple[int, int]
Corners = tuple[Cell, Cell, Cell, Cell]


def small_cells(counts: Counts) -> list[Cell]:
    """Return the cells that must be hidden whatever else is shown, smallest first."""
    found = [(int(r), int(c)) for r, c in np.argwhere((counts >= 1) & (counts <= THRESHOLD))]
    return sorted(found, key=lambda cell: (counts[cell], cell))


def protect(counts: Counts, *, is_nested: bool) -> Mask | None:
    """Hide the small cells and complete each to a rectangle; None when some cell cannot be protected."""
    small = small_cells(counts)
    mask = np.zeros(counts.shape, dtype=np.bool_)
    for cell in small:
        mask[cell] = True
    for cell in small:
        grown = grow(counts, mask, [cell], is_nested=is_nested)
        if grown is None:
            return None
        mask = grown
    return mask


def grow(
    counts: Counts,
    mask: Mask,
    cells: list[Cell],
    *,
    is_nested: bool,
    other_columns: frozenset[int] | None = None,
) -> Mask | None:
    """Add the cheapest protecting rectangle through any cell: fewest figures lost, then least count."""
    columns = frozenset(range(counts.shape[1])) if other_columns is None else other_columns
    best: tuple[tuple[int, int], Mask] | None = None
    for cell in cells:
        for corners in _rectangles(counts, cell, columns):
            wider = _with(mask, corners)
            if not _protects(counts, corners) or _has_small_hidden_line(counts, wider, corners):
                continue
            cost = (figures_lost(wider, is_nested=is_nested), int(counts[wider].sum()))
            if best is None or cost < best[0]:
                best = cost, wider
    return best[1] if best else None


def figures_lost(mask: Mask, *, is_nested: bool) -> int:
    """Count what a reader loses: hidden cells, or in a nested table the hidden sums between them."""
    if not is_nested:
        return int(mask.sum())
    hidden = [np.flatnonzero(row) for row in mask]
    return sum(int(h[-1] - h[0]) for h in hidden if len(h))


def _rectangles(counts: Counts, cell: Cell, columns: frozenset[int]) -> Iterator[Corners]:
    row, column = cell
    for other_row, other in product(range(counts.shape[0]), sorted(columns)):
        if other_row != row and other != column:
            yield (row, column), (row, other), (other_row, column), (other_row, other)


def _protects(counts: Counts, corners: Corners) -> bool:
    here, beside, below, across = (int(counts[corner]) for corner in corners)
    up, down = min(beside, below), min(here, across)
    is_wide = up + down >= PROTECTION
    return is_wide and not (is_small(here) and here - down >= 1 and here + up <= THRESHOLD)


def _has_small_hidden_line(counts: Counts, mask: Mask, corners: Corners) -> bool:
    hidden = np.where(mask, counts, 0)
    lines = [hidden[row].sum() for row, _ in corners] + [hidden[:, column].sum() for _, column in corners]
    return any(is_small(int(total)) for total in lines)


def _with(mask: Mask, corners: Corners) -> Mask:
    wider = mask.copy()
    for corner in corners:
        wider[corner] = True
    return wider
