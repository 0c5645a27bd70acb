"""What leaves the house: the figures of a table that may be shown, and the sums they tell an adversary."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from referral.equity.rules.suppression.cells import Counts, Mask, Pools, merged


class Unpublishable(ValueError):
    """No safe table exists: not even its margins may be shown."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A published sum: the cells it adds up, of the original table, and its value."""

    cells: Mask
    value: int


@dataclass(frozen=True, slots=True)
class Published:
    """A table whose hidden figures are None; `rows` and `columns` say which lines were put together."""

    rows: Pools
    columns: Pools
    figures: tuple[tuple[int | None, ...], ...]
    row_totals: tuple[int, ...]
    column_totals: tuple[int, ...]
    is_nested: bool

    @property
    def total(self) -> int:
        """Return the sum of the whole table."""
        return sum(self.row_totals)

    def statements(self, shape: tuple[int, int]) -> list[Statement]:
        """List every sum a reader of this table knows, margins included."""
        every_row, every_column = tuple(range(shape[0])), tuple(range(shape[1]))
        known = [
            Statement(_block(shape, rows, self.columns_of(k)), value)
            for rows, figures in zip(self.rows, self.figures, strict=True)
            for k, value in enumerate(figures)
            if value is not None
        ]
        known += [
            Statement(_block(shape, rows, every_column), value)
            for rows, value in zip(self.rows, self.row_totals, strict=True)
        ]
        known += [
            Statement(_block(shape, every_row, self.columns_of(k)), value) for k, value in enumerate(self.column_totals)
        ]
        return known

    def by_column(self, figures: Sequence[int | None]) -> dict[int, int | None]:
        """Return each figure by the first column that it adds up; a column inside a pool has none."""
        return {pooled[0]: figure for pooled, figure in zip(self.columns, figures, strict=True)}

    def columns_of(self, index: int) -> tuple[int, ...]:
        """Return the original columns that a figure adds up."""
        pools = self.columns[index:] if self.is_nested else self.columns[index : index + 1]
        return tuple(column for pooled in pools for column in pooled)


def publish(counts: Counts, rows: Pools, columns: Pools, mask: Mask, *, is_nested: bool) -> Published:
    """Turn a table and its mask into figures; in a nested table they are sums from a column on."""
    table = merged(counts, rows, columns)
    if is_nested:
        table = np.flip(np.cumsum(np.flip(table, axis=1), axis=1), axis=1)
    figures = tuple(
        tuple(None if hidden else int(value) for value, hidden in zip(line, masked, strict=True))
        for line, masked in zip(table, mask, strict=True)
    )
    totals = tuple(int(v) for v in counts.sum(axis=1))
    row_totals = tuple(sum(totals[i] for i in pooled) for pooled in rows)
    return Published(rows, columns, figures, row_totals, tuple(int(v) for v in table.sum(axis=0)), is_nested)


def _block(shape: tuple[int, int], rows: tuple[int, ...], columns: tuple[int, ...]) -> Mask:
    cells = np.zeros(shape, dtype=np.bool_)
    cells[np.ix_(rows, columns)] = True
    return cells
