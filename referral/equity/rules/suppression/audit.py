"""The adversary: what a reader of a published table can work out, by linear programming."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

from referral.equity.rules.suppression.cells import PROTECTION, THRESHOLD, Counts, Mask, is_small
from referral.equity.rules.suppression.published import Published, Statement

Floats = NDArray[np.float64]
FEW = 12  # from so many doubts on, common tables are looked for first


@dataclass(frozen=True, slots=True)
class Secret:
    """A sum of cells that must stay unknown; a hidden cell must also stay vague by the protection width."""

    cells: Mask
    value: int
    is_hidden_cell: bool


class Adversary:
    """Somebody who knows the published sums and that no count is negative.

    Every table found to fit them is kept as a witness: most questions are answered by an earlier witness, so
    a page costs a handful of programmes instead of hundreds.
    """

    def __init__(self, truth: Counts, statements: list[Statement], witnesses: Floats | None = None) -> None:
        """Begin with the one table known to fit, the true one, or with the witnesses of a page that told more."""
        self.truth = truth
        self.witnesses = truth.astype(float).reshape(1, -1) if witnesses is None else witnesses
        self._known = np.array([s.cells.ravel() for s in statements], dtype=float)
        self._values = np.array([s.value for s in statements], dtype=float)

    def told_less(self, statements: list[Statement]) -> "Adversary":
        """Return somebody who knows less: whatever fitted before still fits."""
        return Adversary(self.truth, statements, self.witnesses)

    def first_learned(self, found: Iterable[Secret]) -> Secret | None:
        """Return the first secret that is learned; None is the permission to publish."""
        doubtful = [secret for secret in found if not self._is_safe(secret)]
        if len(doubtful) > FEW:
            self._look_for_many(doubtful)
        return next((secret for secret in doubtful if self.learns(secret)), None)

    def _look_for_many(self, doubtful: list[Secret]) -> None:
        """Ask for a few tables in which half of the secrets are large and the others small, each time other halves."""
        cells = np.array([secret.cells.ravel() for secret in doubtful], dtype=float)
        places = np.arange(len(doubtful))
        for bit in range(len(doubtful).bit_length()):
            half = np.where((places >> bit) & 1, 1.0, -1.0) @ cells
            self._remember(half)
            self._remember(-half)

    def learns(self, secret: Secret) -> bool:
        """Say whether the secret can be derived, or narrowed too far."""
        if self._is_safe(secret):
            return False
        for sign in (-1, 1):
            self._remember(sign * secret.cells.ravel().astype(float))
            if self._is_safe(secret):
                return False
        return True

    def _is_safe(self, secret: Secret) -> bool:
        values = self.witnesses @ secret.cells.ravel()
        lower, upper = np.ceil(values.min() - 1e-6), np.floor(values.max() + 1e-6)
        if secret.is_hidden_cell and upper - lower < PROTECTION:
            return False
        return not is_small(secret.value) or bool(lower < 1 or upper > THRESHOLD)

    def _remember(self, goal: Floats) -> None:
        """Keep the table that fits and has the least of the goal."""
        found = optimize.linprog(goal, A_eq=self._known, b_eq=self._values, method="highs")
        if not found.success:
            raise ArithmeticError(f"the audit found no table that fits: {found.message}")
        self.witnesses = np.vstack([self.witnesses, np.asarray(found.x, dtype=float)])


def first_breach(counts: Counts, published: Published, mask: Mask) -> Secret | None:
    """Return something that a reader of the page learns; None is the permission to publish."""
    adversary = Adversary(counts, published.statements(counts.shape))
    return adversary.first_learned(secrets(counts, published, mask))


def secrets(counts: Counts, published: Published, mask: Mask) -> Iterator[Secret]:
    """List what must not be learned: hidden figures, small runs of a row, small hidden parts of a line."""
    for cells in _runs(counts, is_nested=published.is_nested):
        if is_small(int(counts[cells].sum())):
            yield Secret(cells, int(counts[cells].sum()), is_hidden_cell=False)
    for cells in _hidden_lines(counts, published, mask):
        if is_small(int(counts[cells].sum())):
            yield Secret(cells, int(counts[cells].sum()), is_hidden_cell=False)
    for row, column in np.argwhere(mask):
        cells = _cells(counts, published.rows[row], published.columns_of(column))
        yield Secret(cells, int(counts[cells].sum()), is_hidden_cell=True)


def _runs(counts: Counts, *, is_nested: bool) -> Iterator[Mask]:
    """Yield each group's cells and total and, where columns are stages, every run between two stages."""
    width = counts.shape[1]
    starts_and_stops = [(a, b) for a in range(width) for b in range(a + 1, width + 1)]
    spans = starts_and_stops if is_nested else [*((k, k + 1) for k in range(width)), (0, width)]
    lines = [(row,) for row in range(counts.shape[0])] + [tuple(range(counts.shape[0]))]
    for rows in lines:
        for start, stop in spans:
            yield _cells(counts, rows, tuple(range(start, stop)))


def _hidden_lines(counts: Counts, published: Published, mask: Mask) -> Iterator[Mask]:
    """Yield the hidden part of each column, and of each row unless its figures contain each other."""
    places = [(int(row), int(column)) for row, column in np.argwhere(mask)]
    for axis in (1,) if published.is_nested else (0, 1):
        for line in {place[axis] for place in places}:
            parts = [
                _cells(counts, published.rows[row], published.columns_of(column))
                for row, column in places
                if (row, column)[axis] == line
            ]
            yield np.logical_or.reduce(parts)


def _cells(counts: Counts, rows: tuple[int, ...], columns: tuple[int, ...]) -> Mask:
    cells = np.zeros(counts.shape, dtype=np.bool_)
    cells[np.ix_(rows, columns)] = True
    return cells
