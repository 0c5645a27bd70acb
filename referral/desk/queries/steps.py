"""What a thread is made of: steps, the stages they stand in, and bundles of steps that say the same."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

FEW = 4
"""A page shows this many steps that say the same one by one; more of them become one line that opens."""


@dataclass(frozen=True, slots=True)
class Step:
    """One record of the thread; `status` is its state as a code, `note` what it says in words."""

    kind: str
    id: UUID | None
    what: str
    at: datetime | date | None
    who: str = ""
    status: str = ""
    note: str = ""
    is_here: bool = False
    many: str = ""
    """What several such steps are called: deliveries. Empty for a step that always stands alone."""
    amount: Decimal | None = None
    """Money of the step, in dollars, where the asker may see it."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """Steps that say the same: shown one by one, or as one line when there are many."""

    steps: Sequence[Step]

    @property
    def is_folded(self) -> bool:
        """Whether the bundle is one line that opens."""
        return len(self.steps) > FEW

    @property
    def is_here(self) -> bool:
        """Whether the record one came from is among them."""
        return any(step.is_here for step in self.steps)

    @property
    def amount(self) -> Decimal | None:
        """The sum of what the asker may see of the money; None where that is nothing."""
        amounts = [step.amount for step in self.steps if step.amount is not None]
        return sum(amounts, Decimal(0)) if amounts else None

    @property
    def ends(self) -> tuple[date | datetime, date | datetime] | None:
        """The first and the last day, where the steps have days."""
        days = [step.at for step in self.steps if step.at is not None]
        return (days[0], days[-1]) if days else None


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage, and why it may be empty."""

    heading: str
    steps: Sequence[Step]
    nothing: str

    @property
    def bundles(self) -> Sequence[Bundle]:
        """Every step once: those that say the same together, in the order in which each kind first came."""
        together: dict[Hashable, list[Step]] = {}
        for position, step in enumerate(self.steps):
            together.setdefault((step.many, step.status) if step.many else position, []).append(step)
        return [Bundle(steps) for steps in together.values()]
