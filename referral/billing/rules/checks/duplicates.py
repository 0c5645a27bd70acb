"""Step 10, first part: was this very delivery paid before, or does it look so?"""

from collections.abc import Iterator

from referral.billing.rules.claims import PaidLine
from referral.billing.rules.reasons import Reason, ReasonCode
from referral.billing.rules.review import LineReview
from referral.billing.rules.schedules import Pricing


def duplicate(review: LineReview) -> Iterator[Reason]:
    """Find the same delivery in the organization's history, or a similar one that a person has to look at.

    Several deliveries on one day are billable, so the same day and service alone is no duplicate.
    """
    same_day = [paid for paid in review.terms.history if _is_same_day(review, paid)]
    if any(_is_same_delivery(review, paid) for paid in same_day):
        yield Reason(ReasonCode.DUPLICATE)
    elif same_day and not review.line.was_looked_at and not _counts_nights(review):
        yield Reason(ReasonCode.SUSPECT_DUPLICATE)


def _is_same_day(review: LineReview, paid: PaidLine) -> bool:
    line = review.line
    this = (review.claim.organization, line.service, line.variant, line.served_on)
    return this == (paid.organization, paid.service, paid.variant, paid.served_on)


def _is_same_delivery(review: LineReview, paid: PaidLine) -> bool:
    return (review.line.units, review.line.delivery) == (paid.units, paid.delivery)


def _counts_nights(review: LineReview) -> bool:
    """Stays are compared night by night, as overlap."""
    return review.row is not None and review.row.pricing is Pricing.PER_DIEM
