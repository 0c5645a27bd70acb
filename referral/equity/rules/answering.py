"""Who was asked whether help arrived, and who answered: silence is not failure."""

from collections.abc import Mapping
from dataclasses import dataclass

from referral.equity.rules.suppression import Unpublishable, suppress


@dataclass(frozen=True, slots=True)
class Answering:
    """Episodes whose person was asked, and those who answered; None is not shown."""

    asked: int | None
    answered: int | None

    @property
    def share(self) -> float | None:
        """Return the share of the asked who answered."""
        return self.answered / self.asked if self.asked and self.answered is not None else None


HIDDEN = Answering(None, None)
WORTH = (9, 1, 1, 9)
"""The cascade on the same page shows where needs were found and help confirmed: these two give way last."""


def answering(counts: Mapping[str, tuple[int, int, int, int]]) -> dict[str, Answering]:
    """Return who was asked and answered in each group, of its nested (needs found, asked, answered, confirmed).

    No small count shows, nor between these figures and the cascade's: where the two that both tables know could not
    be shown beside these, these are not.
    """
    shown = dict.fromkeys(counts, HIDDEN)
    try:
        page = suppress([_disjoint(*nested) for nested in counts.values()], is_nested=True, worth=WORTH)
    except (Unpublishable, ValueError):
        return shown
    names = list(counts)
    for pooled, figures in zip(page.rows, page.figures, strict=True):
        found, asked, answered, confirmed = map(page.by_column(figures).get, range(len(WORTH)))
        if len(pooled) == 1 and found is not None and confirmed is not None:
            shown[names[pooled[0]]] = Answering(asked, answered)
    return shown


def _disjoint(found: int, asked: int, answered: int, confirmed: int) -> tuple[int, int, int, int]:
    return found - asked, asked - answered, answered - confirmed, confirmed
