"""JSON: what people asked their care team for."""

from typing import Any
from uuid import UUID

from referral.foundation import clock
from referral.people import queries, service
from referral.people.api.records import api
from referral.people.models import PersonRequest
from referral.people.permissions import PersonPermission
from referral.people.schemas import RequestAnswer, RequestForm, RequestOut, RequestPage
from referral.web.guard import allow
from referral.web.shapes import whole
from referral.web.transaction import db, me


@api.get("/<uuid:person_id>/requests")
@allow(PersonPermission.CHANGE)
@api.response(200, RequestPage)
def requests(person_id: UUID) -> dict[str, Any]:
    """Read what somebody asked for, the latest first."""
    person = service.open_requests(db(), person_id, by=me(), at=clock.now())
    return whole(queries.requests_of(db(), person.id))


@api.post("/<uuid:person_id>/requests")
@allow(PersonPermission.CHANGE)
@api.arguments(RequestForm)
@api.response(201, RequestOut)
def note_request(told: dict[str, Any], person_id: UUID) -> PersonRequest:
    """Write down what somebody asked for by phone."""
    return service.ask(db(), service.visible_person(db(), person_id), **told, by=me(), at=clock.now())


@api.post("/<uuid:person_id>/requests/<uuid:request_id>/answer")
@allow(PersonPermission.CHANGE)
@api.arguments(RequestAnswer)
@api.response(200, RequestOut)
def answer_request(told: dict[str, Any], person_id: UUID, request_id: UUID) -> PersonRequest:
    """Answer a request; the person reads it on their page."""
    found = service.request_of(db(), service.visible_person(db(), person_id), request_id)
    service.answer(db(), found, words=told["answer"], by=me(), at=clock.now())
    return found
