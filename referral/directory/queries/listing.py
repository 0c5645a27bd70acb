"""One listing with everything that is known about it, and an organization's own listings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from referral.directory.models import CapacityStatus, Location, Service, ServiceAtLocation
from referral.directory.queries.cards import Card, cards
from referral.directory.queries.details import Details, Row, details
from referral.directory.queries.ids import is_one_of
from referral.directory.rules.freshness import CapacityState, Freshness, capacity_now, freshness, say_freshness
from referral.directory.rules.opening import opening, say_opening
from referral.directory.rules.text import listing_title, says_inactive
from referral.directory.rules.vocabulary import GeoPrecision, NeedSource, ServiceStatus
from referral.organizations.models import Organization
from referral.people.rules import NeedCategory

STANDING = (
    ServiceStatus.ACTIVE, ServiceStatus.TEMPORARILY_CLOSED, ServiceStatus.INACTIVE, ServiceStatus.DEFUNCT,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """Whether there is room: the state now, how many, the note, until when it stands."""

    state: CapacityState
    available: int | None
    note: str | None
    updated_at: datetime | None
    expires_at: datetime | None
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A service at a location as its page shows it."""

    id: UUID
    title: str
    service: Service
    organization: Organization
    location: Location
    place: str
    is_about: bool
    """Whether the point on the map is only the middle of a ZIP code or city."""
    phones: tuple[str, ...]
    cost: str
    eligibility: str
    needs: Sequence[tuple[NeedCategory, NeedSource]]
    languages: Sequence[str]
    documents: Sequence[str]
    accessibility: Sequence[str]
    areas: Sequence[str]
    schedules: Sequence[str]
    opening: str
    room: Room
    freshness: Freshness
    freshness_text: str
    is_maybe_ended: bool
    gone_on: date | None
    """Since when its source no longer has it."""
    source: str | None
    imported_on: date | None
    licence: str | None


def listing(session: Session, service_at_location_id: UUID, *, at: datetime) -> Listing | None:
    """Return a listing with everything its page shows, or None."""
    return next(iter(_listings(session, ServiceAtLocation.id == service_at_location_id, at=at)), None)


def listings(session: Session, ids: Sequence[UUID], *, at: datetime) -> list[Listing]:
    """Return the listings in the order of their ids; those that do not exist are left out."""
    found = {one.id: one for one in _listings(session, is_one_of(ServiceAtLocation.id, ids), at=at)}
    return [found[id_] for id_ in dict.fromkeys(ids) if id_ in found]


def own_listings(session: Session, organization_id: UUID, *, at: datetime) -> list[Listing]:
    """Return the listings of an organization by name of the service: what is offered, then what is paused or over."""
    found = _listings(session, Service.organization_id == organization_id, at=at)
    return sorted(found, key=lambda one: STANDING.index(one.service.status))


def _listings(session: Session, *conditions: object, at: datetime) -> list[Listing]:
    query = (
        select(ServiceAtLocation.id, Service, Location, Organization, ServiceAtLocation.gone_on)
        .join(Service, Service.id == ServiceAtLocation.service_id)
        .join(Location, Location.id == ServiceAtLocation.location_id)
        .join(Organization, Organization.id == Service.organization_id)
        .where(*conditions)  # type: ignore[arg-type]
        .order_by(Service.name, ServiceAtLocation.id)
    )
    found = session.execute(query).all()
    if not found:
        return []
    rows = [(id_, service, location, organization) for id_, service, location, organization, _ in found]
    gone = {id_: gone_on for id_, *_, gone_on in found}
    shown, known = cards(session, list(gone)), details(session, rows, at=at)
    return [_listing(row, shown[row[0]], known, at, gone_on=gone[row[0]]) for row in rows]


def _listing(row: Row, card: Card, known: Details, at: datetime, *, gone_on: date | None) -> Listing:
    id_, service, location, organization = row
    source, imported_on, licence = known.provenance.get(service.id, (None, None, None))
    zone = ZoneInfo(location.time_zone)
    today = at.astimezone(zone).date()
    return Listing(
        id=id_,
        title=listing_title(service.name, organization.name, card.city),
        service=service,
        organization=organization,
        location=location,
        place=card.place,
        is_about=location.geo_precision in (GeoPrecision.ZIP, GeoPrecision.CITY),
        phones=card.phones,
        cost=card.cost,
        eligibility=card.eligibility,
        needs=known.needs.get(service.id, []),
        languages=known.languages_of(row),
        documents=known.documents.get(service.id, []),
        accessibility=known.accessibility.get(location.id, []),
        areas=known.areas_of(row),
        schedules=known.schedules_of(row),
        opening=say_opening(opening(known.open.get(id_, []), at, has_rules=id_ in known.with_hours), at, zone),
        room=_room(known.rooms.get(id_), at),
        freshness=freshness(service.assured_date, today),
        freshness_text=say_freshness(service.assured_date, today),
        is_maybe_ended=says_inactive(service.description or ""),
        gone_on=gone_on,
        source=source,
        imported_on=imported_on,
        licence=licence,
    )


def _room(said: CapacityStatus | None, at: datetime) -> Room:
    if said is None:
        return Room(state=CapacityState.UNKNOWN, available=None, note=None, updated_at=None, expires_at=None, version=0)
    state = capacity_now(said.status, said.expires_at, at)
    is_known = state is not CapacityState.UNKNOWN
    return Room(
        state=state,
        available=said.available if is_known else None,
        note=said.note if is_known else None,
        updated_at=said.updated_at,
        expires_at=said.expires_at,
        version=said.version,
    )
