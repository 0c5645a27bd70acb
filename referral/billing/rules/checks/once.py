"""Step 10, second part: what is paid once a month, once a course, once in a lifetime."""

from collections.abc import Iterator

from referral.billing.rules.reasons import Reason, ReasonCode
from referral.billing.rules.review import LineReview
from referral.billing.rules.schedules import Pricing
from referral.programs.rules import month_of


def monthly_unit(review: LineReview) -> Iterator[Reason]:
    """Find a member whose unit of the calendar month was already paid, to whichever organization."""
    if review.row is None or review.row.pricing is not Pricing.PMPM:
        return
    month = month_of(review.line.served_on)
    if any(paid.served_on in month for paid in review.same_service_paid()):
        yield Reason(ReasonCode.PMPM_MONTH_USED)


def milestone_paid(review: LineReview) -> Iterator[Reason]:
    """Find a milestone that was already paid."""
    is_milestone = review.row is not None and review.row.pricing is Pricing.MILESTONE
    if is_milestone and any(review.same_service_paid()):
        yield Reason(ReasonCode.MILESTONE_ALREADY_PAID)


def lifetime(review: LineReview) -> Iterator[Reason]:
    """Find a second payment of what is paid once in a lifetime, unless an override is recorded."""
    is_once = review.row is not None and review.row.is_once_per_lifetime
    if is_once and not review.line.has_lifetime_override and any(review.same_service_paid()):
        yield Reason(ReasonCode.LIFETIME_ONCE)
