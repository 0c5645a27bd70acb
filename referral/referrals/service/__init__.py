"""What people do with referrals. Every page, program, message and clock comes through these verbs."""

from referral.referrals.service.comments import comment
from referral.referrals.service.contacts import log_contact
from referral.referrals.service.evidence import (
    person_answered,
    record_evidence,
    resolve_contradiction,
    retract_evidence,
    withhold_outcome,
)
from referral.referrals.service.exports import ask_for_rows, decide_rows, take_members_rows, take_rows
from referral.referrals.service.moves import move
from referral.referrals.service.needs import follow_need
from referral.referrals.service.reading import find_contradiction, find_referral, open_referral
from referral.referrals.service.rows import lock
from referral.referrals.service.sending import allow_sharing, refer

__all__ = [
    "allow_sharing",
    "ask_for_rows",
    "comment",
    "decide_rows",
    "find_contradiction",
    "find_referral",
    "follow_need",
    "lock",
    "log_contact",
    "move",
    "open_referral",
    "person_answered",
    "record_evidence",
    "refer",
    "resolve_contradiction",
    "retract_evidence",
    "take_members_rows",
    "take_rows",
    "withhold_outcome",
]
