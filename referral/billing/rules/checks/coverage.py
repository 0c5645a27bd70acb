"""Steps 1 and 2: was the member covered on the day, and by the plan that is billed?"""

from collections.abc import Iterator

from referral.billing.rules.reasons import Reason, ReasonCode
from referral.billing.rules.review import LineReview


def coverage(review: LineReview) -> Iterator[Reason]:
    """Find days without coverage; no span means not covered."""
    spans = review.terms.member.coverage
    for day in (review.line.served_on, review.line.last_on):
        if any(day in span for span in spans):
            continue
        has_ended = any(span.is_before(day) for span in spans)
        yield Reason(ReasonCode.COVERAGE_TERMINATED if has_ended else ReasonCode.COVERAGE_NOT_STARTED)
        return


def payer(review: LineReview) -> Iterator[Reason]:
    """Find a day that is known to belong to another plan, and say which."""
    for day in (review.line.served_on, review.line.last_on):
        plans = review.terms.member.plans_on(day)
        if plans and review.claim.plan not in plans:
            yield Reason(ReasonCode.NOT_THIS_PAYER, route_to_plan=plans[0])
            return
