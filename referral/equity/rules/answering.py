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


def answering(counts: Mapping[str, tuple[int, int]]) -> dict[str, Answering]:
    """Return who was asked and answered in each group, without small cells."""
    try:
        page = suppress([[asked - answered, answered] for asked, answered in counts.values()], is_nested=True)
    except (Unpublishable, ValueError):
        return dict.fromkeys(counts, HIDDEN)
    shown = dict.fromkeys(counts, HIDDEN)
    names = list(counts)
    for pooled, figures in zip(page.rows, page.figures, strict=True):
        if len(pooled) == 1:
            asked, answered = (*figures, None)[:2]
            shown[names[pooled[0]]] = Answering(asked, answered)
    return shown
