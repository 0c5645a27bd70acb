"""What takes money off a payable line: each function says how much may stay, in the order of the checks."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from referral.billing.rules.balances import balance
from referral.billing.rules.caps import left_of_cap
from referral.billing.rules.money import ZERO, to_cents
from referral.billing.rules.pricing import price_of, priceable_units
from referral.billing.rules.reasons import Reason, ReasonCode
from referral.billing.rules.review import LineReview
from referral.billing.rules.time import earned_units, nights_paid
from referral.billing.rules.units import days_between


@dataclass(frozen=True, slots=True)
class Payable:
    """The units and dollars of a line that may still be paid."""

    units: Decimal
    amount: Decimal


Reduction = Callable[[LineReview, Payable], Payable]


def overlap(review: LineReview, payable: Payable) -> Payable:
    """Take off the nights that were already paid."""
    return _with_units(review, payable, payable.units - len(nights_paid(review)))


def time(review: LineReview, payable: Payable) -> Payable:
    """Take off units above those that the minutes or the nights earn."""
    earned = earned_units(review)
    return payable if earned is None else _with_units(review, payable, earned - len(nights_paid(review)))


def daily_limit(review: LineReview, payable: Payable) -> Payable:
    """Take off units above the fee row's limit a day, over all days of the line."""
    limit = review.row.max_units_per_day if review.row is not None else None
    if limit is None:
        return payable
    return _with_units(review, payable, limit * days_between(review.line.served_on, review.line.last_on))


def fee(review: LineReview, payable: Payable) -> Payable:
    """Take off what is billed above the price of the units."""
    units = priceable_units(review, payable.units)
    price = price_of(review, units)
    return payable if price is None else Payable(units, min(payable.amount, price))


def cap(review: LineReview, payable: Payable) -> Payable:
    """Take off what is above the rest of the cap."""
    return _with_amount(payable, left_of_cap(review))


def authorized_units(review: LineReview, payable: Payable) -> Payable:
    """Take off units above those left of the authorization."""
    if review.approval is None:
        return payable
    units_left = balance(review.approval, review.paid_before()).units_left(review.approval)
    return payable if units_left is None else _with_units(review, payable, units_left)


def authorized_amount(review: LineReview, payable: Payable) -> Payable:
    """Take off dollars above those left of the authorization."""
    if review.approval is None:
        return payable
    return _with_amount(payable, balance(review.approval, review.paid_before()).amount_left(review.approval))


REDUCTIONS: tuple[tuple[ReasonCode, Reduction], ...] = (
    (ReasonCode.OVERLAP, overlap),
    (ReasonCode.UNITS_EXCEED_TIME, time),
    (ReasonCode.OVER_DAILY_LIMIT, daily_limit),
    (ReasonCode.OVER_FEE, fee),
    (ReasonCode.CAP_REACHED, cap),
    (ReasonCode.AUTH_UNITS_EXCEEDED, authorized_units),
    (ReasonCode.AUTH_AMOUNT_EXCEEDED, authorized_amount),
)


def reduce_line(review: LineReview) -> tuple[Payable, tuple[Reason, ...]]:
    """Apply the reductions one after the other; each names the units and dollars it took off."""
    payable = Payable(review.line.units, to_cents(review.line.billed))
    reasons = []
    for code, reduction in REDUCTIONS:
        after = reduction(review, payable)
        if after != payable:
            reasons.append(_reason(code, payable, after))
            payable = after
    return payable, tuple(reasons)


def _reason(code: ReasonCode, before: Payable, after: Payable) -> Reason:
    units = before.units - after.units
    return Reason(code, units=units or None, amount=before.amount - after.amount)


def _with_amount(payable: Payable, most: Decimal | None) -> Payable:
    """Return the payable with at most these dollars; its units stay."""
    return payable if most is None or most >= payable.amount else Payable(payable.units, to_cents(most))


def _with_units(review: LineReview, payable: Payable, most: Decimal) -> Payable:
    """Return the payable with at most these units, and the dollars that go with them.

    What is billed above the price stays for now: it is the fee reduction's to name.
    """
    units = max(most, Decimal(0))
    if units >= payable.units:
        return payable
    if units == 0:
        return Payable(units, ZERO)
    full_price, price = price_of(review, payable.units), price_of(review, units)
    if full_price is None or price is None:
        return Payable(units, to_cents(payable.amount * units / payable.units))
    above_price = max(payable.amount - full_price, ZERO)
    return Payable(units, min(payable.amount - above_price, price) + above_price)
