"""Money is Decimal, in US dollars, and is rounded here and nowhere else."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

ZERO = Decimal("0.00")
_CENT = Decimal("0.01")


def to_cents(amount: Decimal) -> Decimal:
    """Round an amount half up to whole cents; done once a line, before anything is summed."""
    return amount.quantize(_CENT, rounding=ROUND_HALF_UP)


def total(amounts: Iterable[Decimal]) -> Decimal:
    """Return the sum of rounded amounts, 0.00 when there are none."""
    return sum(amounts, ZERO)
