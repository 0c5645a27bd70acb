"""Steps 3 and 4: did the member live where the program works, and was consent in force?"""

from collections.abc import Iterator

from referral.billing.rules.reasons import Reason, ReasonCode
from referral.billing.rules.review import LineReview
from referral.programs.rules import RegionBasis, RegionResult, check_county


def region(review: LineReview) -> Iterator[Reason]:
    """Find a county of residence known to lie outside; programs that go by coverage check when enrolling."""
    program = review.terms.program
    if program.region_basis is not RegionBasis.RESIDENCE_COUNTY:
        return
    county = review.terms.member.county_on(review.line.served_on)
    if check_county(county, program.counties) is RegionResult.MISMATCH:
        yield Reason(ReasonCode.NOT_IN_REGION)


def consent(review: LineReview) -> Iterator[Reason]:
    """Find a day without consent; revoking never reaches back to earlier days."""
    days = {review.line.served_on, review.line.last_on}
    if not all(any(day in span for span in review.terms.member.consents) for day in days):
        yield Reason(ReasonCode.CONSENT_ENDED)
