"""The checks that refuse a line, in the order in which their reasons count."""

from collections.abc import Callable, Iterator

from referral.billing.rules.checks.authorization import authorization
from referral.billing.rules.checks.companions import exclusion, milestone_reached, prerequisite
from referral.billing.rules.checks.contracts import contract, fee_row
from referral.billing.rules.checks.coverage import coverage, payer
from referral.billing.rules.checks.dates import filing_limit, future_date
from referral.billing.rules.checks.duplicates import duplicate
from referral.billing.rules.checks.evidence import evidence
from referral.billing.rules.checks.once import lifetime, milestone_paid, monthly_unit
from referral.billing.rules.checks.residence import consent, region
from referral.billing.rules.checks.time import minimum_time
from referral.billing.rules.reasons import Reason
from referral.billing.rules.review import LineReview

Check = Callable[[LineReview], Iterator[Reason]]

CHECKS: tuple[Check, ...] = (
    coverage,
    payer,
    region,
    consent,
    contract,
    fee_row,
    authorization,
    evidence,
    future_date,
    filing_limit,
    duplicate,
    monthly_unit,
    milestone_paid,
    lifetime,
    exclusion,
    prerequisite,
    milestone_reached,
    minimum_time,
)


def failures(review: LineReview) -> tuple[Reason, ...]:
    """Run every check on the line and return all that fail, in order; the first one decides."""
    return tuple(reason for check in CHECKS for reason in check(review))
