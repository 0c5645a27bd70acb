"""A cascade as it may be read: suppressed counts first, then the rates of what is still shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from referral.equity.rules.cascade import FIRST_QUALITY_STAGE, STAGES, Stage, stopped_at
from referral.equity.rules.intervals import Interval, wilson
from referral.equity.rules.suppression import Published, suppress

DISPLAY_FROM = 30  # house default: a rate over fewer is counted but not shown as a rate
# Where a need is found and where help is confirmed are missed more than the stages between.
WORTH = (4, 3, 1, 2, 2, 1, 2, 4)
START = STAGES.index(FIRST_QUALITY_STAGE)


@dataclass(frozen=True, slots=True)
class Figure:
    """One stage of one group; None is hidden, or a rate over too few."""

    stage: Stage
    count: int | None
    step: Interval | None
    """Share of those who reached the stage before."""
    reach: Interval | None
    """Share of the found needs, from the second stage on."""


@dataclass(frozen=True, slots=True)
class Row:
    """A group, or several that are too small to stand alone, with its eight figures."""

    groups: tuple[str, ...]
    figures: tuple[Figure, ...]

    @property
    def counts(self) -> tuple[int | None, ...]:
        """Return the eight counts, None where hidden."""
        return tuple(figure.count for figure in self.figures)

    @property
    def end(self) -> Interval | None:
        """Return the share of found needs for which help was confirmed."""
        return self.figures[-1].reach


@dataclass(frozen=True, slots=True)
class CascadeTable:
    """The rows that may be shown, in the order of the groups, and everybody together."""

    rows: tuple[Row, ...]
    everybody: Row

    @property
    def lines(self) -> tuple[Row, ...]:
        """Return every row, everybody last."""
        return (*self.rows, self.everybody)

    @property
    def has_hidden(self) -> bool:
        """Say whether anything is hidden or put together, so that the page explains it."""
        return any(None in row.counts or len(row.groups) > 1 for row in self.lines)


def publish_cascade(counts: Mapping[str, Sequence[int]]) -> CascadeTable:
    """Return what may be shown of each group's eight nested counts; raises `Unpublishable` when nothing may."""
    names = list(counts)
    page = suppress([stopped_at(counts[name]) for name in names], is_nested=True, worth=WORTH)
    rows = tuple(
        _row(tuple(names[i] for i in pooled), _by_stage(page, figures))
        for pooled, figures in zip(page.rows, page.figures, strict=True)
    )
    return CascadeTable(rows, _row((), _by_stage(page, page.column_totals)))


def _by_stage(page: Published, figures: Sequence[int | None]) -> tuple[int | None, ...]:
    """Put each figure at the first stage of its column; a stage inside a joined column is shown for nobody."""
    known = page.by_column(figures)
    return tuple(known.get(place) for place in range(len(STAGES)))


def _row(groups: tuple[str, ...], counts: tuple[int | None, ...]) -> Row:
    before = (None, *counts)
    return Row(
        groups,
        tuple(
            Figure(
                stage,
                counts[place],
                step=_rate(counts[place], before[place]),
                reach=_rate(counts[place], counts[START]) if place >= START else None,
            )
            for place, stage in enumerate(STAGES)
        ),
    )


def _rate(x: int | None, n: int | None) -> Interval | None:
    return None if x is None or n is None or n < DISPLAY_FROM else wilson(x, n)
