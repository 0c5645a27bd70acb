"""What people do about people: take in, find, change, ask for consent, open and close."""

from referral.people.service.access import grant, revoke
from referral.people.service.consents import (
    consent_of,
    follow_ends,
    open_consents,
    record_consent,
    withdraw_consent,
)
from referral.people.service.contact import add_phone, move_to, note_safe_contact
from referral.people.service.intake import (
    agree_by_voice,
    ask_to_open,
    change_record,
    describe,
    found_in_network,
    take_in,
)
from referral.people.service.links import (
    LINK_READER,
    MadeLink,
    count_failed_try,
    find_link,
    is_birth_date,
    open_list,
    principal_of_link,
    request_signature,
    share_own_page,
    sign,
    text_list,
)
from referral.people.service.persons import (
    Match,
    add_person,
    change_person,
    find_likely,
    likely_same,
    open_person,
    search,
    visible_person,
)
from referral.people.service.profile import add_coverage, end_coverage, note_demographic

__all__ = [
    "LINK_READER",
    "MadeLink",
    "Match",
    "add_coverage",
    "add_person",
    "add_phone",
    "agree_by_voice",
    "ask_to_open",
    "change_person",
    "change_record",
    "consent_of",
    "count_failed_try",
    "describe",
    "end_coverage",
    "find_likely",
    "find_link",
    "follow_ends",
    "found_in_network",
    "grant",
    "is_birth_date",
    "likely_same",
    "move_to",
    "note_demographic",
    "note_safe_contact",
    "open_consents",
    "open_list",
    "open_person",
    "principal_of_link",
    "record_consent",
    "request_signature",
    "revoke",
    "search",
    "share_own_page",
    "sign",
    "take_in",
    "text_list",
    "visible_person",
    "withdraw_consent",
]
