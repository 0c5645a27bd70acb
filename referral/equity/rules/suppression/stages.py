"""Protection of nested counts: each row's figures fall from stage to stage, and what was lost between two shown
figures must not be small.

First every row on its own hides as little as it must, preferring stages that another row hides anyway. Then the
adversary is asked, and one figure more is hidden for each thing still learned, until nothing is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from referral.equity.rules.suppression.audit import Adversary, Secret, secrets
from referral.equity.rules.suppression.cells import Counts, Mask, Pools, is_small, merged
from referral.equity.rules.suppression.published import Published, publish

Figure = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Stages:
    """A table of episodes that stopped at each stage, pooled; `worth` says how much a reader misses a stage."""

    counts: Counts
    rows: Pools
    columns: Pools
    worth: Sequence[int]

    @property
    def stopped(self) -> Counts:
        """Return the pooled counts."""
        return merged(self.counts, self.rows, self.columns)

    def page(self, hidden: Mask) -> Published:
        """Return the page that hides these figures."""
        return publish(self.counts, self.rows, self.columns, hidden, is_nested=True)

    def value_of(self, figure: Figure) -> tuple[int, int]:
        """Return what a reader loses when the figure is hidden: its worth, then its count."""
        row, column = figure
        return self.worth[self.columns[column][0]], int(self.stopped[row, column:].sum())


def protect(table: Stages) -> Mask | None:
    """Return which figures to hide so that nothing small is learned; None when hiding figures cannot do it."""
    hidden = hidden_by_row(table)
    adversary = Adversary(table.counts, table.page(hidden).statements(table.counts.shape))
    while (breach := adversary.first_learned(secrets(table.counts, table.page(hidden), hidden))) is not None:
        more = _one_more(table, hidden, breach, adversary)
        if more is None:
            return None
        hidden, adversary = more
    return hidden


def hidden_by_row(table: Stages) -> Mask:
    """Hide in each row what it must, twice over the rows, so that early rows learn what later ones hide."""
    stopped = table.stopped
    hidden = np.zeros(stopped.shape, dtype=np.bool_)
    smallest_first = [int(row) for row in np.argsort(stopped.sum(axis=1), kind="stable")] * 2
    for row in smallest_first:
        others: Mask = np.asarray(np.delete(hidden, row, axis=0).any(axis=0))
        # A stage that nobody else hides will cost a second figure.
        price = [table.worth[pooled[0]] * (1 if others[k] else 2) for k, pooled in enumerate(table.columns)]
        hidden[row] = cheapest_blocks([int(v) for v in stopped[row]], price)
    return hidden


def cheapest_blocks(stopped: Sequence[int], price: Sequence[int]) -> list[bool]:
    """Return which figures to hide so that no difference between two shown figures, nor the last, is small.

    Shown figures cut the row into blocks; the cheapest cut is found from the left. Needs a row total that is not
    small.
    """
    best: list[tuple[int, tuple[int, ...]]] = [(0, ())]
    nothing = (sum(price) + 1, ())
    for stop in range(1, len(stopped) + 1):
        ways = [
            (best[start][0] + sum(price[start + 1 : stop]), (*best[start][1], start))
            for start in range(stop)
            if not is_small(sum(stopped[start:stop]))
        ]
        best.append(min(ways, default=nothing))
    shown = set(best[-1][1])
    return [place not in shown for place in range(len(stopped))]


def _one_more(table: Stages, hidden: Mask, breach: Secret, adversary: Adversary) -> tuple[Mask, Adversary] | None:
    """Hide the cheapest figure that ends the breach, or the cheapest that may help; None when none is left."""
    first: tuple[Mask, Adversary] | None = None
    for figure in _candidates(table, hidden, breach):
        wider = hidden.copy()
        wider[figure] = True
        less = adversary.told_less(table.page(wider).statements(table.counts.shape))
        first = first or (wider, less)
        if not less.learns(breach):
            return wider, less
    return first


def _candidates(table: Stages, hidden: Mask, breach: Secret) -> Iterator[Figure]:
    """Yield shown figures at the stages where the secret begins or ends, the cheapest first."""
    secret_columns = np.flatnonzero(breach.cells.any(axis=0))
    edges = {int(secret_columns[0]), int(secret_columns[-1]) + 1}
    places = [k for k, pooled in enumerate(table.columns) if k > 0 and edges & set(pooled)]
    figures = [(row, k) for row in range(len(table.rows)) for k in places if not hidden[row, k]]
    yield from sorted(figures, key=lambda figure: (table.value_of(figure), figure))
