"""One listing with everything that is known about it, and an organization's own listings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from referral.directory.models import (
    Accessibility,
    Address,
    CapacityStatus,
    ImportRun,
    Language,
    Location,
    OpenInterval,
    RequiredDocument,
    Schedule,
    SearchEntry,
    Service,
    ServiceArea,
    ServiceAtLocation,
    ServiceNeed,
    SourceRecord,
)
from referral.directory.queries.cards import cards, say_place
from referral.directory.rules import hours
from referral.directory.rules.freshness import CapacityState, Freshness, capacity_now, freshness, say_freshness
from referral.directory.rules.hours import Interval
from referral.directory.rules.hours_text import say_schedule
from referral.directory.rules.languages import language_name
from referral.directory.rules.opening import opening, say_opening
from referral.directory.rules.text import listing_title, says_inactive
from referral.directory.rules.vocabulary import GeoPrecision, NeedSource, ServiceStatus
from referral.organizations.models import Organization
from referral.people.rules import NeedCategory


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """Whether there is room: the state now, how many, the note, until when it stands."""

    state: CapacityState
    available: int | None
    note: str | None
    updated_at: datetime | None
    expires_at: datetime | None


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
    source: str | None
    imported_on: date | None
    licence: str | None


def listing(session: Session, service_at_location_id: UUID, *, at: datetime) -> Listing | None:
    """Return a listing with everything its page shows, or None."""
    found = _rows(session, ServiceAtLocation.id == service_at_location_id)
    return _listing(session, found[0], at) if found else None


def own_listings(session: Session, organization_id: UUID, *, at: datetime) -> list[Listing]:
    """Return the listings of an organization, by name of the service."""
    found = _rows(session, Service.organization_id == organization_id, Service.status == ServiceStatus.ACTIVE)
    return [_listing(session, row, at) for row in found]


_Row = tuple[UUID, Service, Location, Organization]


def _rows(session: Session, *conditions: object) -> list[_Row]:
    query = (
        select(ServiceAtLocation.id, Service, Location, Organization)
        .join(Service, Service.id == ServiceAtLocation.service_id)
        .join(Location, Location.id == ServiceAtLocation.location_id)
        .join(Organization, Organization.id == Service.organization_id)
        .where(*conditions)  # type: ignore[arg-type]
        .order_by(Service.name, ServiceAtLocation.id)
    )
    return [(id_, service, location, organization) for id_, service, location, organization in session.execute(query)]


def _listing(session: Session, row: _Row, at: datetime) -> Listing:
    id_, service, location, organization = row
    card = cards(session, [id_])[id_]
    address = session.scalars(select(Address).where(Address.location_id == location.id).order_by(Address.id)).first()
    source, imported_on, licence = _provenance(session, service.id)
    today = at.astimezone(ZoneInfo(location.time_zone)).date()
    return Listing(
        id=id_,
        title=listing_title(service.name, organization.name, card.city),
        service=service,
        organization=organization,
        location=location,
        place=say_place(location, address),
        is_about=location.geo_precision in (GeoPrecision.ZIP, GeoPrecision.CITY),
        phones=card.phones,
        cost=card.cost,
        eligibility=card.eligibility,
        needs=_needs(session, service.id),
        languages=_languages(session, service.id, location.id),
        documents=session.scalars(
            select(RequiredDocument.document).where(RequiredDocument.service_id == service.id)
        ).all(),
        accessibility=_accessibility(session, location.id),
        areas=_areas(session, service.id, id_),
        schedules=_schedules(session, row),
        opening=_opening(session, id_, location, at),
        room=_room(session, id_, at),
        freshness=freshness(service.assured_date, today),
        freshness_text=say_freshness(service.assured_date, today),
        is_maybe_ended=says_inactive(service.description or ""),
        source=source,
        imported_on=imported_on,
        licence=licence,
    )


def _needs(session: Session, service_id: UUID) -> list[tuple[NeedCategory, NeedSource]]:
    query = select(ServiceNeed.need, ServiceNeed.source).where(ServiceNeed.service_id == service_id)
    return [(row.need, row.source) for row in session.execute(query.order_by(ServiceNeed.need))]


def _languages(session: Session, service_id: UUID, location_id: UUID) -> list[str]:
    belongs = or_(Language.service_id == service_id, Language.location_id == location_id)
    found = session.scalars(select(Language).where(belongs).order_by(Language.id))
    return list(dict.fromkeys(one.name or language_name(one.code or "") for one in found))


def _accessibility(session: Session, location_id: UUID) -> list[str]:
    found = session.scalars(select(Accessibility).where(Accessibility.location_id == location_id))
    return [text for one in found if (text := one.description or one.details)]


def _areas(session: Session, service_id: UUID, listing_id: UUID) -> list[str]:
    belongs = or_(ServiceArea.service_id == service_id, ServiceArea.service_at_location_id == listing_id)
    said: list[str] = []
    for area in session.scalars(select(ServiceArea).where(belongs).order_by(ServiceArea.id)):
        said += filter(None, [area.name, area.description, *area.states])
        said += [f"{county} County, {state}" for state, _, county in (one.partition(" ") for one in area.counties)]
    return said


def _schedules(session: Session, row: _Row) -> list[str]:
    id_, service, location, _ = row
    owners = (
        Schedule.service_at_location_id == id_,
        Schedule.service_id == service.id,
        Schedule.location_id == location.id,
    )
    for belongs in owners:
        if found := session.scalars(select(Schedule).where(belongs).order_by(Schedule.id)).all():
            said = (
                say_schedule(hours.Schedule.of(vars(one)), description=one.description, notes=one.notes)
                for one in found
            )
            return [text for text in dict.fromkeys(said) if text]
    return []


def _opening(session: Session, listing_id: UUID, location: Location, at: datetime) -> str:
    entry = session.get(SearchEntry, listing_id)
    query = select(OpenInterval).where(OpenInterval.service_at_location_id == listing_id, OpenInterval.closes_at > at)
    found = [Interval(one.opens_at, one.closes_at) for one in session.scalars(query)]
    known = opening(found, at, has_rules=entry is not None and entry.has_hours)
    return say_opening(known, at, ZoneInfo(location.time_zone))


def _room(session: Session, listing_id: UUID, at: datetime) -> Room:
    said = session.get(CapacityStatus, listing_id)
    if said is None:
        return Room(state=CapacityState.UNKNOWN, available=None, note=None, updated_at=None, expires_at=None)
    state = capacity_now(said.status, said.expires_at, at)
    is_known = state is not CapacityState.UNKNOWN
    return Room(
        state=state,
        available=said.available if is_known else None,
        note=said.note if is_known else None,
        updated_at=said.updated_at,
        expires_at=said.expires_at,
    )


def _provenance(session: Session, service_id: UUID) -> tuple[str | None, date | None, str | None]:
    query = (
        select(SourceRecord.source, ImportRun.started_at, ImportRun.licence)
        .join(ImportRun, ImportRun.id == SourceRecord.run_id)
        .where(SourceRecord.entity_id == service_id)
    )
    row = session.execute(query).one_or_none()
    return (row.source, row.started_at.date(), row.licence) if row else (None, None, None)
