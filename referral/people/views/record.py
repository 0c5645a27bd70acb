"""Change somebody's record, and the plans that cover them."""

from typing import Any
from uuid import UUID

from flask import Response
from flask.typing import ResponseReturnValue

from referral.foundation import clock
from referral.foundation.refusals import check_version
from referral.people import queries, service
from referral.people.permissions import PersonPermission
from referral.people.rules import ContactChannel
from referral.people.schemas import ChangedPerson, CoverageForm
from referral.people.views.blueprint import pages
from referral.people.views.search import language_options, plans
from referral.web import versions
from referral.web.forms import FormState
from referral.web.guard import allow
from referral.web.pages import go, read, redisplay, show
from referral.web.transaction import db, me

CHANNEL_WORDS = {
    ContactChannel.SMS: "Text",
    ContactChannel.VOICE: "Call",
    ContactChannel.EMAIL: "E-mail",
    ContactChannel.MAIL: "Letter",
}
WEEKDAYS = tuple(enumerate(("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")))
EMPTY: dict[str, Any] = {
    "called": None,
    "birth_on": None,
    "written_language": None,
    "needs_interpreter": None,
    "household_size": None,
    "email": None,
    "contact_preference": None,
    "can_text": None,
    "can_leave_message": None,
    "is_hidden": False,
}
"""What an emptied field of the form means."""


def edit_page(person_id: UUID, form: FormState | None = None) -> Response:
    """Show the record as a form."""
    person = service.open_person(db(), person_id, by=me(), at=clock.now(), why="edit")
    return show(
        "people/edit.html",
        form=form,
        person=person,
        phone=queries.primary_phone(db(), person_id),
        address=queries.address(db(), person_id),
        languages=language_options(),
        channels=[(channel.value, words) for channel, words in CHANNEL_WORDS.items()],
        weekdays=WEEKDAYS,
    )


@pages.get("/people/<uuid:person_id>/edit")
@allow(PersonPermission.CHANGE)
def edit(person_id: UUID) -> ResponseReturnValue:
    """Show the record as a form."""
    return edit_page(person_id)


@pages.post("/people/<uuid:person_id>/edit")
@allow(PersonPermission.CHANGE)
@redisplay(edit_page)
def change(person_id: UUID) -> ResponseReturnValue:
    """Keep the record as it was typed."""
    told = {**EMPTY, **read(ChangedPerson)}
    person = service.visible_person(db(), person_id)
    service.change_record(db(), person, told, version=versions.asked(), by=me(), at=clock.now())
    return go("desk.person", "The record is changed.", person_id=person_id)


def coverage_page(person_id: UUID, form: FormState | None = None) -> Response:
    """Show which plans cover somebody, and a form for another one."""
    person = service.open_person(db(), person_id, by=me(), at=clock.now(), why="coverage")
    return show(
        "people/coverage.html",
        form=form,
        person=person,
        coverages=queries.coverages(db(), person_id),
        version=queries.coverages_version(db(), person_id),
        plans=plans(),
        today=clock.today(me().time_zone),
    )


@pages.get("/people/<uuid:person_id>/coverage")
@allow(PersonPermission.CHANGE)
def coverage(person_id: UUID) -> ResponseReturnValue:
    """Show which plans cover somebody."""
    return coverage_page(person_id)


@pages.post("/people/<uuid:person_id>/coverage")
@allow(PersonPermission.CHANGE)
@redisplay(coverage_page)
def add_coverage(person_id: UUID) -> ResponseReturnValue:
    """Note that a plan covers somebody."""
    person = service.visible_person(db(), person_id)
    form = read(CoverageForm)
    service.lock(db(), person)
    check_version(versions.asked_if_any(), queries.coverages_version(db(), person_id))
    service.add_coverage(db(), person, **form, by=me(), at=clock.now())
    return go("people.coverage", "The coverage is noted.", person_id=person_id)
