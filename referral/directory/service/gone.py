"""What a source no longer says: listings that are gone are hidden, details that are gone are taken away."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Table, delete, or_, select, update
from sqlalchemy.orm import Session

from referral.directory.models import Service, ServiceAtLocation, SourceRecord
from referral.directory.queries.ids import is_one_of
from referral.directory.rules import gone as rules
from referral.directory.rules.problems import Row
from referral.directory.rules.vocabulary import Entity
from referral.foundation.database import Base
from referral.organizations.models import Organization

# What hangs on a record and nothing else in the program refers to; what hangs on others of them comes later.
DETAILS = (
    Entity.CONTACT, Entity.PHONE, Entity.LANGUAGE, Entity.ADDRESS, Entity.SCHEDULE, Entity.SERVICE_AREA,
    Entity.COST_OPTION, Entity.REQUIRED_DOCUMENT, Entity.ACCESSIBILITY, Entity.FUNDING, Entity.URL,
    Entity.SERVICE_CAPACITY, Entity.ORGANIZATION_IDENTIFIER, Entity.ATTRIBUTE,
)  # fmt: skip
OWNERS = (
    "service_id",
    "service_at_location_id",
    "location_id",
    "organization_id",
    "contact_id",
    "phone_id",
    "link_id",
)


@dataclass(frozen=True, slots=True)
class Gone:
    """How many listings the source no longer has, whether the file was only a part of it, and whom that touches."""

    listings: int
    is_part: bool
    services: frozenset[UUID]


def take_leave(
    session: Session, rows: Collection[Row], *, source: str, own: Collection[UUID] = frozenset(), on: date
) -> Gone:
    """Hide the listings that a file of the source lacks, show those it has again, drop details that it dropped.

    `own` is on what somebody here has the word: nothing of that is dropped.
    """
    present = {row.id for row in rows}
    known = _listings_of(session, source)
    missing = [id_ for id_, (_, is_gone) in known.items() if id_ not in present and not is_gone]
    back = [id_ for id_, (_, is_gone) in known.items() if id_ in present and is_gone]
    is_part = rules.is_part(len(known), len(known.keys() - present))
    if is_part:
        missing = []
    _mark(session, missing, on)
    _mark(session, back, None)
    owners = _drop_details(session, present, source, own)
    touched = {known[id_][0] for id_ in (*missing, *back)} | _services_with(session, owners)
    return Gone(listings=len(missing), is_part=is_part, services=frozenset(touched))


def _listings_of(session: Session, source: str) -> dict[UUID, tuple[UUID, bool]]:
    """Return the listings that came from the source with their service and whether they are gone already.

    Those of organizations that work here are left out: people win over files.
    """
    query = (
        select(ServiceAtLocation.id, ServiceAtLocation.service_id, ServiceAtLocation.gone_on)
        .join(SourceRecord, SourceRecord.entity_id == ServiceAtLocation.id)
        .join(Service, Service.id == ServiceAtLocation.service_id)
        .join(Organization, Organization.id == Service.organization_id)
        .where(SourceRecord.source == source, Organization.kind.is_(None))
    )
    return {row.id: (row.service_id, row.gone_on is not None) for row in session.execute(query)}


def _mark(session: Session, ids: Collection[UUID], on: date | None) -> None:
    if ids:
        session.execute(update(ServiceAtLocation).where(is_one_of(ServiceAtLocation.id, ids)).values(gone_on=on))


def _drop_details(session: Session, present: set[UUID], source: str, own: Collection[UUID]) -> set[UUID]:
    """Delete the details that a record of the file no longer has; return the owners that lost one."""
    query = select(SourceRecord.entity, SourceRecord.entity_id)
    listed = session.execute(query.where(SourceRecord.source == source, SourceRecord.entity.in_(DETAILS)))
    missing: dict[Entity, list[UUID]] = {}
    for row in listed:
        if row.entity_id not in present:
            missing.setdefault(row.entity, []).append(row.entity_id)
    dropped, touched = set[UUID](), set[UUID]()
    for entity in DETAILS:
        for id_, owner in _owners(session, entity, missing.get(entity, ())):
            if owner in dropped or (owner in present and owner not in own):
                dropped.add(id_)
                touched.add(owner)
    for entity in reversed(DETAILS):
        if ids := dropped.intersection(missing.get(entity, ())):
            table = _table(entity)
            session.execute(delete(table).where(is_one_of(table.c.id, ids)))
    session.execute(delete(SourceRecord).where(is_one_of(SourceRecord.entity_id, dropped)))
    return touched


def _owners(session: Session, entity: Entity, ids: Collection[UUID]) -> list[tuple[UUID, UUID]]:
    if not ids:
        return []
    table = _table(entity)
    columns: list[Any] = [table.c[name] for name in OWNERS if name in table.c]
    found = session.execute(select(table.c.id, *columns).where(is_one_of(table.c.id, ids)))
    return [(row[0], owner) for row in found for owner in row[1:] if owner is not None]


def _services_with(session: Session, owners: Iterable[UUID]) -> set[UUID]:
    """Return the services whose listings show what hung on these owners."""
    ids = list(owners)
    if not ids:
        return set()
    query = select(ServiceAtLocation.service_id).where(
        or_(
            is_one_of(ServiceAtLocation.id, ids),
            is_one_of(ServiceAtLocation.service_id, ids),
            is_one_of(ServiceAtLocation.location_id, ids),
        )
    )
    return set(session.scalars(query))


def _table(entity: Entity) -> Table:
    return Base.metadata.tables[entity.value]
