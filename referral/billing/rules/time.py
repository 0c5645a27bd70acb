"""How many units the time behind a line earns: minutes of a day, or nights of a stay."""

from datetime import date
from decimal import Decimal

from referral.billing.rules.review import LineReview
from referral.billing.rules.schedules import Pricing
from referral.billing.rules.units import nights, quarter_hours_of_line


def earned_units(review: LineReview) -> Decimal | None:
    """Return the units the recorded time earns, None where the service is not timed or time is unknown."""
    if review.row is None:
        return None
    if review.row.pricing is Pricing.TIMED_15MIN and review.line.minutes is not None:
        return Decimal(quarter_hours_of_line(review.line.minutes, minutes_before=minutes_before(review)))
    if review.row.pricing is Pricing.PER_DIEM and review.line.discharged_on is not None:
        return Decimal(len(nights(review.line.served_on, review.line.discharged_on)))
    return None


def minutes_before(review: LineReview) -> int:
    """Sum the minutes already counted for this member, organization, service and day."""
    this = (review.claim.organization, review.line.service, review.line.served_on)
    return sum(
        paid.minutes or 0 for paid in review.paid_before() if (paid.organization, paid.service, paid.served_on) == this
    )


def nights_paid(review: LineReview) -> frozenset[date]:
    """Return the line's nights that were already paid for this service, by whichever plan."""
    if review.row is None or review.row.pricing is not Pricing.PER_DIEM or review.line.discharged_on is None:
        return frozenset()
    stay = nights(review.line.served_on, review.line.discharged_on)
    paid = (line.nights() for line in review.paid_before() if line.service == review.line.service and line.paid > 0)
    return stay.intersection(frozenset().union(*paid))
