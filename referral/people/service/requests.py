"""What a person asks for beside help: to be called, a correction, the end of the record; the care team answers."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from referral.audit import service as audit
from referral.foundation import jobs
from referral.foundation.principal import Principal
from referral.foundation.refusals import NotFound, Refused
from referral.people import queries
from referral.people.models import Person, PersonRequest
from referral.people.rules import GivenBy
from referral.people.rules.requests import MAX_OPEN_REQUESTS, RequestKind


def ask(
    session: Session,
    person: Person,
    *,
    kind: RequestKind,
    words: str,
    by: Principal,
    at: datetime,
    reader: GivenBy = GivenBy.SELF,
) -> PersonRequest:
    """Keep what a person asks for, on their page or by phone; raises Refused while five wait, or an erasure does.

    Only the person asks that the record be erased; whoever speaks for them asks the care team.
    """
    waiting = [one for one in queries.requests_of(session, person.id) if one.answered_at is None]
    if len(waiting) >= MAX_OPEN_REQUESTS:
        raise Refused("Five requests wait for an answer already.")
    if kind is RequestKind.ERASE and any(one.kind is RequestKind.ERASE for one in waiting):
        raise Refused("This was asked already and waits for an answer.")
    if kind is RequestKind.ERASE and reader is not GivenBy.SELF:
        raise Refused("Only the person asks for this.")
    request = PersonRequest(
        person_id=person.id,
        network_id=person.network_id,
        kind=kind,
        reader=reader,
        words=words,
        asked_at=at,
        noted_by_user_id=by.user_id,
    )
    session.add(request)
    session.flush()
    _record(session, "person:asked", request, by=by, at=at)
    jobs.add(session, "person.asked", key=f"person-request-{request.id}", person_request_id=request.id)
    return request


def answer(session: Session, request: PersonRequest, *, words: str, by: Principal, at: datetime) -> None:
    """Answer a request, which closes it; the person reads the answer on their page. Raises Refused the second time."""
    session.refresh(request, with_for_update=True)
    if request.answered_at is not None:
        raise Refused("Somebody answered this already.")
    request.answer, request.answered_at, request.answered_by_user_id = words, at, by.user_id
    session.flush()
    _record(session, "person:request-answered", request, by=by, at=at)


def request_of(session: Session, person: Person, request_id: UUID) -> PersonRequest:
    """Return a request of this person, or raise NotFound."""
    found = session.get(PersonRequest, request_id)
    if found is None or found.person_id != person.id:
        raise NotFound
    return found


def open_requests(session: Session, person_id: UUID, *, by: Principal, at: datetime) -> Person:
    """Open what a person asked for; the reading is written down. Raises NotFound for whom the asker may not see."""
    person = queries.visible(session, person_id)
    if person is None:
        raise NotFound
    subject = ("person_request", "list")
    audit.record(
        session, "person_request:read", by=by, at=at, person_id=person.id, network_id=person.network_id, subject=subject
    )
    return person


def _record(session: Session, action: str, request: PersonRequest, *, by: Principal, at: datetime) -> None:
    told: dict[str, Any] = {"subject": ("person_request", request.id), "kind": request.kind}
    audit.record(session, action, by=by, at=at, person_id=request.person_id, network_id=request.network_id, **told)
