"""Pages: a need, its moves, its category, needs added by hand, and warm hand-offs counted."""

from uuid import UUID

from flask.typing import ResponseReturnValue

from referral.foundation import clock
from referral.people import service as people
from referral.people.rules import NeedCategory, label
from referral.screening import service
from referral.screening.models import Need
from referral.screening.permissions import ScreeningPermission
from referral.screening.rules import NeedAction
from referral.screening.schemas import CategoryForm, HandOffForm, MoveForm, NeedForm
from referral.screening.views.blueprint import pages
from referral.web import versions
from referral.web.forms import FormState
from referral.web.guard import allow
from referral.web.pages import go, read, redisplay, show
from referral.web.transaction import db, me

CATEGORIES = [(category.value, label(category)) for category in NeedCategory]
DONE = {
    NeedAction.CONFIRM: "The need is confirmed.",
    NeedAction.DECLINE_HELP: "Noted: no help wanted with this.",
    NeedAction.DISMISS: "The need is dismissed.",
    NeedAction.MEET: "The need is met.",
    NeedAction.MEET_ELSEWHERE: "The need is met elsewhere.",
    NeedAction.LEAVE_UNMET: "The need stays unmet.",
}


def need_page(need_id: UUID, form: FormState | None = None, **_parameters: object) -> ResponseReturnValue:
    """Show a need, what it rests on, what happened to it and what can happen next."""
    need = _open(need_id)
    person = people.open_person(db(), need.person_id, by=me(), at=clock.now())
    return show(
        "screening/need.html",
        need=need,
        person=person,
        behind=service.words_behind(db(), need),
        history=service.history(db(), need),
        categories=CATEGORIES,
        form=form or FormState(),
    )


@pages.get("/needs/<uuid:need_id>")
@allow(ScreeningPermission.READ_NEED)
def need(need_id: UUID) -> ResponseReturnValue:
    """Show a need."""
    return need_page(need_id)


@pages.post(f"/needs/<uuid:need_id>/<any({', '.join(NeedAction)}):action>")
@allow(ScreeningPermission.CHANGE_NEED)
@redisplay(need_page)
def move(need_id: UUID, action: str) -> ResponseReturnValue:
    """Confirm, dismiss with a reason, or end a need."""
    step = NeedAction(action)
    moved = service.move_need(db(), _open(need_id), step, by=me(), at=clock.now(), **read(MoveForm))
    return _back(moved, DONE[step])


@pages.post("/needs/<uuid:need_id>/category")
@allow(ScreeningPermission.CHANGE_NEED)
@redisplay(need_page)
def recategorize(need_id: UUID) -> ResponseReturnValue:
    """Put a need into another category."""
    form, seen = read(CategoryForm), versions.asked()
    changed = service.change_category(db(), _open(need_id), seen=seen, by=me(), at=clock.now(), **form)
    return go("screening.need", "The category is changed.", need_id=changed.id)


@pages.post("/needs/<uuid:need_id>/hand-off")
@allow(ScreeningPermission.CHANGE_NEED)
@redisplay(need_page)
def hand_off(need_id: UUID) -> ResponseReturnValue:
    """Count a warm hand-off: nothing about the person is kept with it."""
    service.count_hand_off(db(), read(HandOffForm)["kind"], by=me(), at=clock.now())
    return go("screening.need", "Counted. Nothing about the person was kept with it.", need_id=need_id)


def new_need_page(person_id: UUID, form: FormState | None = None) -> ResponseReturnValue:
    """Show the form for a need that was told outside a screening."""
    person = people.open_person(db(), person_id, by=me(), at=clock.now())
    return show("screening/new_need.html", person=person, categories=CATEGORIES, form=form or FormState())


@pages.get("/people/<uuid:person_id>/needs/new")
@allow(ScreeningPermission.CHANGE_NEED)
def new_need(person_id: UUID) -> ResponseReturnValue:
    """Show the form for a need."""
    return new_need_page(person_id)


@pages.post("/people/<uuid:person_id>/needs/new")
@allow(ScreeningPermission.CHANGE_NEED)
@redisplay(new_need_page)
def add_need(person_id: UUID) -> ResponseReturnValue:
    """Add a need that the person told."""
    person = people.open_person(db(), person_id, by=me(), at=clock.now())
    added = service.add_need(db(), person, by=me(), at=clock.now(), **read(NeedForm))
    return go("screening.need", "The need is on the list.", need_id=added.id)


def _open(need_id: UUID) -> Need:
    return service.open_need(db(), need_id, by=me(), at=clock.now())


def _back(need: Need, message: str) -> ResponseReturnValue:
    """Back to the findings where the need came from one screening and others may wait there."""
    if need.screening_id is None:
        return go("screening.need", message, need_id=need.id)
    return go("screening.result", message, screening_id=need.screening_id)
