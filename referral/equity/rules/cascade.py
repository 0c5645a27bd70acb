"""The loop as a cascade of eight nested stages, counted per need episode."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from referral.equity.rules.intervals import Interval, wilson


class Stage(StrEnum):
    """How far one need episode has come, in order."""

    SCREENED = "screened"
    NEED_FOUND = "need_found"
    CONSENTED = "consented"
    REFERRED = "referred"
    ACCEPTED = "accepted"
    STARTED = "started"
    RECEIVED = "received"
    CONFIRMED = "confirmed"


STAGES = tuple(Stage)
# What share of screens finds a need is prevalence: shown, never a quality and never paid on.
FIRST_QUALITY_STAGE = Stage.NEED_FOUND


@dataclass(frozen=True, slots=True)
class Step:
    """One conversion: how many entered, how many reached the stage, and that share."""

    stage: Stage
    entering: int
    reaching: int
    rate: Interval | None

    @property
    def is_prevalence(self) -> bool:
        """Say whether this step describes need, not the quality of the network."""
        return self.stage is Stage.NEED_FOUND


def furthest(reached: Collection[Stage]) -> Stage | None:
    """Return the latest stage reached; reaching it implies every earlier one."""
    return max(reached, key=STAGES.index, default=None)


def count_stages(episodes: Iterable[Collection[Stage]]) -> tuple[int, ...]:
    """Count the episodes that reached each of the eight stages, nested."""
    counts = [0] * len(STAGES)
    for reached in episodes:
        last = furthest(reached)
        for position in range(STAGES.index(last) + 1 if last else 0):
            counts[position] += 1
    return tuple(counts)


def steps(counts: Collection[int]) -> tuple[Step, ...]:
    """Return the seven conversions of eight nested counts; a step nobody entered has no rate."""
    numbers = _nested(counts)
    conversions = zip(STAGES[1:], pairwise(numbers), strict=True)
    return tuple(Step(stage, n, x, wilson(x, n) if n else None) for stage, (n, x) in conversions)


def end_rate(counts: Collection[int]) -> Interval | None:
    """Return the share of found needs for which the person confirmed help, or None when no need was found."""
    numbers = _nested(counts)
    start = numbers[STAGES.index(FIRST_QUALITY_STAGE)]
    return wilson(numbers[-1], start) if start else None


def stopped_at(counts: Collection[int]) -> tuple[int, ...]:
    """Return how many episodes stopped at each stage: the disjoint cells whose sums are the nested counts."""
    numbers = _nested(counts)
    return tuple(here - later for here, later in zip(numbers, (*numbers[1:], 0), strict=True))


def _nested(counts: Collection[int]) -> tuple[int, ...]:
    numbers = tuple(counts)
    falling = all(a >= b for a, b in pairwise(numbers))
    if len(numbers) != len(STAGES) or not falling or numbers[-1] < 0:
        raise ValueError(f"eight nested counts are needed, not {numbers}")
    return numbers
