"""JSON: search the directory, read a listing, say that it is wrong, text a list."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import current_app

from referral.directory import queries, service
from referral.directory.api.blueprint import api
from referral.directory.models import ListingReport
from referral.directory.permissions import DirectoryPermission
from referral.directory.queries import Found, Listing
from referral.directory.schemas import (
    FoundOut,
    ListingOut,
    ReportForm,
    ReportMade,
    ReportPage,
    ReportSettled,
    SearchQuery,
    TextedListForm,
    TextedListOut,
)
from referral.foundation import clock
from referral.foundation.refusals import NotFound
from referral.people import service as people
from referral.people.models import SignedLink
from referral.people.permissions import PersonPermission
from referral.web.guard import allow
from referral.web.shapes import whole
from referral.web.transaction import db, me


@api.get("/directory")
@allow(DirectoryPermission.SEARCH)
@api.arguments(SearchQuery, location="query")
@api.response(200, FoundOut)
def search(asked: dict[str, Any]) -> Found:
    """Find who can help; the best 50 with the reasons for their order."""
    return queries.search(db(), replace(asked["criteria"], network_id=me().network_id), at=clock.now())


@api.get("/directory/<uuid:service_at_location_id>")
@allow(DirectoryPermission.SEARCH)
@api.response(200, ListingOut)
def listing(service_at_location_id: UUID) -> Listing:
    """Read a listing."""
    return listing_now(service_at_location_id)


@api.post("/people/<uuid:person_id>/lists")
@allow(PersonPermission.TEXT_LIST)
@api.arguments(TextedListForm)
@api.response(201, TextedListOut)
def text_list(form: dict[str, Any], person_id: UUID) -> SignedLink:
    """Text a neutral link to a list of places to somebody who agreed to texts."""
    person = people.visible_person(db(), person_id)
    chosen = [found.id for found in queries.listings(db(), form["service_at_location_id"], at=clock.now())]
    base_url = str(current_app.config["PUBLIC_BASE_URL"])
    return people.text_list(db(), person, chosen, base_url=base_url, by=me(), at=clock.now())


@api.post("/directory/<uuid:service_at_location_id>/reports")
@allow(DirectoryPermission.REPORT)
@api.arguments(ReportForm)
@api.response(201, ReportMade)
def report(form: dict[str, Any], service_at_location_id: UUID) -> ListingReport:
    """Say that a listing is wrong; write nothing about a person."""
    return service.report_listing(db(), service_at_location_id, by=me(), at=clock.now(), **form)


@api.get("/listing-reports")
@allow(DirectoryPermission.SETTLE)
@api.response(200, ReportPage)
def reports() -> dict[str, Any]:
    """List what is said to be wrong with the listings that the asker looks after, the oldest first."""
    return whole(queries.reports_for(db(), me()))


@api.post("/listing-reports/<uuid:report_id>/settle")
@allow(DirectoryPermission.SETTLE)
@api.arguments(ReportSettled)
@api.response(200, ReportPage)
def settle(form: dict[str, Any], report_id: UUID) -> dict[str, Any]:
    """Say what became of a report; answers what still waits."""
    service.settle_report(db(), report_id, by=me(), at=clock.now(), **form)
    return whole(queries.reports_for(db(), me()))


def listing_now(service_at_location_id: UUID) -> Listing:
    """Return a listing as it stands; raises NotFound."""
    found = queries.listing(db(), service_at_location_id, at=clock.now())
    if found is None:
        raise NotFound("There is no such listing.")
    return found
