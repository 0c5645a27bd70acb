"""Prepares what a search reads: one row a listing, and its open hours for the next two weeks."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import BindParameter, bindparam, delete, func, insert, literal_column, or_, select
from sqlalchemy.orm import Session

from referral.directory.models import (
    Attribute,
    Language,
    Location,
    OpenInterval,
    Schedule,
    SearchEntry,
    Service,
    ServiceArea,
    ServiceAtLocation,
    ServiceNeed,
    TaxonomyTerm,
)
from referral.directory.rules import hours
from referral.directory.rules.languages import language_codes
from referral.directory.rules.text import words
from referral.directory.rules.vocabulary import LocationType, ServiceStatus
from referral.foundation.database import Base
from referral.foundation.ids import uuid7
from referral.organizations.models import Organization
from referral.people.rules import NeedCategory
from referral.people.rules import needs as need_rules

AT_ONCE = 2_000


@dataclass(slots=True)
class _Gathered:
    """What hangs on the services and places of one round, by their ids."""

    needs: dict[UUID, set[str]] = field(default_factory=lambda: defaultdict(set))
    terms: dict[UUID, list[str]] = field(default_factory=lambda: defaultdict(list))
    languages: dict[UUID, set[str]] = field(default_factory=lambda: defaultdict(set))
    counties: dict[UUID, set[str]] = field(default_factory=lambda: defaultdict(set))
    schedules: dict[UUID, list[hours.Schedule]] = field(default_factory=lambda: defaultdict(list))


def prepare(session: Session, service_ids: Collection[UUID] | None = None, *, at: datetime) -> int:
    """Renew the search rows and open hours of the services (all when None); returns how many listings were renewed."""
    query = select(ServiceAtLocation.service_id).distinct()
    wanted = list(service_ids) if service_ids is not None else list(session.scalars(query))
    session.flush()
    return sum(_prepare(session, wanted[start : start + AT_ONCE], at) for start in range(0, len(wanted), AT_ONCE))


def _prepare(session: Session, service_ids: list[UUID], at: datetime) -> int:
    listings = session.execute(
        select(ServiceAtLocation.id, Service, Location, Organization, ServiceAtLocation.gone_on)
        .join(Service, Service.id == ServiceAtLocation.service_id)
        .join(Location, Location.id == ServiceAtLocation.location_id)
        .join(Organization, Organization.id == Service.organization_id)
        .where(ServiceAtLocation.service_id.in_(service_ids))
    ).all()
    locations = {location.id for _, _, location, *_ in listings}
    gathered = _gather(session, set(service_ids), locations, {listing_id for listing_id, *_ in listings})
    entries, intervals = [], []
    for listing_id, service, location, organization, gone_on in listings:
        found = _schedules(gathered, listing_id, service.id, location.id)
        today = at.astimezone(ZoneInfo(location.time_zone)).date()
        has_hours = any(hours.is_current(schedule, today) for schedule in found)
        entry = _entry(listing_id, service, location, organization, gathered)
        entries.append(entry | {"b_has_hours": has_hours, "b_is_shown": entry["b_is_shown"] and gone_on is None})
        intervals += _intervals(listing_id, location.time_zone, found, at)
    _replace(session, service_ids, entries, intervals)
    return len(entries)


def _replace(
    session: Session, service_ids: list[UUID], entries: list[dict[str, Any]], intervals: list[dict[str, Any]]
) -> None:
    ids = select(ServiceAtLocation.id).where(ServiceAtLocation.service_id.in_(service_ids))
    session.execute(delete(SearchEntry).where(SearchEntry.service_id.in_(service_ids)))
    session.execute(delete(OpenInterval).where(OpenInterval.service_at_location_id.in_(ids)))
    if entries:
        session.execute(_INSERT_ENTRY, entries)
    if intervals:
        session.execute(insert(OpenInterval), intervals)


def _gather(session: Session, services: set[UUID], locations: set[UUID], listings: set[UUID]) -> _Gathered:
    gathered = _Gathered()
    for service_id, need in session.execute(
        select(ServiceNeed.service_id, ServiceNeed.need).where(ServiceNeed.service_id.in_(services))
    ):
        gathered.needs[service_id].add(need.value)
    terms = select(Attribute.link_id, TaxonomyTerm.name, TaxonomyTerm.need).join(TaxonomyTerm)
    for service_id, name, mapped in session.execute(terms.where(Attribute.link_id.in_(services))):
        gathered.terms[service_id].append(name)
        if mapped:
            gathered.needs[service_id].add(mapped.value)
    spoken = select(Language).where(or_(Language.service_id.in_(services), Language.location_id.in_(locations)))
    for language in session.scalars(spoken):
        if owner := language.service_id or language.location_id:
            gathered.languages[owner] |= language_codes(language.code, language.name)
    areas = select(ServiceArea).where(
        or_(ServiceArea.service_id.in_(services), ServiceArea.service_at_location_id.in_(listings))
    )
    for area in session.scalars(areas):
        if owner := area.service_at_location_id or area.service_id:
            gathered.counties[owner].update([*area.counties, *area.states])
    _gather_schedules(session, gathered, services, locations, listings)
    return gathered


def _gather_schedules(
    session: Session, gathered: _Gathered, services: set[UUID], locations: set[UUID], listings: set[UUID]
) -> None:
    belongs = or_(
        Schedule.service_id.in_(services),
        Schedule.location_id.in_(locations),
        Schedule.service_at_location_id.in_(listings),
    )
    for row in session.scalars(select(Schedule).where(belongs)):
        if owner := row.service_at_location_id or row.service_id or row.location_id:
            gathered.schedules[owner].append(hours.Schedule.of(vars(row)))


def _schedules(gathered: _Gathered, *owners: UUID) -> list[hours.Schedule]:
    """The schedules of the listing, else of its service, else of its place: the nearest statement counts."""
    return next((gathered.schedules[owner] for owner in owners if owner in gathered.schedules), [])


def _entry(
    listing_id: UUID, service: Service, location: Location, organization: Organization, gathered: _Gathered
) -> dict[str, Any]:
    needs = sorted(gathered.needs.get(service.id, ()))
    labels = [need_rules.label(NeedCategory(need)) for need in needs]
    languages = gathered.languages.get(service.id, set()) | gathered.languages.get(location.id, set())
    counties = gathered.counties.get(service.id, set()) | gathered.counties.get(listing_id, set())
    is_virtual = location.location_type is LocationType.VIRTUAL
    return {
        "b_listing": listing_id,
        "b_service": service.id,
        "b_organization": organization.id,
        "b_location": location.id,
        "b_is_shown": service.status is ServiceStatus.ACTIVE and organization.is_active,
        "b_is_virtual": is_virtual,
        "b_latitude": None if is_virtual else location.latitude,
        "b_longitude": None if is_virtual else location.longitude,
        "b_county": location.county,
        "b_state": location.state,
        "b_counties": sorted(counties),
        "b_needs": needs,
        "b_languages": sorted(languages),
        "b_name": _plain(service.name, service.alternate_name),
        "b_meaning": _plain(*labels, *gathered.terms.get(service.id, ())),
        "b_description": _plain(service.description, service.eligibility_description),
        "b_organization_name": _plain(organization.name, organization.alternate_name),
    }


def _intervals(
    listing_id: UUID, time_zone: str, schedules: Iterable[hours.Schedule], at: datetime
) -> list[dict[str, Any]]:
    zone = ZoneInfo(time_zone)
    today = at.astimezone(zone).date()
    found = hours.merged(one for schedule in schedules for one in hours.intervals(schedule, zone, today))
    return [
        {"id": uuid7(), "service_at_location_id": listing_id, "opens_at": one.opens_at, "closes_at": one.closes_at}
        for one in found
    ]


def _plain(*texts: str | None) -> str:
    """Return the words as a search splits them: PostgreSQL takes *STD/STI* for a file and cuts *O'Connor* in two."""
    return " ".join(words(" ".join(text for text in texts if text)))


def _weighted(name: str, weight: str) -> Any:
    """The words of a text with a weight, stemmed for English and as they stand for every other language."""
    text: BindParameter[str] = bindparam(name)
    both = func.to_tsvector("english", text).op("||")(func.to_tsvector("simple", text))
    return func.setweight(both, literal_column(f"'{weight}'"))


_INSERT_ENTRY = insert(Base.metadata.tables["search_entry"]).values(
    service_at_location_id=bindparam("b_listing"),
    service_id=bindparam("b_service"),
    organization_id=bindparam("b_organization"),
    location_id=bindparam("b_location"),
    is_shown=bindparam("b_is_shown"),
    is_virtual=bindparam("b_is_virtual"),
    latitude=bindparam("b_latitude"),
    longitude=bindparam("b_longitude"),
    county=bindparam("b_county"),
    state=bindparam("b_state"),
    counties=bindparam("b_counties"),
    needs=bindparam("b_needs"),
    languages=bindparam("b_languages"),
    has_hours=bindparam("b_has_hours"),
    words=_weighted("b_name", "A")
    .op("||")(_weighted("b_meaning", "B"))
    .op("||")(_weighted("b_description", "C"))
    .op("||")(_weighted("b_organization_name", "D")),
)
