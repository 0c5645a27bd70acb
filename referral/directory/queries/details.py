"""What the pages of listings show, looked up for all of them at once: as many statements for forty as for one."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from referral.directory.models import (
    Accessibility,
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
    ServiceNeed,
    SourceRecord,
)
from referral.directory.queries.ids import is_one_of
from referral.directory.rules import hours
from referral.directory.rules.hours import Interval
from referral.directory.rules.hours_text import say_schedule
from referral.directory.rules.languages import language_name
from referral.directory.rules.vocabulary import NeedSource
from referral.organizations.models import Organization
from referral.people.rules import NeedCategory

Row = tuple[UUID, Service, Location, Organization]
"""A listing's id with its service, place and organization."""
Item = TypeVar("Item")
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """Parts of several listings, by the id of what they belong to: the listing, its service or its location."""

    needs: Mapping[UUID, Sequence[tuple[NeedCategory, NeedSource]]]
    languages: Mapping[UUID, Sequence[Language]]
    documents: Mapping[UUID, Sequence[str]]
    accessibility: Mapping[UUID, Sequence[str]]
    areas: Mapping[UUID, Sequence[ServiceArea]]
    schedules: Mapping[UUID, Sequence[Schedule]]
    open: Mapping[UUID, Sequence[Interval]]
    with_hours: frozenset[UUID]
    rooms: Mapping[UUID, CapacityStatus]
    provenance: Mapping[UUID, tuple[str, date, str | None]]

    def languages_of(self, row: Row) -> list[str]:
        """Return the languages of the service and of the place, each once."""
        _, service, location, _ = row
        found = [*self.languages.get(service.id, ()), *self.languages.get(location.id, ())]
        found.sort(key=lambda one: one.id)
        return list(dict.fromkeys(one.name or language_name(one.code or "") for one in found))

    def areas_of(self, row: Row) -> list[str]:
        """Return where the service is offered, in words."""
        found = [*self.areas.get(row[0], ()), *self.areas.get(row[1].id, ())]
        said: list[str] = []
        for area in sorted(found, key=lambda one: one.id):
            said += filter(None, [area.name, area.description, *area.states])
            said += [f"{county} County, {state}" for state, _, county in (one.partition(" ") for one in area.counties)]
        return said

    def schedules_of(self, row: Row) -> list[str]:
        """Return the hours in words: the listing's own, else the service's, else the place's."""
        id_, service, location, _ = row
        found = self.schedules.get(id_) or self.schedules.get(service.id) or self.schedules.get(location.id) or ()
        said = (
            say_schedule(hours.Schedule.of(vars(one)), description=one.description, notes=one.notes) for one in found
        )
        return [text for text in dict.fromkeys(said) if text]


def details(session: Session, rows: Sequence[Row], *, at: datetime) -> Details:
    """Look up what belongs to the listings, one statement for each kind of part."""
    ids = [row[0] for row in rows]
    services, places = [row[1].id for row in rows], [row[2].id for row in rows]
    documents = select(RequiredDocument).where(is_one_of(RequiredDocument.service_id, services))
    access = select(Accessibility).where(is_one_of(Accessibility.location_id, places))
    needs = select(ServiceNeed).where(is_one_of(ServiceNeed.service_id, services)).order_by(ServiceNeed.need)
    has_hours = select(SearchEntry.service_at_location_id).where(
        is_one_of(SearchEntry.service_at_location_id, ids), SearchEntry.has_hours
    )
    rooms = select(CapacityStatus).where(is_one_of(CapacityStatus.service_at_location_id, ids))
    return Details(
        needs=_grouped(session.scalars(needs), lambda one: one.service_id, lambda one: (one.need, one.source)),
        languages=_languages(session, services, places),
        documents=_grouped(session.scalars(documents), lambda one: one.service_id, lambda one: one.document),
        accessibility=_grouped(
            (one for one in session.scalars(access) if one.description or one.details),
            lambda one: one.location_id,
            lambda one: one.description or one.details or "",
        ),
        areas=_areas(session, ids, services),
        schedules=_schedules(session, ids, services, places),
        open=_open(session, ids, at),
        with_hours=frozenset(session.scalars(has_hours)),
        rooms={one.service_at_location_id: one for one in session.scalars(rooms)},
        provenance=_provenance(session, services),
    )


def _languages(session: Session, services: Sequence[UUID], places: Sequence[UUID]) -> dict[UUID, list[Language]]:
    belongs = or_(is_one_of(Language.service_id, services), is_one_of(Language.location_id, places))
    found = session.scalars(select(Language).where(belongs).order_by(Language.id))
    return _grouped(found, lambda one: one.service_id or one.location_id, lambda one: one)


def _areas(session: Session, ids: Sequence[UUID], services: Sequence[UUID]) -> dict[UUID, list[ServiceArea]]:
    belongs = or_(is_one_of(ServiceArea.service_id, services), is_one_of(ServiceArea.service_at_location_id, ids))
    found = session.scalars(select(ServiceArea).where(belongs).order_by(ServiceArea.id))
    return _grouped(found, lambda one: one.service_at_location_id or one.service_id, lambda one: one)


def _schedules(
    session: Session, ids: Sequence[UUID], services: Sequence[UUID], places: Sequence[UUID]
) -> dict[UUID, list[Schedule]]:
    belongs = or_(
        is_one_of(Schedule.service_at_location_id, ids),
        is_one_of(Schedule.service_id, services),
        is_one_of(Schedule.location_id, places),
    )
    found = session.scalars(select(Schedule).where(belongs).order_by(Schedule.id))
    return _grouped(found, lambda one: one.service_at_location_id or one.service_id or one.location_id, lambda one: one)


def _open(session: Session, ids: Sequence[UUID], at: datetime) -> dict[UUID, list[Interval]]:
    query = select(OpenInterval).where(is_one_of(OpenInterval.service_at_location_id, ids), OpenInterval.closes_at > at)
    return _grouped(
        session.scalars(query),
        lambda one: one.service_at_location_id,
        lambda one: Interval(one.opens_at, one.closes_at),
    )


def _provenance(session: Session, services: Sequence[UUID]) -> dict[UUID, tuple[str, date, str | None]]:
    query = (
        select(SourceRecord.entity_id, SourceRecord.source, ImportRun.started_at, ImportRun.licence)
        .join(ImportRun, ImportRun.id == SourceRecord.run_id)
        .where(is_one_of(SourceRecord.entity_id, services))
    )
    return {row.entity_id: (row.source, row.started_at.date(), row.licence) for row in session.execute(query)}


def _grouped(
    found: Iterable[Item], owner: Callable[[Item], UUID | None], value: Callable[[Item], Value]
) -> dict[UUID, list[Value]]:
    groups: dict[UUID, list[Value]] = {}
    for one in found:
        if (key := owner(one)) is not None:
            groups.setdefault(key, []).append(value(one))
    return groups
