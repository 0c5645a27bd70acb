"""Step 8: is everything there that the fee row wants to see?"""

from collections.abc import Iterator

from referral.billing.rules.reasons import Reason, ReasonCode
from referral.billing.rules.review import LineReview

# What shows that the service happened; everything else a row may want is a document.
SERVICE_RECORDS = frozenset({"contact", "delivery", "attendance", "visit", "minutes", "bed_nights"})


def evidence(review: LineReview) -> Iterator[Reason]:
    """Find records of the service, then documents, that are missing."""
    if review.row is None:
        return
    missing = set(review.row.evidence) - review.line.evidence
    if missing & SERVICE_RECORDS:
        yield Reason(ReasonCode.NO_SERVICE_EVIDENCE)
    if missing - SERVICE_RECORDS:
        yield Reason(ReasonCode.DOCUMENT_MISSING)
