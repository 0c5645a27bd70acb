"""What people do about people: take in, find, change, ask for consent, open and close."""

from referral.people.service.access import grant, revoke
from referral.people.service.consents import consent_of, record_consent, withdraw_consent
from referral.people.service.contact import add_phone, end_phone, move_to, note_safe_contact, safe_contact_of
from referral.people.service.persons import (
    Match,
    add_person,
    change_person,
    find_likely,
    likely_same,
    open_person,
    visible_person,
)
from referral.people.service.profile import add_coverage, end_coverage, note_demographic

__all__ = [
    "Match",
    "add_coverage",
    "add_person",
    "add_phone",
    "change_person",
    "consent_of",
    "end_coverage",
    "end_phone",
    "find_likely",
    "grant",
    "likely_same",
    "move_to",
    "note_demographic",
    "note_safe_contact",
    "open_person",
    "record_consent",
    "revoke",
    "safe_contact_of",
    "visible_person",
    "withdraw_consent",
]
