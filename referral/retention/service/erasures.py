"""Requests that a record be erased: noted when the person asks, decided by two administrators, done by the worker."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from referral.audit import service as audit
from referral.foundation import jobs
from referral.foundation.principal import Principal, system
from referral.foundation.refusals import NotFound, Refused, check_second_person
from referral.people import queries as people
from referral.people.models import Person, PersonRequest
from referral.people.rules.requests import RequestKind
from referral.retention import queries
from referral.retention.models import Erasure
from referral.retention.rules import ERASE_WITHIN
from referral.retention.service.removing import erase_at_request

ERASER = system("retention.erase")


def note_erasure(session: Session, request: PersonRequest) -> Erasure | None:
    """Put a person's wish before the administrators; None for a request about anything else."""
    if request.kind is not RequestKind.ERASE:
        return None
    person = session.get_one(Person, request.person_id)
    asked_on = people.local_time(session, person.network_id, request.asked_at).date()
    noted = Erasure(
        person_id=person.id,
        network_id=person.network_id,
        number=person.number,
        asked_at=request.asked_at,
        due_on=asked_on + ERASE_WITHIN,
    )
    session.add(noted)
    session.flush()
    return noted


def propose_erasure(session: Session, erasure_id: UUID, *, by: Principal, at: datetime) -> None:
    """Propose to erase the record; it happens once somebody else confirmed it. Raises Refused while a hold keeps it."""
    erasure = _open(session, erasure_id, by=by)
    if erasure.proposed_at is not None:
        raise Refused("Somebody proposed this already.")
    _check_hold(session, erasure, at=at)
    erasure.proposed_at, erasure.proposed_by_user_id = at, by.user_id
    _record(session, "erasure:proposed", erasure, by=by, at=at)


def confirm_erasure(session: Session, erasure_id: UUID, *, by: Principal, at: datetime) -> None:
    """Confirm what somebody else proposed: the worker erases the record at once. Raises Refused for one's own."""
    erasure = _open(session, erasure_id, by=by)
    if erasure.proposed_at is None:
        raise Refused("Nobody proposed this yet.")
    check_second_person(erasure.proposed_by_user_id, by.user_id)
    _check_hold(session, erasure, at=at)
    erasure.confirmed_at, erasure.confirmed_by_user_id = at, by.user_id
    _record(session, "erasure:confirmed", erasure, by=by, at=at)
    jobs.add(session, "retention.erase", key=f"erasure-{erasure.id}@{at.isoformat()}", erasure_id=erasure.id)


def close_erasure(session: Session, erasure_id: UUID, *, reason: str, by: Principal, at: datetime) -> None:
    """Close a request without erasing, such as when the person thought better of it; says why, without names."""
    erasure = _open(session, erasure_id, by=by)
    erasure.ended_at, erasure.reason = at, reason
    _record(session, "erasure:closed", erasure, by=by, at=at)


def carry_out(session: Session, erasure_id: UUID, *, at: datetime) -> None:
    """Erase the record of a confirmed request; a hold that was set meanwhile sends it back to the administrators."""
    erasure = session.get_one(Erasure, erasure_id, with_for_update=True, populate_existing=True)
    if erasure.ended_at is not None or erasure.confirmed_at is None:
        return
    if queries.is_held(session, erasure.person_id, at=at):
        erasure.proposed_at = erasure.confirmed_at = None
        erasure.proposed_by_user_id = erasure.confirmed_by_user_id = None
        return
    erasure.ended_at = at
    session.flush()
    erase_at_request(session, erasure.number, by=ERASER, at=at)


def _open(session: Session, erasure_id: UUID, *, by: Principal) -> Erasure:
    query = select(Erasure).where(
        Erasure.id == erasure_id,
        Erasure.network_id == by.network_id,
        Erasure.ended_at.is_(None),
        Erasure.confirmed_at.is_(None),
    )
    found = session.scalars(query.with_for_update()).one_or_none()
    if found is None:
        raise NotFound
    return found


def _check_hold(session: Session, erasure: Erasure, *, at: datetime) -> None:
    if queries.is_held(session, erasure.person_id, at=at):
        raise Refused("A legal hold keeps this record: whoever set it has to end it first.")


def _record(session: Session, action: str, erasure: Erasure, *, by: Principal, at: datetime) -> None:
    session.flush()
    audit.record(session, action, by=by, at=at, network_id=erasure.network_id, subject=("erasure", erasure.id))
