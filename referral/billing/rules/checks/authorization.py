"""Step 7: is there an approved service authorization for this service on these days?"""

from collections.abc import Iterator

from referral.billing.rules.balances import is_open, named_approvals
from referral.billing.rules.reasons import Reason, ReasonCode
from referral.billing.rules.review import LineReview


def authorization(review: LineReview) -> Iterator[Reason]:
    """Find a missing authorization, one for another service, or days outside it; encounters need none."""
    if review.is_zero_pay:
        return
    if not named_approvals(review.terms.approvals, review.line):
        yield Reason(ReasonCode.NO_AUTHORIZATION)
    elif review.approval is None:
        yield Reason(ReasonCode.SERVICE_NOT_AUTHORIZED)
    elif not is_open(review.approval, review.line):
        yield Reason(ReasonCode.AUTH_WINDOW)
