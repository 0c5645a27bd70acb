"""What we remember of the loop."""

from referral.referrals.models.exports import RowExport
from referral.referrals.models.history import Comment, ContactAttempt, StatusChange
from referral.referrals.models.outcomes import Contradiction, OutcomeEvidence
from referral.referrals.models.parties import PARTY_COLUMNS
from referral.referrals.models.referral import Referral

__all__ = [
    "PARTY_COLUMNS",
    "Comment",
    "ContactAttempt",
    "Contradiction",
    "OutcomeEvidence",
    "Referral",
    "RowExport",
    "StatusChange",
]
