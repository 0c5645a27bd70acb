"""Open somebody in an emergency: say whom and why, read what will happen, do it; and the review of it by others."""

from uuid import UUID

from flask import Response, current_app
from flask.typing import ResponseReturnValue

from referral.foundation import clock
from referral.foundation.refusals import NotFound
from referral.people import emergencies, queries, service
from referral.people.permissions import PersonPermission
from referral.people.rules.break_glass import MOST_A_DAY, Verdict
from referral.people.schemas import EmergencyDeed, EmergencyForm, ReviewForm
from referral.people.views.blueprint import pages
from referral.web.forms import FormState
from referral.web.guard import allow
from referral.web.pages import go, read, redisplay, show, typed
from referral.web.transaction import db, me

VERDICTS = [
    (Verdict.JUSTIFIED.value, "Yes, it was an emergency"),
    (Verdict.NOT_JUSTIFIED.value, "No, it was not"),
]


def ask_page(form: FormState | None = None) -> Response:
    """Show the form that names somebody exactly, and asks for the reason."""
    return show("people/emergency_ask.html", form=form, most=MOST_A_DAY)


@pages.get("/emergencies/new")
@allow(PersonPermission.BREAK_GLASS)
def ask_emergency() -> ResponseReturnValue:
    """Show the form that names somebody exactly, and asks for the reason."""
    return ask_page()


@pages.post("/emergencies/confirm")
@allow(PersonPermission.BREAK_GLASS)
@redisplay(ask_page)
def confirm_emergency() -> ResponseReturnValue:
    """Say what will happen, before anything is looked up."""
    told = read(EmergencyForm)
    return show("people/emergency_confirm.html", told=told, values=typed() | {"understood": "true"})


@pages.post("/emergencies")
@allow(PersonPermission.BREAK_GLASS)
@redisplay(ask_page)
def break_glass() -> ResponseReturnValue:
    """Record the emergency and open the person, if they are there."""
    told = read(EmergencyDeed)
    told.pop("understood")
    base_url = str(current_app.config["PUBLIC_BASE_URL"])
    glass = service.break_glass(db(), **told, base_url=base_url, by=me(), at=clock.now())
    return go("people.emergency", glass_id=glass.id)


def emergency_page(glass_id: UUID, form: FormState | None = None) -> Response:
    """Show the emergency: to who asked, what it opened; to who reviews it, by whom it was asked and why."""
    at = clock.now()
    may_review = me().can(PersonPermission.REVIEW_GLASS)
    glass, asker, organization, reviewer = service.open_glass(db(), glass_id, by=me(), at=at, may_review=may_review)
    if glass.user_id != me().user_id:
        return show(
            "people/emergency_review.html",
            form=form,
            glass=glass,
            asker=asker,
            organization=organization,
            reviewer=reviewer,
            person=queries.visible(db(), glass.person_id) if glass.person_id else None,
            verdicts=VERDICTS,
            at=at,
        )
    is_open = glass.until is not None and at < glass.until
    opened = service.read_emergency(db(), glass, by=me(), at=at) if is_open else None
    has_record = opened is not None and queries.visible(db(), opened.person.id) is not None
    return show("people/emergency.html", glass=glass, opened=opened, has_record=has_record)


@pages.get("/emergencies/<uuid:glass_id>")
@allow(PersonPermission.READ_GLASS)
def emergency(glass_id: UUID) -> ResponseReturnValue:
    """Show one emergency to who asked or to who reviews it."""
    return emergency_page(glass_id)


@pages.get("/emergencies")
@allow(PersonPermission.REVIEW_GLASS)
def emergencies_to_review() -> ResponseReturnValue:
    """Show what waits for a review, and what was reviewed."""
    at = clock.now()
    waiting, past = emergencies.to_review(db(), me()), emergencies.reviewed(db(), me(), at=at)
    return show("people/emergencies.html", waiting=waiting, past=past, at=at)


@pages.post("/emergencies/<uuid:glass_id>/review")
@allow(PersonPermission.REVIEW_GLASS)
@redisplay(emergency_page)
def review_emergency(glass_id: UUID) -> ResponseReturnValue:
    """Say whether it was an emergency."""
    found = emergencies.glass(db(), glass_id)
    if found is None:
        raise NotFound
    service.review_glass(db(), found[0], **read(ReviewForm), by=me(), at=clock.now())
    return go("people.emergencies_to_review", "The review is recorded.")
