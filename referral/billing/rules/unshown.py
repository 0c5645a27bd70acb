"""What of an invoice a reader learns as a sum only: the lines that say too much about somebody."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from referral.billing.rules.money import total


class Billed(Protocol):
    """What a line bills, and what of it is approved and paid, in US dollars."""

    billed: Decimal
    approved_amount: Decimal
    paid_amount: Decimal


@dataclass(frozen=True, slots=True)
class Sums:
    """The same for a whole invoice, or for a part of it."""

    billed_amount: Decimal
    approved_amount: Decimal
    paid_amount: Decimal


def unshown(whole: Sums, shown: Iterable[Billed]) -> Sums | None:
    """Return what stands on the lines that are not shown, so that the books balance; None when all of it is shown."""
    lines = list(shown)
    left = Sums(
        whole.billed_amount - total(line.billed for line in lines),
        whole.approved_amount - total(line.approved_amount for line in lines),
        whole.paid_amount - total(line.paid_amount for line in lines),
    )
    return left if left.billed_amount or left.approved_amount or left.paid_amount else None
