"""Step 9: not before the service, and not too late."""

from collections.abc import Iterator
from datetime import timedelta

from referral.billing.rules.reasons import Reason, ReasonCode
from referral.billing.rules.review import LineReview


def future_date(review: LineReview) -> Iterator[Reason]:
    """Find a line billed before its last day of service."""
    if review.line.last_on > review.claim.submitted_on:
        yield Reason(ReasonCode.FUTURE_DATE)


def filing_limit(review: LineReview) -> Iterator[Reason]:
    """Find a line billed after the filing limit; the last day itself is in time."""
    days = review.terms.program.filing_days
    if days is not None and review.claim.submitted_on > review.line.last_on + timedelta(days=days):
        yield Reason(ReasonCode.TIMELY_FILING)
