"""Step 12, first part: is there any time left to count?"""

from collections.abc import Iterator

from referral.billing.rules.reasons import Reason, ReasonCode
from referral.billing.rules.review import LineReview
from referral.billing.rules.time import earned_units


def minimum_time(review: LineReview) -> Iterator[Reason]:
    """Find a line whose minutes or nights, after those already counted, earn no unit."""
    if earned_units(review) == 0:
        yield Reason(ReasonCode.BELOW_MINIMUM_TIME)
