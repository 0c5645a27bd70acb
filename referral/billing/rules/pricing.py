"""What a line may cost: the price of its units, or the cap of what is paid at cost."""

from decimal import Decimal

from referral.billing.rules.money import to_cents
from referral.billing.rules.review import LineReview
from referral.billing.rules.schedules import Pricing

_PERCENT = Decimal(100)
# One unit a month, one payment a milestone, whatever number was written on the line.
_SINGLE_UNIT = frozenset({Pricing.PMPM, Pricing.MILESTONE})


def unit_price(review: LineReview) -> Decimal | None:
    """Return dollars a unit: the fee row's, else the one the plan set when it authorized; None for cost."""
    if review.row is None or review.row.pricing is Pricing.COST_CAPPED:
        return None
    if review.row.price is not None:
        return review.row.price
    return review.approval.unit_price if review.approval is not None else None


def cap_amount(review: LineReview) -> Decimal | None:
    """Return the cap in dollars for one period, None where there is none or its reference is not loaded."""
    cap = review.row.cap if review.row is not None else None
    if cap is None:
        return None
    if cap.amount is not None:
        return cap.amount
    if cap.percent_of_fmr is None or review.terms.fair_market_rent is None:
        return None
    return to_cents(review.terms.fair_market_rent * cap.percent_of_fmr / _PERCENT)


def is_priced(review: LineReview) -> bool:
    """Whether the schedule, or the plan when it authorized, says what the line may cost."""
    if review.row is None:
        return False
    if review.is_zero_pay:
        return True
    if review.row.pricing is Pricing.COST_CAPPED:
        return cap_amount(review) is not None
    has_approved_amount = review.approval is not None and review.approval.amount is not None
    return unit_price(review) is not None or has_approved_amount


def price_of(review: LineReview, units: Decimal) -> Decimal | None:
    """Return what the units cost by the schedule, rounded once; None where the line is paid at cost."""
    price = unit_price(review)
    return None if price is None else to_cents(price * units)


def priceable_units(review: LineReview, units: Decimal) -> Decimal:
    """Return the units that can have a price at all: one for a month or a milestone."""
    is_single = review.row is not None and review.row.pricing in _SINGLE_UNIT
    return min(units, Decimal(1)) if is_single else units
