"""JSON: open somebody in an emergency, and review it; the same verbs as the pages."""

from typing import Any
from uuid import UUID

from flask import current_app
from flask_smorest import Blueprint

from referral.foundation import clock
from referral.foundation.refusals import NotFound
from referral.people import emergencies, queries, service
from referral.people.models import BreakGlass
from referral.people.permissions import PersonPermission
from referral.people.schemas import EmergencyDeed, EmergencyOut, GlassOut, ReviewForm, WaitingGlassPage
from referral.web.guard import allow
from referral.web.shapes import whole
from referral.web.transaction import db, me

api = Blueprint("emergencies_api", __name__, url_prefix="/api/v1/emergencies", description="Break-glass and its review")


@api.post("")
@allow(PersonPermission.BREAK_GLASS)
@api.arguments(EmergencyDeed)
@api.response(201, GlassOut)
def break_glass(told: dict[str, Any]) -> BreakGlass:
    """Open somebody in an emergency, named exactly; recorded and reviewed whether or not anybody is found."""
    told.pop("understood")
    base_url = str(current_app.config["PUBLIC_BASE_URL"])
    return service.break_glass(db(), **told, base_url=base_url, by=me(), at=clock.now())


@api.get("")
@allow(PersonPermission.REVIEW_GLASS)
@api.response(200, WaitingGlassPage)
def emergencies_to_review() -> dict[str, Any]:
    """List the emergencies that wait for a review."""
    return whole([_told(found) for found in emergencies.to_review(db(), me())])


@api.get("/<uuid:glass_id>")
@allow(PersonPermission.READ_GLASS)
@api.response(200, EmergencyOut)
def emergency(glass_id: UUID) -> dict[str, Any]:
    """Read one emergency; whoever broke the glass reads within the hour how to reach the person."""
    at, may_review = clock.now(), me().can(PersonPermission.REVIEW_GLASS)
    found = service.open_glass(db(), glass_id, by=me(), at=at, may_review=may_review)
    glass = found[0]
    if glass.user_id != me().user_id or glass.until is None or at >= glass.until:
        return _told(found)
    opened = service.read_emergency(db(), glass, by=me(), at=at)
    is_record_open = queries.visible(db(), opened.person.id) is not None
    return _told(found) | {"person": opened, "is_record_open": is_record_open}


@api.post("/<uuid:glass_id>/review")
@allow(PersonPermission.REVIEW_GLASS)
@api.arguments(ReviewForm)
@api.response(204)
def review_emergency(told: dict[str, Any], glass_id: UUID) -> None:
    """Say whether it was an emergency; never of what one asked for oneself."""
    found = emergencies.glass(db(), glass_id)
    if found is None:
        raise NotFound
    service.review_glass(db(), found[0], **told, by=me(), at=clock.now())


def _told(found: emergencies.Glass) -> dict[str, Any]:
    glass, asked_by, organization, reviewed_by = found
    shown = ("id", "asked_at", "until", "review_due_at", "reason", "sought", "reviewed_at", "verdict")
    who = {"asked_by": asked_by, "organization": organization, "reviewed_by": reviewed_by}
    return who | {name: getattr(glass, name) for name in shown} | {"is_open": glass.person_id is not None}
