"""What whoever keeps a listing does with its words: change them, pause or end the service, offer another one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from referral.audit import service as audit
from referral.directory.models import Location, Service, ServiceAtLocation
from referral.directory.queries import keeping as queries
from referral.directory.queries.keeping import Words
from referral.directory.queries.likely import likely_listings
from referral.directory.service import parts
from referral.directory.service.listings import add_service, assure
from referral.directory.service.own_word import mark_own
from referral.directory.service.preparing import prepare
from referral.directory.service.sites import PARTS as PARTS_OF_A_SITE
from referral.directory.service.sites import Site, change_site
from referral.directory.service.words import learn_words
from referral.foundation.principal import Principal
from referral.foundation.refusals import NotAllowed, NotFound, Unfit, check_version
from referral.organizations import service as organizations
from referral.organizations.models import Organization

COLUMNS = {
    "name": "name",
    "description": "description",
    "status": "status",
    "alert": "alert",
    "email": "email",
    "url": "url",
    "eligibility": "eligibility_description",
    "minimum_age": "minimum_age",
    "maximum_age": "maximum_age",
    "application_process": "application_process",
}
"""Words of a listing that stand in one column of its service."""


def edit_listing(session: Session, service_at_location_id: UUID, *, by: Principal) -> tuple[ServiceAtLocation, Words]:
    """Return a listing that the asker keeps, with what it says now. Raises NotFound, NotAllowed."""
    listing = queries.kept_listing(session, service_at_location_id)
    if listing is None:
        raise NotFound("There is no such listing.")
    if not queries.may_edit(session, listing.service.organization, by):
        raise NotAllowed("Somebody else keeps this listing: tell them what is wrong with it.")
    return listing, queries.words_of(session, listing)


def change_listing(
    session: Session,
    service_at_location_id: UUID,
    said: Mapping[str, Any],
    *,
    seen: int | None,
    by: Principal,
    at: datetime,
) -> ServiceAtLocation:
    """Say something else about a listing; that assures the whole listing as of today, and searches find it so at once.

    `said` are parts of `Words`; what is said again changes and assures nothing. Raises NotFound, NotAllowed, Stale,
    and Unfit for a field that cannot be used.
    """
    listing, before = edit_listing(session, service_at_location_id, by=by)
    check_version(seen, before.version)
    changed = {name: value for name, value in said.items() if value != getattr(before, name)}
    if not changed:
        return listing
    touched = _change(session, listing, before, changed)
    service = listing.service
    service.last_modified = at
    assure(session, listing, by=by, at=at, method="edit")
    mark_own(session, [service.id])
    prepare(session, touched | {service.id}, at=at)
    learn_words(session, [service.name, service.description or ""])
    subject = ("service_at_location", listing.id)
    audit.record(session, "directory:listing:changed", by=by, at=at, subject=subject, fields=sorted(changed))
    return listing


def offer_service(
    session: Session,
    *,
    organization_id: UUID,
    said: Mapping[str, Any],
    location_id: UUID | None = None,
    by: Principal,
    at: datetime,
) -> ServiceAtLocation:
    """Add a service of an organization, at a place where it already is or at the new one that `said` describes.

    Raises NotAllowed where the asker does not keep its listings, Unfit for a field that cannot be used.
    """
    organization = session.get(Organization, organization_id)
    if organization is None or not queries.may_edit(session, organization, by):
        raise NotAllowed("Only the organization itself adds its services.")
    words = {name: value for name, value in said.items() if name not in PARTS_OF_A_SITE}
    listing = add_service(
        session,
        organization,
        name=words.pop("name"),
        categories=words.pop("needs"),
        site=_own_place(session, organization, location_id) if location_id else _new_site(said),
        is_found_at_once=False,
        by=by,
        at=at,
    )
    listing, before = edit_listing(session, listing.id, by=by)
    _change(session, listing, before, {name: value for name, value in words.items() if value != getattr(before, name)})
    if said.get("transportation") and not location_id and not listing.location.is_confidential:
        listing.location.transportation = said["transportation"]
    assure(session, listing, by=by, at=at, method="edit")
    prepare(session, [listing.service_id], at=at)
    return listing


def list_unclaimed(
    session: Session, *, organization: str, is_another: bool, said: Mapping[str, Any], by: Principal, at: datetime
) -> ServiceAtLocation:
    """Add a listing of an organization that does not work here; a supervisor keeps it until somebody claims it.

    Raises Unfit where it is likely there already, unless it was said that it `is_another`.
    """
    likely = likely_listings(
        session, organization=organization, phones=said.get("phones", ()), zip5=said.get("zip5"), at=at
    )
    if likely and not is_another:
        raise Unfit("is_another", f"It may be there already: {likely[0].title}, {likely[0].place}.")
    listed = organizations.list_organization(session, name=organization, time_zone=by.time_zone, by=by, at=at)
    return offer_service(session, organization_id=listed.id, said=said, by=by, at=at)


def _change(session: Session, listing: ServiceAtLocation, before: Words, changed: Mapping[str, Any]) -> set[UUID]:
    """Change the parts; returns the services whose listings that may change."""
    service = listing.service
    for name in changed.keys() & COLUMNS.keys():
        setattr(service, COLUMNS[name], changed[name])
    _check_ages(service)
    if "hours" in changed:
        parts.change_hours(session, listing, changed["hours"])
    if "phones" in changed:
        parts.change_phones(session, listing, changed["phones"], is_only_site=before.sites == 1)
    if "languages" in changed:
        parts.change_languages(session, listing, changed["languages"])
    if "documents" in changed:
        parts.change_documents(session, service, changed["documents"])
    if "cost" in changed:
        parts.change_cost(session, service, changed["cost"])
    if "needs" in changed:
        parts.change_needs(session, service, changed["needs"])
    site = {name: value for name, value in changed.items() if name in PARTS_OF_A_SITE}
    touched = change_site(session, listing, before, site) if site else set[UUID]()
    session.flush()
    return touched


def _check_ages(service: Service) -> None:
    low, high = service.minimum_age, service.maximum_age
    if low is not None and high is not None and low > high:
        raise Unfit("maximum_age", "The highest age is below the lowest.")


def _own_place(session: Session, organization: Organization, location_id: UUID) -> Location:
    if location_id not in dict(queries.places_of(session, organization.id)):
        raise Unfit("location_id", "Choose one of the organization's places.")
    return session.get_one(Location, location_id)


def _new_site(said: Mapping[str, Any]) -> Site:
    names = ("zip5", "address_1", "address_2", "city", "is_confidential")
    site = Site(**{name: said[name] for name in names if said.get(name)})
    if site.zip5 is None and (site.address_1 or site.city or site.is_confidential):
        raise Unfit("zip5", "Write the ZIP code of the address.")
    return site
