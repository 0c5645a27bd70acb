"""What a plan approved for a person: a service, its days, its units and its money."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from referral.programs.rules.authorizations import left
from referral.programs.rules.windows import Window


@dataclass(frozen=True, slots=True)
class Approval:
    """An approved service authorization; units and amount are None where nothing limits them."""

    id: str
    service: str
    variant: str | None
    window: Window
    units: Decimal | None = None
    amount: Decimal | None = None
    unit_price: Decimal | None = None
    """Set by the plan for a service that the fee schedule does not price."""
    months: int | None = None
    """Length of the authorization where the plan says it; else it follows from the window."""

    def covers(self, service: str, variant: str | None) -> bool:
        """Whether it is this service; an approval without a variant covers each of them."""
        return self.service == service and self.variant in (None, variant)

    def is_open_on(self, day: date) -> bool:
        """Whether the day lies inside the window, both ends included."""
        return day in self.window

    def length_in_months(self) -> int:
        """Return the months a pooled monthly cap is multiplied with."""
        return self.months if self.months is not None else self.window.months()


@dataclass(frozen=True, slots=True)
class Balance:
    """What was used of an approval, and so what is left."""

    units_used: Decimal = Decimal(0)
    amount_used: Decimal = Decimal(0)

    def units_left(self, approval: Approval) -> Decimal | None:
        """Return the units left, None where units are not limited."""
        return left(approval.units, self.units_used)

    def amount_left(self, approval: Approval) -> Decimal | None:
        """Return the money left, None where money is not limited."""
        return left(approval.amount, self.amount_used)
