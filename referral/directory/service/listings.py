"""What an organization does with its listings: add a service, say whether there is room, confirm that it is right."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from referral.audit import service as audit
from referral.directory.models import (
    CapacityStatus,
    Language,
    Location,
    Phone,
    Schedule,
    Service,
    ServiceArea,
    ServiceAtLocation,
    ServiceNeed,
    Verification,
)
from referral.directory.queries.keeping import kept_listing
from referral.directory.rules import freshness, hours
from referral.directory.rules.freshness import CapacityState
from referral.directory.rules.languages import language_name
from referral.directory.rules.phones import read_phone
from referral.directory.rules.problems import Unusable
from referral.directory.rules.vocabulary import NeedSource, ServiceStatus
from referral.directory.service.preparing import prepare
from referral.directory.service.sites import Site, new_address, new_location
from referral.directory.service.words import learn_words
from referral.foundation.principal import Principal, PrincipalKind
from referral.foundation.refusals import NotAllowed, NotFound, Refused, Stale, check_version
from referral.organizations.models import Organization
from referral.people.rules import NeedCategory


def add_service(
    session: Session,
    organization: Organization,
    *,
    name: str,
    categories: Iterable[NeedCategory],
    site: Site | Location,
    by: Principal,
    at: datetime,
    phone: str | None = None,
    schedules: Sequence[hours.Schedule] = (),
    languages: Iterable[str] = (),
    counties: Iterable[str] = (),
    states: Iterable[str] = (),
    is_found_at_once: bool = True,
    **fields: Any,
) -> ServiceAtLocation:
    """Add an active service at a new site or a place there is. `counties` read *NC Wake*; `fields` are HSDS columns.

    Whoever adds many lets them not be found at once, and calls `prepare` for all of them at the end.
    Raises Refused for a ZIP code or a telephone number that does not exist.
    """
    service = Service(organization_id=organization.id, name=name, status=ServiceStatus.ACTIVE, **fields)
    location = new_location(session, organization, site) if isinstance(site, Site) else site
    session.add_all([service, location])
    session.flush()
    listing = ServiceAtLocation(service_id=service.id, location_id=location.id)
    session.add(listing)
    session.add_all(ServiceNeed(service_id=service.id, need=one, source=NeedSource.STATED) for one in set(categories))
    session.add_all(Language(service_id=service.id, code=code, name=language_name(code)) for code in languages)
    session.add_all(_schedule(service.id, one) for one in schedules)
    if isinstance(site, Site) and (site.address_1 or site.city):
        session.add(new_address(location, site))
    if phone:
        session.add(_phone(service.id, phone))
    if counties or states:
        session.add(ServiceArea(service_id=service.id, counties=sorted(counties), states=sorted(states)))
    session.flush()
    if is_found_at_once:
        prepare(session, [service.id], at=at)
    learn_words(session, [name, service.description or "", organization.name])
    audit.record(session, "directory:service:added", by=by, at=at, subject=("service", service.id))
    return listing


def set_capacity(
    session: Session,
    service_at_location_id: UUID,
    *,
    status: CapacityState,
    by: Principal,
    at: datetime,
    available: int | None = None,
    note: str | None = None,
    is_beds: bool = False,
    seen: int | None = None,
) -> CapacityStatus:
    """Say whether there is room; it stands for seven days (beds: one day) and is unknown after that.

    `seen` is the version of the statement that was shown; raises Stale when there is another one.
    """
    listing = _own_listing(session, service_at_location_id, by)
    values = {
        "status": status,
        "available": available,
        "note": note,
        "set_by_user_id": by.user_id,
        "set_by_organization_id": by.organization_id,
        "updated_at": at,
        "expires_at": freshness.capacity_expiry(at, is_beds=is_beds),
    }
    _say_room(session, listing.id, values, seen=seen)
    subject = ("service_at_location", listing.id)
    audit.record(session, "directory:capacity:set", by=by, at=at, subject=subject, status=status.value)
    return session.get_one(CapacityStatus, listing.id, populate_existing=True)


def _say_room(session: Session, listing_id: UUID, values: Mapping[str, Any], *, seen: int | None) -> None:
    """Write the statement over the one that was seen, in one step: of two at once the second is Stale."""
    said = session.get(CapacityStatus, listing_id, populate_existing=True)
    check_version(seen, said.version if said else 0)
    statement = upsert(CapacityStatus).values(service_at_location_id=listing_id, version=1, **values)
    over = statement.on_conflict_do_update(
        index_elements=["service_at_location_id"],
        set_={**values, "version": CapacityStatus.version + 1},
        where=CapacityStatus.version == seen if seen is not None else None,
    )
    if session.execute(over.returning(CapacityStatus.version)).first() is None:
        raise Stale


def confirm_listing(
    session: Session, service_at_location_id: UUID, *, by: Principal, at: datetime, method: str = "portal"
) -> Service:
    """Confirm that a listing is right as it stands."""
    listing = _own_listing(session, service_at_location_id, by)
    assure(session, listing, by=by, at=at, method=method)
    service = listing.service
    audit.record(session, "directory:listing:confirmed", by=by, at=at, subject=("service", service.id), method=method)
    return service


def assure(session: Session, listing: ServiceAtLocation, *, by: Principal, at: datetime, method: str) -> None:
    """Keep who says that the listing's service is right as it stands today, where it is, and how they said it."""
    listing.service.assured_date = at.astimezone(ZoneInfo(listing.location.time_zone)).date()
    session.add(
        Verification(
            service_id=listing.service_id,
            user_id=by.user_id,
            organization_id=by.organization_id,
            method=method,
            verified_at=at,
        )
    )
    session.flush()


def _own_listing(session: Session, service_at_location_id: UUID, by: Principal) -> ServiceAtLocation:
    listing = kept_listing(session, service_at_location_id)
    if listing is None:
        raise NotFound("There is no such listing.")
    is_own = by.organization_id == listing.service.organization_id
    if not is_own and by.kind is not PrincipalKind.SYSTEM:
        raise NotAllowed("Only the organization itself keeps its listings.")
    return listing


def _phone(service_id: UUID, text: str) -> Phone:
    try:
        number, extension = read_phone(text)
    except Unusable as unusable:
        raise Refused(f"Nobody could dial {text}.") from unusable
    return Phone(service_id=service_id, number=number, extension=extension, type="voice")


def _schedule(service_id: UUID, schedule: hours.Schedule) -> Schedule:
    return Schedule(service_id=service_id, **{name: getattr(schedule, name) for name in schedule.__slots__})
