"""JSON: instruments, screenings answer by answer, and needs; the same verbs as the pages."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from referral.audit import service as audit
from referral.foundation import clock
from referral.foundation.refusals import NotFound
from referral.people import service as people
from referral.screening import queries, service
from referral.screening.models import InstrumentVersion, Need, Screening
from referral.screening.permissions import ScreeningPermission
from referral.screening.schemas import (
    AnswerSchema,
    CategoryForm,
    HandOffForm,
    InstrumentDocument,
    InstrumentPage,
    NeedEventPage,
    NeedForm,
    NeedMove,
    NeedOut,
    NeedPage,
    ScreeningOut,
    ScreeningPage,
    StartSchema,
    UrgentForm,
)
from referral.web import versions
from referral.web.guard import allow
from referral.web.shapes import whole
from referral.web.transaction import db, me

api = Blueprint("screening_api", __name__, url_prefix="/api/v1", description="Screenings and needs")


@api.get("/instruments")
@allow(ScreeningPermission.READ)
@api.response(200, InstrumentPage)
def list_instruments() -> dict[str, Any]:
    """List the instruments on offer."""
    return whole(queries.instruments(db()))


@api.get("/instruments/<uuid:instrument_id>")
@allow(ScreeningPermission.READ)
@api.response(200, InstrumentDocument)
def instrument(instrument_id: UUID) -> InstrumentVersion:
    """Read one version of an instrument with its FHIR Questionnaire."""
    return _instrument(instrument_id)


@api.get("/people/<uuid:person_id>/screenings")
@allow(ScreeningPermission.READ)
@api.response(200, ScreeningPage)
def screenings(person_id: UUID) -> dict[str, Any]:
    """List a person's screenings, the latest first."""
    person = people.open_person(db(), person_id, by=me(), at=clock.now())
    found = queries.screenings_of(db(), person.id)
    audit.record_list(db(), "screening:listed", at=clock.now(), kind="screening", ids=[one.id for one in found])
    return whole(found)


@api.post("/people/<uuid:person_id>/screenings")
@allow(ScreeningPermission.ASK)
@api.arguments(StartSchema)
@api.response(201, ScreeningOut)
def start(form: dict[str, Any], person_id: UUID) -> dict[str, Any]:
    """Begin a screening."""
    person = people.open_person(db(), person_id, by=me(), at=clock.now())
    version = _instrument(form.pop("instrument_id"))
    return _shown(service.start(db(), person, version, by=me(), at=clock.now(), **form))


@api.get("/screenings/<uuid:screening_id>")
@allow(ScreeningPermission.READ)
@api.response(200, ScreeningOut)
def screening(screening_id: UUID) -> dict[str, Any]:
    """Read a screening, its answers and the question that comes next."""
    return _shown(_open(screening_id))


@api.put("/screenings/<uuid:screening_id>/answers/<path:link_id>")
@allow(ScreeningPermission.ASK)
@versions.one_writer
@api.arguments(AnswerSchema)
@api.response(200, ScreeningOut)
def answer(form: dict[str, Any], screening_id: UUID, link_id: str) -> dict[str, Any]:
    """Record what came of one question; a link id that begins with a slash is written without it."""
    found = _open(screening_id)
    known = service.instrument_of(found)
    link_id = link_id if known.item(link_id) else f"/{link_id}"
    service.answer(db(), found, link_id, by=me(), at=clock.now(), **form)
    return _shown(found)


@api.post("/screenings/<uuid:screening_id>/urgent")
@allow(ScreeningPermission.ASK)
@api.arguments(UrgentForm)
@api.response(200, ScreeningOut)
def act_on_urgent(form: dict[str, Any], screening_id: UUID) -> dict[str, Any]:
    """Keep what is urgent and who took it over, for every urgent answer that still waits."""
    found = _open(screening_id)
    waiting = [row for row in queries.urgent_answers_of(db(), found.id) if not row.first_contact_at]
    if not waiting:
        raise NotFound
    service.act_on(db(), waiting, by=me(), at=clock.now(), **form)
    return _shown(found)


@api.post("/screenings/<uuid:screening_id>/complete")
@allow(ScreeningPermission.ASK)
@api.response(200, NeedPage)
def complete(screening_id: UUID) -> dict[str, Any]:
    """End a screening and return the needs it suggests."""
    return whole(service.complete(db(), _open(screening_id), by=me(), at=clock.now()))


