"""The story of a referral in the words of a page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from referral.referrals.queries import Entry, EntryKind
from referral.referrals.rules import Connection, PersonAnswer, Status
from referral.web.chips import STATUS_LOOKS, in_words

SAID = {"helped": "help arrived", "partly": "part of the help arrived", "not_helped": "no help arrived"}
WAYS = {"phone": "Phone call", "text": "Text", "email": "Email", "letter": "Letter", "visit": "Visit"}
SPEAKERS = {
    "provider_report": "The organization says",
    "delivery_record": "A delivery record says",
    "paid_line": "A paid invoice line says",
    "person_confirmation": "The person says",
}
ANSWERS = [
    (PersonAnswer.HELPED, "Yes, help arrived"),
    (PersonAnswer.PARTLY, "Partly"),
    (PersonAnswer.NOT_HELPED, "No"),
]
CONNECTIONS = {
    Connection.CONNECTED: "Help arrived",
    Connection.REPORTED: "Reported by the organization only",
    Connection.NOT_CONNECTED: "Help did not arrive",
    Connection.UNKNOWN: "Nobody has said yet",
    Connection.WITHHELD: "Withheld",
}
CONNECTION_TONES = {
    Connection.CONNECTED: "good",
    Connection.REPORTED: "waiting",
    Connection.NOT_CONNECTED: "no",
    Connection.UNKNOWN: "quiet",
    Connection.WITHHELD: "ended",
}
KIND_ICONS = {
    EntryKind.CONTACT: "phone",
    EntryKind.COMMENT: "mail",
    EntryKind.EVIDENCE: "comment",
    EntryKind.REVIEW: "priority_high",
}


@dataclass(frozen=True, slots=True)
class Event:
    """One line as the timeline draws it."""

    at: datetime
    what: str
    who: str
    note: str | None
    icon: str
    recorded_at: datetime


def story_of(entries: Iterable[Entry], *, shows_content: bool) -> list[Event]:
    """Return the story, the newest first; without content only where it stands, no notes and no reports."""
    told = [entry for entry in entries if shows_content or entry.kind is EntryKind.MOVE]
    return [_event(entry, shows_content=shows_content) for entry in reversed(told)]


def _event(entry: Entry, *, shows_content: bool) -> Event:
    look = STATUS_LOOKS.get(entry.code)
    return Event(
        at=entry.occurred_at,
        what=_what(entry),
        who=_who(entry),
        note=entry.note if shows_content else None,
        icon=KIND_ICONS.get(entry.kind) or (look.icon if look else "radio_button_unchecked"),
        recorded_at=entry.recorded_at,
    )


def _who(entry: Entry) -> str:
    """Return name and organization; an account named after its organization says it once."""
    is_named = bool(entry.who and entry.organization and entry.organization in entry.who)
    return ", ".join(name for name in (entry.who, "" if is_named else entry.organization) if name)


def _what(entry: Entry) -> str:
    match entry.kind:
        case EntryKind.MOVE:
            words = in_words(entry.code) if entry.code != Status.SENT else "Sent"
            return f"{words}: {entry.reason}" if entry.reason else words
        case EntryKind.CONTACT:
            return f"{WAYS[entry.detail]} to the person: {entry.code.replace('_', ' ')}"
        case EntryKind.COMMENT:
            return "Wrote to the other side"
        case EntryKind.EVIDENCE:
            words = f"{SPEAKERS[entry.detail]}: {SAID[entry.code]}"
            return f"{words} (taken back)" if entry.is_retracted else words
        case EntryKind.REVIEW if entry.code == "opened":
            return "The reports contradict each other: somebody should ask the person again"
        case EntryKind.REVIEW:
            return f"Asked again: {SAID[entry.code]}"
