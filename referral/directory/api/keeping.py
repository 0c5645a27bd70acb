"""JSON: keep a listing, say whether there is room, offer another service."""

from typing import Any
from uuid import UUID

from flask import abort

from referral.directory import queries, service
from referral.directory.api.blueprint import api
from referral.directory.api.finding import listing_now
from referral.directory.permissions import DirectoryPermission
from referral.directory.queries import Listing, Room
from referral.directory.queries.keeping import Words
from referral.directory.schemas import (
    CapacityForm,
    ListingChanges,
    ListingOut,
    ListingPage,
    NewListing,
    NewService,
    PlacePage,
    RoomOut,
    WordsOut,
)
from referral.foundation import clock
from referral.web import versions
from referral.web.guard import allow
from referral.web.shapes import whole
from referral.web.transaction import db, me


@api.get("/my-services")
@allow(DirectoryPermission.MAINTAIN)
@api.response(200, ListingPage)
def services() -> dict[str, Any]:
    """List the organization's own services."""
    organization_id = me().organization_id
    return whole(queries.own_listings(db(), organization_id, at=clock.now()) if organization_id else [])


@api.get("/my-services/<uuid:service_at_location_id>/capacity")
@allow(DirectoryPermission.MAINTAIN)
@api.response(200, RoomOut)
def capacity(service_at_location_id: UUID) -> Room:
    """Read what is said about room; its ETag is what a change of it names."""
    return listing_now(service_at_location_id).room


@api.put("/my-services/<uuid:service_at_location_id>/capacity")
@allow(DirectoryPermission.MAINTAIN)
@api.arguments(CapacityForm)
@api.response(200, ListingOut)
def set_capacity(form: dict[str, Any], service_at_location_id: UUID) -> Listing:
    """Say whether there is room; If-Match names the version of what was said before, "0" for nothing."""
    service.set_capacity(db(), service_at_location_id, seen=versions.asked(), by=me(), at=clock.now(), **form)
    return listing_now(service_at_location_id)


@api.post("/my-services/<uuid:service_at_location_id>/confirm")
@allow(DirectoryPermission.MAINTAIN)
@api.response(200, ListingOut)
def confirm(service_at_location_id: UUID) -> Listing:
    """Confirm that a listing is right as it stands."""
    service.confirm_listing(db(), service_at_location_id, by=me(), at=clock.now())
    return listing_now(service_at_location_id)


@api.get("/directory/<uuid:service_at_location_id>/details")
@allow(DirectoryPermission.EDIT)
@api.response(200, WordsOut)
def details(service_at_location_id: UUID) -> Words:
    """Read what a listing says, part by part; its ETag is what a change of it names."""
    _, said = service.edit_listing(db(), service_at_location_id, by=me())
    return said


@api.patch("/directory/<uuid:service_at_location_id>/details")
@allow(DirectoryPermission.EDIT)
@api.arguments(ListingChanges)
@api.response(200, WordsOut)
def change(form: dict[str, Any], service_at_location_id: UUID) -> Words:
    """Say something else about a listing, which assures it as of today; If-Match names the version that was read."""
    service.change_listing(db(), service_at_location_id, form, seen=versions.asked(), by=me(), at=clock.now())
    return details_now(service_at_location_id)


@api.get("/my-services/places")
@allow(DirectoryPermission.ADD)
@api.response(200, PlacePage)
def places() -> dict[str, Any]:
    """List the places where the organization offers something already."""
    organization_id = me().organization_id or abort(404)
    found = queries.places_of(db(), organization_id)
    return whole([{"location_id": location_id, "place": place} for location_id, place in found])


@api.post("/my-services")
@allow(DirectoryPermission.ADD)
@api.arguments(NewService)
@api.response(201, WordsOut)
def offer(form: dict[str, Any]) -> Words:
    """Offer another service, at one of the organization's places or a new one; without a ZIP code it has no place."""
    location_id, organization_id = form.pop("location_id"), me().organization_id or abort(404)
    made = service.offer_service(
        db(), organization_id=organization_id, said=form, location_id=location_id, by=me(), at=clock.now()
    )
    return details_now(made.id)


@api.post("/directory")
@allow(DirectoryPermission.LIST)
@api.arguments(NewListing)
@api.response(201, WordsOut)
def list_unclaimed(form: dict[str, Any]) -> Words:
    """Add a listing of an organization that does not work here; 422 where it may be there already."""
    named = {"organization": form.pop("organization"), "is_another": form.pop("is_another")}
    made = service.list_unclaimed(db(), **named, said=form, by=me(), at=clock.now())
    return details_now(made.id)


def details_now(service_at_location_id: UUID) -> Words:
    """Return what a listing says as it stands."""
    db().expire_all()
    _, said = service.edit_listing(db(), service_at_location_id, by=me())
    return said