@api.get("/people/<uuid:person_id>/needs")
@allow(ScreeningPermission.READ_NEED)
@api.response(200, NeedPage)
def needs(person_id: UUID) -> dict[str, Any]:
    """List a person's needs."""
    person = people.open_person(db(), person_id, by=me(), at=clock.now())
    found: Sequence[Need] = queries.needs_of(db(), person.id)
    audit.record_list(db(), "need:listed", at=clock.now(), kind="need", ids=[need.id for need in found])
    return {"items": found, "next": None}


@api.post("/people/<uuid:person_id>/needs")
@allow(ScreeningPermission.CHANGE_NEED)
@api.arguments(NeedForm)
@api.response(201, NeedOut)
def add_need(form: dict[str, Any], person_id: UUID) -> Need:
    """Add a need that the person told."""
    person = people.open_person(db(), person_id, by=me(), at=clock.now())
    return service.add_need(db(), person, by=me(), at=clock.now(), **form)


@api.get("/needs/<uuid:need_id>")
@allow(ScreeningPermission.READ_NEED)
@api.response(200, NeedOut)
def need(need_id: UUID) -> Need:
    """Read a need."""
    return service.open_need(db(), need_id, by=me(), at=clock.now())


@api.get("/needs/<uuid:need_id>/story")
@allow(ScreeningPermission.READ_NEED)
@api.response(200, NeedEventPage)
def story(need_id: UUID) -> dict[str, Any]:
    """Read what happened to a need, the newest first, and the answers it rests on."""
    found = service.open_need(db(), need_id, by=me(), at=clock.now())
    return whole(service.history(db(), found)) | {"behind": service.words_behind(db(), found)}


@api.post("/needs/<uuid:need_id>/move")
@allow(ScreeningPermission.CHANGE_NEED)
@api.arguments(NeedMove)
@api.response(200, NeedOut)
def move(form: dict[str, Any], need_id: UUID) -> Need:
    """Confirm, dismiss with a reason, or end a need."""
    found = service.open_need(db(), need_id, by=me(), at=clock.now())
    return service.move_need(db(), found, form.pop("action"), by=me(), at=clock.now(), **form)


@api.post("/needs/<uuid:need_id>/category")
@allow(ScreeningPermission.CHANGE_NEED)
@api.arguments(CategoryForm)
@api.response(200, NeedOut)
def recategorize(form: dict[str, Any], need_id: UUID) -> Need:
    """Put a need into another category."""
    found = service.open_need(db(), need_id, by=me(), at=clock.now())
    return service.change_category(db(), found, seen=versions.asked_if_any(), by=me(), at=clock.now(), **form)


@api.post("/hand-offs")
@allow(ScreeningPermission.CHANGE_NEED)
@api.arguments(HandOffForm)
@api.response(204)
def hand_off(form: dict[str, Any]) -> None:
    """Count a warm hand-off of the organization; nothing about a person is taken."""
    service.count_hand_off(db(), form["kind"], by=me(), at=clock.now())


def _instrument(instrument_id: UUID) -> InstrumentVersion:
    found = db().get(InstrumentVersion, instrument_id)
    if found is None:
        raise NotFound
    return found


def _open(screening_id: UUID) -> Screening:
    return service.open_screening(db(), screening_id, by=me(), at=clock.now())


def _shown(found: Screening) -> dict[str, Any]:
    sheet = service.sheet(db(), found, reader=me().user_id)
    columns = {column.key: getattr(found, column.key) for column in found.__table__.columns}
    following = sheet.next_item if found.is_open else None
    return columns | {
        "answers": [line.answer for line in sheet.lines if line.answer],
        "domains": sheet.domains,
        "next_link_id": following.link_id if following else None,
        "scores": sheet.scores,
        "access_flags": [item.link_id for item in sheet.access_flags],
        "clinical_flags": [mark.link_id for mark in sheet.clinical_flags],
        "need_ids": [need.id for need in sheet.needs],
        "denied_need_ids": [need.id for need in sheet.denied],
        "urgent": sheet.urgent,
        "act_now": service.act_now(sheet.urgent),
    }
