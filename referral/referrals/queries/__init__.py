"""What we ask about referrals."""

from referral.referrals.queries.choices import Choice, Listing, channel_to, choices, consent_for, listing_of
from referral.referrals.queries.clocks import answer_due_at
from referral.referrals.queries.levels import is_level_open, is_masked
from referral.referrals.queries.listed import ListedReferral
from referral.referrals.queries.lists import (
    PAGE,
    contradicted,
    count_contradictions,
    inbox,
    inbox_counts,
    sent,
    sent_back,
    sent_box,
    sent_counts,
    to_call,
)
from referral.referrals.queries.nameless import nameless
from referral.referrals.queries.records import (
    all_evidence_of,
    attempts_of,
    changes_of,
    contradiction,
    count_attempts,
    evidence_from,
    evidence_of,
    last_settled_at,
    open_contradiction,
    open_one_like,
    referrals_of_need,
    referrals_of_person,
    resting_on,
    visible,
)
from referral.referrals.queries.seen import SeenPerson, numbers_to_call, seen_person
from referral.referrals.queries.timeline import Entry, EntryKind, timeline

__all__ = [
    "PAGE",
    "Choice",
    "Entry",
    "EntryKind",
    "ListedReferral",
    "Listing",
    "SeenPerson",
    "all_evidence_of",
    "answer_due_at",
    "attempts_of",
    "changes_of",
    "channel_to",
    "choices",
    "consent_for",
    "contradicted",
    "contradiction",
    "count_attempts",
    "count_contradictions",
    "evidence_from",
    "evidence_of",
    "inbox",
    "inbox_counts",
    "is_level_open",
    "is_masked",
    "last_settled_at",
    "listing_of",
    "nameless",
    "numbers_to_call",
    "open_contradiction",
    "open_one_like",
    "referrals_of_need",
    "referrals_of_person",
    "resting_on",
    "seen_person",
    "sent",
    "sent_back",
    "sent_box",
    "sent_counts",
    "timeline",
    "to_call",
    "visible",
]
