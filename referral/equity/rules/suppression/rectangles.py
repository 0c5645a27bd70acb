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


def protect(counts: Counts) -> Mask | None:
    """Hide the small cells and complete each to a rectangle; None when some cell cannot be protected."""
    small = small_cells(counts)
    mask = np.zeros(counts.shape, dtype=np.bool_)
    for cell in small:
        mask[cell] = True
    for cell in small:
        grown = _grown(counts, mask, cell)
        if grown is None:
            return None
        mask = grown
    return mask


def _grown(counts: Counts, mask: Mask, cell: Cell) -> Mask | None:
    """Add the cheapest protecting rectangle through the cell: fewest hidden cells, then least count."""
    safe = []
    for corners in _rectangles(counts, cell):
        wider = _with(mask, corners)
        if _protects(counts, corners) and not _has_small_hidden_line(counts, wider, corners):
            safe.append(wider)
    return min(safe, key=lambda wider: (int(wider.sum()), int(counts[wider].sum())), default=None)


def _rectangles(counts: Counts, cell: Cell) -> Iterator[Corners]:
    row, column = cell
    for other_row, other in product(range(counts.shape[0]), range(counts.shape[1])):
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
