"""Caps count the member, over plans, organizations and authorizations."""

from decimal import Decimal

from referral.billing.rules.money import total
from referral.billing.rules.pricing import cap_amount
from referral.billing.rules.review import LineReview
from referral.billing.rules.schedules import Cap, CapPeriod
from referral.programs.rules import Window, month_of, year_from


def left_of_cap(review: LineReview) -> Decimal | None:
    """Return the dollars left of the cap on the day of service, None where nothing caps the line."""
    cap, amount = review.row.cap if review.row is not None else None, cap_amount(review)
    if cap is None or amount is None:
        return None
    if cap.per is CapPeriod.OCCURRENCE:
        return amount
    if cap.is_pooled_over_authorization and review.approval is not None:
        amount *= review.approval.length_in_months()
    period = _period(review, cap)
    spent = total(paid.paid for paid in review.same_service_paid() if paid.served_on in period)
    return max(amount - spent, Decimal(0))


def _period(review: LineReview, cap: Cap) -> Window:
    """Return the days whose payments count against the cap."""
    day = review.line.served_on
    if cap.is_pooled_over_authorization and review.approval is not None:
        return review.approval.window
    if cap.per is CapPeriod.CALENDAR_MONTH:
        return month_of(day)
    if cap.per is CapPeriod.TWELVE_MONTHS:
        first_paid = min((paid.served_on for paid in review.same_service_paid()), default=day)
        return year_from(cap.anchor_on or min(first_paid, day), day)
    return Window()
