"""Take a person's record out of every table, or empty what bills still stand on."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Table, delete, func, select, update
from sqlalchemy.orm import Session

from referral.audit import service as audit
from referral.billing.models import Invoice, Payment
from referral.foundation.database import Base
from referral.foundation.principal import Principal
from referral.foundation.refusals import Refused
from referral.people.models import Person
from referral.retention import queries
from referral.retention.models import Tombstone
from referral.retention.rules import RetentionClass

ASKED = "erasure request"
"""What the tombstone of a request stands for; what stays under it leaves by the clock, with a tombstone of its own."""


class Place(StrEnum):
    """What becomes of a table's rows about a person when the record leaves."""

    GOES = "goes"
    """Deleted at once."""
    HISTORY = "history"
    """Append-only: deleted at once through the function that alone may do it."""
    UNDER_BILLS = "under bills"
    """Emptied while bills stand on it, deleted with the last of them."""
    LEDGER = "ledger"
    """Append-only and of the bills: stays as it is, then leaves with them."""
    STAYS = "stays"
    """Proof with a time of its own."""


_GOES = {
    "access_grant",
    "answer",
    "break_glass",
    "contact_attempt",
    "contradiction",
    "demographic",
    "message",
    "message_status",
    "need_answer",
    "need_change",
    "outcome_evidence",
    "person_address",
    "person_phone",
    "person_request",
    "question",
    "retention_hold",
    "screening",
    "signed_link",
    "urgent_answer",
}
_UNDER_BILLS = {
    "consent",
    "coverage",
    "delivery",
    "enrollment",
    "invoice_line",
    "need",
    "person",
    "referral",
    "service_authorization",
}
PLACES: Mapping[str, Place] = {
    **dict.fromkeys(_GOES, Place.GOES),
    **dict.fromkeys(_UNDER_BILLS, Place.UNDER_BILLS),
    "status_change": Place.HISTORY,
    "authorization_change": Place.HISTORY,
    "comment": Place.HISTORY,
    "ledger_entry": Place.LEDGER,
    "audit_event": Place.STAYS,
    "disclosure": Place.STAYS,
    "erasure": Place.STAYS,
}
"""Every table that names a person. Coverage stays under bills: without its member id a claim says of nobody."""

_UNKNOWN = (
    "suffix",
    "called",
    "birth_on",
    "written_language",
    "needs_interpreter",
    "household_size",
    "email",
    "contact_preference",
    "can_text",
    "can_leave_message",
    "safe_from",
    "safe_until",
    "safe_note",
    "safe_confirmed_at",
    "time_zone",
    "owner_user_id",
)
_NAMES = ("given_name", "family_name", "folded_name", "folded_family_name", "family_name_sound")
EMPTIED: Mapping[str, Mapping[str, Any]] = {
    "person": {
        **dict.fromkeys(_NAMES, ""),
        **dict.fromkeys(_UNKNOWN),
        "language": "en",
        "safe_channels": [],
        "safe_weekdays": [],
    },
    "referral": {"note": None, "area": None, "reason_code": None},
    "need": {"screening_id": None, "dismiss_reason": None},
    "enrollment": {"criteria": {}, "findings": [], "reason": None},
    "service_authorization": {"note": None},
    "consent": {"signed_link_id": None},
}
"""What is taken out of a row that bills stand on. A consent stays as it was signed: it let the bill be sent."""


def erase(session: Session, person_id: UUID, *, spares_bills: bool) -> bool:
    """Remove everything about the person, in the order of the foreign keys; returns whether bare rows stay."""
    spares = spares_bills and queries.has_bills(session, person_id)
    _walk(session, person_id, is_spared=spares)
    return spares


def erase_at_request(session: Session, number: str, *, by: Principal, at: datetime) -> None:
    """Empty the record with this number because the person asked, whatever its age.

    Bare rows stay, as a proof of what was allowed and paid, until their own time is over.
    Raises Refused for a number that no record has, and while a legal hold keeps it.
    """
    person_id = session.scalar(select(Person.id).where(Person.number == number))
    if person_id is None:
        raise Refused("No record has this number.")
    if queries.is_held(session, person_id, at=at):
        raise Refused("A legal hold keeps this record: whoever set it has to end it first.")
    network_id = session.get_one(Person, person_id).network_id
    _walk(session, person_id, is_spared=True)
    kind = RetentionClass.CLIENT_RECORD
    session.add(Tombstone(record_kind=ASKED, record_id=person_id, retention_class=kind, rule="The person asked", at=at))
    audit.record(session, "person:erased", by=by, at=at, person_id=person_id, network_id=network_id)


def erase_invoices(session: Session, ids: Sequence[UUID]) -> None:
    """Remove invoices that no line stands on any more, with their history and what was paid."""
    if ids:
        session.execute(select(func.retention_delete_invoice_history(list(ids))))
        session.execute(delete(Payment).where(Payment.invoice_id.in_(ids)))
        session.execute(delete(Invoice).where(Invoice.id.in_(ids)))


def _walk(session: Session, person_id: UUID, *, is_spared: bool) -> None:
    session.flush()
    for table in _ordered():
        _clear(session, table, person_id, is_spared=is_spared)
    session.expire_all()


def _ordered() -> list[Table]:
    """Every table with a person, those that point at others first."""
    tables = Base.metadata.sorted_tables
    return [table for table in reversed(tables) if table is Person.__table__ or "person_id" in table.columns]


def _clear(session: Session, table: Table, person_id: UUID, *, is_spared: bool) -> None:
    place = PLACES[table.name]
    is_bills = place in (Place.UNDER_BILLS, Place.LEDGER)
    whose = (table.c.id if table is Person.__table__ else table.c.person_id) == person_id
    if place is Place.STAYS:
        return
    if is_spared and is_bills:
        if emptied := EMPTIED.get(table.name):
            session.execute(update(table).where(whose).values(**emptied))
    elif place in (Place.HISTORY, Place.LEDGER):
        session.execute(select(func.retention_delete_history(table.name, person_id)))
    else:
        session.execute(delete(table).where(whose))
