"""Where a service is offered: a place is found by its ZIP code, and a confidential one is never given away."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from referral.directory.models import Accessibility, Address, Location, Service, ServiceAtLocation, ZipPlace
from referral.directory.queries.keeping import Words, address_of
from referral.directory.rules.vocabulary import GeoPrecision, LocationType
from referral.directory.service.own_word import mark_own, take_away
from referral.foundation.database import Base
from referral.foundation.refusals import Unfit
from referral.organizations.models import Organization

PARTS = frozenset({"address_1", "address_2", "city", "zip5", "transportation", "is_confidential"})
_STREET = ("address_1", "address_2", "zip5", "transportation")
_GIVES_AWAY = ("name", "alternate_name", "description", "transportation", "url", "external_identifier")


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Where a service is offered; without a street it is known by its ZIP, without a ZIP it is virtual."""

    zip5: str | None = None
    address_1: str | None = None
    address_2: str | None = None
    city: str | None = None
    name: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    is_confidential: bool = False


def new_location(session: Session, organization: Organization, site: Site) -> Location:
    """Return a place for a site, not yet added. Raises Unfit for a ZIP code that does not exist."""
    if site.zip5 is None:
        return Location(location_type=LocationType.VIRTUAL, name=site.name, time_zone=organization.time_zone)
    place = session.get(ZipPlace, site.zip5)
    if place is None:
        raise Unfit("zip5", f"There is no ZIP code {site.zip5}.")
    # A safe house stands where its ZIP's middle is: not even the search may give its door away.
    is_exact = site.latitude is not None and site.longitude is not None and not site.is_confidential
    return Location(
        location_type=LocationType.PHYSICAL,
        name=None if site.is_confidential else site.name,
        latitude=site.latitude if is_exact else place.latitude,
        longitude=site.longitude if is_exact else place.longitude,
        geo_precision=GeoPrecision.STATED if is_exact else GeoPrecision.ZIP,
        zip5=place.zip5,
        county=place.county,
        state=place.state,
        time_zone=place.timezone,
        is_confidential=site.is_confidential,
    )


def new_address(location: Location, site: Site) -> Address:
    """Return the address of a site, not yet added; of a confidential one only the city."""
    return Address(
        location_id=location.id,
        address_1=None if site.is_confidential else site.address_1,
        address_2=None if site.is_confidential else site.address_2,
        city=site.city,
        state_province=location.state,
        postal_code=None if site.is_confidential else location.zip5,
        country="US",
        address_type=LocationType.PHYSICAL,
    )


def change_site(session: Session, listing: ServiceAtLocation, before: Words, said: Mapping[str, Any]) -> set[UUID]:
    """Change where a listing is; returns every service that is offered there. Raises Unfit."""
    if before.is_confidential and any(said.get(name) for name in _STREET):
        raise Unfit("address_1", "This place is confidential: its address is not kept here.")
    if before.is_confidential and said.get("is_confidential") is False:
        raise Unfit("is_confidential", "A confidential place stays confidential. Add the service at another place.")
    location = _own_location(session, listing)
    address = address_of(session, location)
    if address is None:
        address = Address(location_id=location.id, country="US", address_type=LocationType.PHYSICAL)
        session.add(address)
    for name in ("address_1", "address_2", "city"):
        setattr(address, name, said.get(name, getattr(address, name)))
    if "transportation" in said:
        location.transportation = said["transportation"]
    if said.keys() & {"address_1", "zip5"}:
        _move(session, location, address, said.get("zip5", location.zip5))
    if said.get("is_confidential"):
        _hide(session, location)
    session.flush()
    mark_own(session, [listing.id, location.id, address.id])
    return set(
        session.scalars(select(ServiceAtLocation.service_id).where(ServiceAtLocation.location_id == location.id))
    )


def _own_location(session: Session, listing: ServiceAtLocation) -> Location:
    """Return the listing's place: a copy of it, where others offer something there too."""
    others = (
        select(Service.id)
        .join(ServiceAtLocation, ServiceAtLocation.service_id == Service.id)
        .where(
            ServiceAtLocation.location_id == listing.location_id,
            Service.organization_id != listing.service.organization_id,
        )
    )
    if session.scalars(others.limit(1)).first() is None:
        return listing.location
    address = address_of(session, listing.location)
    copy = Location(**_values(listing.location))
    session.add(copy)
    session.flush()
    if address is not None:
        session.add(Address(**_values(address) | {"location_id": copy.id}))
    listing.location_id, listing.location = copy.id, copy
    session.flush()
    return copy


def _values(row: Base) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in row.__table__.columns if column.key != "id"}


def _move(session: Session, location: Location, address: Address, zip5: str | None) -> None:
    """Put the place into the middle of its ZIP code: where its new door is exactly, nobody said."""
    place = session.get(ZipPlace, zip5) if zip5 else None
    if place is None:
        raise Unfit("zip5", f"There is no ZIP code {zip5}." if zip5 else "Write the ZIP code of the address.")
    location.location_type = LocationType.PHYSICAL
    location.latitude, location.longitude = place.latitude, place.longitude
    location.geo_precision, location.zip5 = GeoPrecision.ZIP, place.zip5
    location.county, location.state, location.time_zone = place.county, place.state, place.timezone
    address.postal_code, address.state_province = place.zip5, place.state


def _hide(session: Session, location: Location) -> None:
    """Let only the city be known: whatever could lead to the door is taken away, also from its other services."""
    place = session.get(ZipPlace, location.zip5) if location.zip5 else None
    location.is_confidential = True
    location.latitude, location.longitude = (place.latitude, place.longitude) if place else (None, None)
    location.geo_precision = GeoPrecision.ZIP if place else GeoPrecision.NONE
    for name in _GIVES_AWAY:
        setattr(location, name, None)
    session.flush()
    for address in session.scalars(select(Address).where(Address.location_id == location.id)):
        address.attention = address.address_1 = address.address_2 = address.region = address.postal_code = None
    for other in session.scalars(select(ServiceAtLocation).where(ServiceAtLocation.location_id == location.id)):
        other.description = None
    access = session.scalars(select(Accessibility.id).where(Accessibility.location_id == location.id)).all()
    take_away(session, Base.metadata.tables[Accessibility.__tablename__], access)
