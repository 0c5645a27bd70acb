"""What people asked their care team for: read, answer, and write down what was said by phone."""

from uuid import UUID

from flask import Response
from flask.typing import ResponseReturnValue

from referral.foundation import clock
from referral.people import queries, service
from referral.people.permissions import PersonPermission
from referral.people.rules.requests import WORDS
from referral.people.schemas import RequestAnswer, RequestForm
from referral.people.views.blueprint import pages
from referral.web.forms import FormState
from referral.web.guard import allow
from referral.web.pages import go, read, redisplay, show
from referral.web.transaction import db, me


def requests_page(person_id: UUID, form: FormState | None = None, request_id: UUID | None = None) -> Response:
    """Show what somebody asked for, the open ones with a form; an error belongs to the form of its request."""
    person = service.open_requests(db(), person_id, by=me(), at=clock.now())
    return show(
        "people/requests.html",
        form=form,
        erring=request_id,
        person=person,
        requests=queries.requests_of(db(), person_id),
        words=WORDS,
        kinds=[(kind.value, label) for kind, label in WORDS.items()],
    )


@pages.get("/people/<uuid:person_id>/requests")
@allow(PersonPermission.CHANGE)
def requests(person_id: UUID) -> ResponseReturnValue:
    """Show what somebody asked for."""
    return requests_page(person_id)


@pages.post("/people/<uuid:person_id>/requests")
@allow(PersonPermission.CHANGE)
@redisplay(requests_page)
def note_request(person_id: UUID) -> ResponseReturnValue:
    """Write down what somebody asked for by phone."""
    person = service.visible_person(db(), person_id)
    service.ask(db(), person, **read(RequestForm), by=me(), at=clock.now())
    return go("people.requests", "It is written down.", person_id=person_id)


@pages.post("/people/<uuid:person_id>/requests/<uuid:request_id>")
@allow(PersonPermission.CHANGE)
@redisplay(requests_page)
def answer_request(person_id: UUID, request_id: UUID) -> ResponseReturnValue:
    """Answer a request."""
    found = service.request_of(db(), service.visible_person(db(), person_id), request_id)
    service.answer(db(), found, words=read(RequestAnswer)["answer"], by=me(), at=clock.now())
    return go("people.requests", "Answered. They read it on their page.", person_id=person_id)
