"""Pages: what whoever keeps a listing says about it, an organization's own services, and a new one."""

from typing import Any
from uuid import UUID

from flask import Response, abort
from flask.typing import ResponseReturnValue

from referral.directory import queries, service
from referral.directory.permissions import DirectoryPermission
from referral.directory.queries import Listing
from referral.directory.queries.keeping import Words
from referral.directory.rules.freshness import CapacityState
from referral.directory.rules.languages import NAMES
from referral.directory.rules.vocabulary import STATUS_WORDS, ServiceStatus
from referral.directory.schemas import EMPTY, CapacityForm, ListingForm, NewListingForm, NewServiceForm
from referral.directory.views.blueprint import pages
from referral.directory.views.finding import NEEDS, ROOM_TONES, ROOM_WORDS
from referral.foundation import clock
from referral.web import versions
from referral.web.forms import FormState
from referral.web.guard import allow
from referral.web.pages import go, read, redisplay, show
from referral.web.transaction import db, me

CAPACITIES = [
    (CapacityState.OPEN.value, "We have room"),
    (CapacityState.LIMITED.value, "A little room is left"),
    (CapacityState.WAITLIST.value, "Waiting list", "People can be referred, and will wait"),
    (CapacityState.CLOSED.value, "No room now", "Hides the service from searches until it expires"),
]
ELSEWHERE = ("", "Another place, or by phone or online", "Write where below")


def services_page(form: FormState | None = None, **parameters: Any) -> Response:
    """Show the organization's own services."""
    organization_id = me().organization_id or abort(404)
    listings = queries.own_listings(db(), organization_id, at=clock.now())
    changed = parameters.get("service_at_location_id")
    return show(
        "directory/services.html",
        listings=listings,
        may_add=me().can(DirectoryPermission.ADD),
        statuses=STATUS_WORDS,
        capacities=CAPACITIES,
        room_words=ROOM_WORDS,
        room_tones=ROOM_TONES,
        form=form,
        changed=changed,
    )


@pages.get("/my-services")
@allow(DirectoryPermission.MAINTAIN)
def services() -> ResponseReturnValue:
    """Show the organization's own services."""
    return services_page()


@pages.post("/my-services/<uuid:service_at_location_id>/capacity")
@allow(DirectoryPermission.MAINTAIN)
@redisplay(services_page)
def set_capacity(service_at_location_id: UUID) -> ResponseReturnValue:
    """Say whether there is room."""
    said = read(CapacityForm)
    service.set_capacity(db(), service_at_location_id, seen=versions.asked(), by=me(), at=clock.now(), **said)
    return go("directory.services", "Thank you. Everybody who searches sees it now.")


@pages.post("/my-services/<uuid:service_at_location_id>/confirm")
@allow(DirectoryPermission.MAINTAIN)
@redisplay(services_page)
def confirm(service_at_location_id: UUID) -> ResponseReturnValue:
    """Confirm that the listing is right as it stands."""
    service.confirm_listing(db(), service_at_location_id, by=me(), at=clock.now())
    return go("directory.services", "Confirmed: this listing is right as of today.")


def details_page(service_at_location_id: UUID, form: FormState | None = None) -> Response:
    """Show what a listing says, part by part, to whoever keeps it."""
    _, said = service.edit_listing(db(), service_at_location_id, by=me())
    return show("directory/details.html", form=form, said=said, statuses=_statuses(said), **CHOICES)


def _statuses(said: Words) -> list[tuple[str, ...]]:
    """Return how a service can stand; *not offered* only where a source called it so."""
    offered = [one for one in STATUS_WORDS if one is not ServiceStatus.INACTIVE or one is said.status]
    return [(one.value, *STATUS_WORDS[one]) for one in offered]


CHOICES: dict[str, Any] = {"needs": NEEDS, "languages": list(NAMES.items())}


@pages.get("/directory/<uuid:service_at_location_id>/details")
@allow(DirectoryPermission.EDIT)
def details(service_at_location_id: UUID) -> ResponseReturnValue:
    """Show what a listing says, part by part, to whoever keeps it."""
    return details_page(service_at_location_id)


@pages.post("/directory/<uuid:service_at_location_id>/details")
@allow(DirectoryPermission.EDIT)
@versions.edits
@redisplay(details_page)
def change(service_at_location_id: UUID) -> ResponseReturnValue:
    """Say something else about a listing."""
    said, seen = {**EMPTY, **read(ListingForm)}, versions.asked()
    service.change_listing(db(), service_at_location_id, said, seen=seen, by=me(), at=clock.now())
    told = "Thank you. Everybody who searches reads it so from now on."
    return go("directory.listing", told, service_at_location_id=service_at_location_id)


def new_service_page(form: FormState | None = None) -> Response:
    """Show the form for another service of one's own organization."""
    organization_id = me().organization_id or abort(404)
    places = [(str(location_id), place) for location_id, place in queries.places_of(db(), organization_id)]
    return show("directory/new_service.html", form=form, places=[*places, ELSEWHERE], **CHOICES)


@pages.get("/my-services/new")
@allow(DirectoryPermission.ADD)
def new_service() -> ResponseReturnValue:
    """Show the form for another service of one's own organization."""
    return new_service_page()


@pages.post("/my-services/new")
@allow(DirectoryPermission.ADD)
@redisplay(new_service_page)
def offer() -> ResponseReturnValue:
    """Offer another service."""
    said, organization_id = read(NewServiceForm), me().organization_id or abort(404)
    place: dict[str, Any] = {"organization_id": organization_id, "location_id": said.pop("location_id")}
    listing = service.offer_service(db(), **place, said=said, by=me(), at=clock.now())
    return go("directory.listing", "Searches find the new service now.", service_at_location_id=listing.id)


def new_listing_page(form: FormState | None = None) -> Response:
    """Show the form for a listing that is missing; what is likely the same one stands above it."""
    likely: list[Listing] = []
    if form is not None and form.error("is_another"):
        phones, zip5 = form.value("phones").splitlines(), form.value("zip5").strip()
        named = form.value("organization")
        likely = queries.likely_listings(db(), organization=named, phones=phones, zip5=zip5, at=clock.now())
    return show("directory/new_listing.html", form=form, likely=likely, **CHOICES)


@pages.get("/directory/new")
@allow(DirectoryPermission.LIST)
def new_listing() -> ResponseReturnValue:
    """Show the form for a listing that is missing."""
    return new_listing_page()


@pages.post("/directory/new")
@allow(DirectoryPermission.LIST)
@redisplay(new_listing_page)
def list_unclaimed() -> ResponseReturnValue:
    """Add a listing that nobody keeps."""
    said = read(NewListingForm)
    named = {"organization": said.pop("organization"), "is_another": said.pop("is_another")}
    listing = service.list_unclaimed(db(), **named, said=said, by=me(), at=clock.now())
    return go("directory.listing", "Searches find it now.", service_at_location_id=listing.id)
