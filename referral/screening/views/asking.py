"""Pages: choose an instrument, one question after another, look over the answers, what was found."""

from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from referral.foundation import clock
from referral.people import service as people
from referral.people.rules import LANGUAGES
from referral.screening import queries, service
from referral.screening.permissions import ScreeningPermission
from referral.screening.schemas import AnswerForm, StartForm
from referral.screening.service import Sheet
from referral.screening.views.blueprint import pages
from referral.web.forms import FormState
from referral.web.guard import allow
from referral.web.pages import go, read, redisplay, show
from referral.web.transaction import db, me


def choose_page(person_id: UUID, form: FormState | None = None) -> ResponseReturnValue:
    """Show the instruments on offer, and what must be said before the first question."""
    person = people.open_person(db(), person_id, by=me(), at=clock.now())
    offers = service.offers(db(), network_id=person.network_id)
    return show(
        "screening/choose.html",
        person=person,
        offers=offers,
        languages=[(language.tag, language.name) for language in LANGUAGES.values()],
        form=form or FormState(),
    )


@pages.get("/people/<uuid:person_id>/screenings/new")
@allow(ScreeningPermission.ASK)
def choose(person_id: UUID) -> ResponseReturnValue:
    """Show the instruments on offer."""
    return choose_page(person_id)


@pages.post("/people/<uuid:person_id>/screenings/new")
@allow(ScreeningPermission.ASK)
@redisplay(choose_page)
def begin(person_id: UUID) -> ResponseReturnValue:
    """Begin the questions."""
    form = read(StartForm)
    person = people.open_person(db(), person_id, by=me(), at=clock.now())
    offer = service.offer(db(), form.pop("choice"))
    screening = service.start(db(), person, offer.version, panels=offer.panels, by=me(), at=clock.now(), **form)
    return go("screening.ask", screening_id=screening.id)


def ask_page(screening_id: UUID, form: FormState | None = None) -> ResponseReturnValue:
    """Show the next question, or the one that was asked for; at the end, the answers."""
    sheet = _sheet(screening_id)
    item = sheet.item(request.values.get("link_id")) or sheet.next_item
    if not sheet.screening.is_open:
        return go("screening.result", screening_id=screening_id)
    if item is None:
        return show("screening/review.html", sheet=sheet, person=sheet.person, form=form or FormState())
    return show("screening/ask.html", sheet=sheet, person=sheet.person, item=item, form=form or FormState())


@pages.get("/screenings/<uuid:screening_id>")
@allow(ScreeningPermission.ASK)
def ask(screening_id: UUID) -> ResponseReturnValue:
    """Show the next question."""
    return ask_page(screening_id)


@pages.post("/screenings/<uuid:screening_id>")
@allow(ScreeningPermission.ASK)
@redisplay(ask_page)
def record(screening_id: UUID) -> ResponseReturnValue:
    """Keep the answer at once; an urgent one says what to do now."""
    form = read(AnswerForm)
    screening = service.open_screening(db(), screening_id, by=me(), at=clock.now())
    answer = service.answer(db(), screening, form.pop("link_id"), by=me(), at=clock.now(), **form)
    if queries.urgent_by_answer(db(), answer.id) is not None:
        return go("screening.now", screening_id=screening.id)
    return go("screening.ask", screening_id=screening.id)


@pages.get("/screenings/<uuid:screening_id>/review")
@allow(ScreeningPermission.ASK)
def review(screening_id: UUID) -> ResponseReturnValue:
    """Show every question with its answer, to correct or to end."""
    sheet = _sheet(screening_id)
    return show("screening/review.html", sheet=sheet, person=sheet.person, form=FormState())


def review_page(screening_id: UUID, form: FormState) -> ResponseReturnValue:
    """Show the answers again with what keeps the questions from ending."""
    sheet = _sheet(screening_id)
    return show("screening/review.html", sheet=sheet, person=sheet.person, form=form)


@pages.post("/screenings/<uuid:screening_id>/finish")
@allow(ScreeningPermission.ASK)
@redisplay(review_page)
def finish(screening_id: UUID) -> ResponseReturnValue:
    """End the questions and show what they found."""
    screening = service.open_screening(db(), screening_id, by=me(), at=clock.now())
    service.complete(db(), screening, by=me(), at=clock.now())
    return go("screening.result", screening_id=screening.id)


@pages.get("/screenings/<uuid:screening_id>/result")
@allow(ScreeningPermission.READ)
def result(screening_id: UUID) -> ResponseReturnValue:
    """Show suggested needs, flags and answers."""
    return result_page(screening_id)


def result_page(screening_id: UUID, form: FormState | None = None) -> ResponseReturnValue:
    """Show what the questions found, and what can be done with each need."""
    sheet = _sheet(screening_id)
    return show("screening/result.html", sheet=sheet, person=sheet.person, form=form or FormState())


def _sheet(screening_id: UUID) -> Sheet:
    screening = service.open_screening(db(), screening_id, by=me(), at=clock.now())
    return service.sheet(db(), screening, reader=me().user_id)
