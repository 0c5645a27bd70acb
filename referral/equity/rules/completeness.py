"""How complete a demographic question is: answered, declined, unknown and not asked are four counts."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from referral.equity.rules.intervals import Interval, wilson
from referral.equity.rules.suppression import Unpublishable, suppress_list
from referral.people.rules import AnswerState

# Covered California names 80 % for race and ethnicity; the contract text is unverified.
WANTED_SHARE = 0.8


@dataclass(frozen=True, slots=True)
class Completeness:
    """The four counts of one question; an imputed value is unknown, because nobody said it."""

    answered: int
    declined: int
    unknown: int
    not_asked: int

    @property
    def total(self) -> int:
        """Return everybody the question is about."""
        return sum(self.counts)

    @property
    def counts(self) -> tuple[int, int, int, int]:
        """Return answered, declined, unknown, not asked."""
        return self.answered, self.declined, self.unknown, self.not_asked

    def share(self, *, is_decline_complete: bool = False) -> Interval | None:
        """Return the complete share with its interval; whether a decline counts is the contract's choice."""
        complete = self.answered + (self.declined if is_decline_complete else 0)
        return wilson(complete, self.total) if self.total else None


def completeness(states: Iterable[AnswerState], *, imputed: int = 0) -> Completeness:
    """Count the states of one question, one for each person, and those whose value was only imputed."""
    return completeness_of(Counter(states), imputed=imputed)


def completeness_of(counts: Mapping[AnswerState, int], *, imputed: int = 0) -> Completeness:
    """Return the completeness of states that were counted elsewhere."""
    counts = Counter(counts)
    return Completeness(
        answered=counts[AnswerState.ANSWERED],
        declined=counts[AnswerState.DECLINED],
        unknown=counts[AnswerState.UNKNOWN] + imputed,
        not_asked=counts[AnswerState.NOT_ASKED],
    )


@dataclass(frozen=True, slots=True)
class ShownCompleteness:
    """The four counts as they may be read, None where hidden, and the share where its count is shown."""

    counts: tuple[int | None, ...]
    share: Interval | None


def shown(found: Completeness) -> ShownCompleteness:
    """Return the counts without small cells."""
    try:
        counts = suppress_list(found.counts)
    except Unpublishable:
        counts = (None,) * len(found.counts)
    return ShownCompleteness(counts, found.share() if counts[0] is not None else None)
