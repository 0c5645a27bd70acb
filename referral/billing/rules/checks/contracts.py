"""Steps 5 and 6: may the organization deliver the service, and is there a price for it?"""

from collections.abc import Iterator

from referral.billing.rules.pricing import is_priced
from referral.billing.rules.reasons import Reason, ReasonCode
from referral.billing.rules.review import LineReview


def contract(review: LineReview) -> Iterator[Reason]:
    """Find a service that the organization has no contract for, or none in force on the day."""
    lines = [
        line
        for line in review.terms.contracts
        if line.organization == review.claim.organization and review.line.service in line.services
    ]
    if not lines:
        yield Reason(ReasonCode.NOT_CONTRACTED)
    elif not any(review.line.served_on in line.window for line in lines):
        yield Reason(ReasonCode.CONTRACT_NOT_EFFECTIVE)


def fee_row(review: LineReview) -> Iterator[Reason]:
    """Find a line without a price in force; a row without an amount counts once the plan has set one."""
    if not is_priced(review):
        yield Reason(ReasonCode.NO_FEE_ROW)
