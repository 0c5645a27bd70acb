"""Whoever keeps a listing has said something about it: a file does not take that back.

An organization that works here always has the last word on its own listings. What a supervisor said about a listing
that nobody keeps stands until its source says that it changed the record later. No file ever gives away the address of
a confidential place. What a run leaves alone stands among its findings.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import Table, delete, func, or_, select, update
from sqlalchemy.orm import Session

from referral.directory.models import Location, Service, ServiceAtLocation, SourceRecord, Verification
from referral.directory.queries.ids import is_one_of
from referral.directory.rules.problems import Row
from referral.directory.rules.vocabulary import Entity
from referral.foundation.database import Base
from referral.organizations.models import Organization

_HANGS_ON = ("organization_id", "service_id", "service_at_location_id", "location_id", "link_id")
_REPLACED = (Entity.PHONE, Entity.SCHEDULE, Entity.LANGUAGE, Entity.COST_OPTION, Entity.REQUIRED_DOCUMENT)
"""What a keeper adds beside what a source said, so that it must leave when the source has the word again."""


def own_words(session: Session, source: str, changed: Mapping[UUID, datetime | None]) -> frozenset[UUID]:
    """Return the organizations, services, listings and places of a source on which somebody here has the word.

    `changed` says when the source changed each of its services, where it says so.
    """
    organizations = set(
        session.scalars(select(Organization.id).where(Organization.source == source, Organization.kind.is_not(None)))
    )
    services = set(session.scalars(select(Service.id).where(is_one_of(Service.organization_id, organizations))))
    services |= {id_ for id_, said_at in _said(session, source).items() if not _is_later(changed.get(id_), said_at)}
    listings = select(ServiceAtLocation.id, ServiceAtLocation.location_id)
    there = session.execute(listings.where(is_one_of(ServiceAtLocation.service_id, services))).all()
    secret = set(session.scalars(select(Location.id).where(Location.is_confidential)))
    return frozenset(organizations | services | {id_ for row in there for id_ in row} | secret)


def kept_out(rows: Iterable[Row], own: Collection[UUID]) -> set[UUID]:
    """Return the rows of a file that would say something else about what is somebody's own."""
    rows = list(rows)
    found = {row.id for row in rows if row.id in own or any(row.values.get(name) in own for name in _owners(row))}
    below = (row.id for row in rows if found & {row.values.get("phone_id"), row.values.get("contact_id")})
    return found | set(below)


def give_back(session: Session, source: str, changed: Mapping[UUID, datetime | None]) -> None:
    """Take away what was said here about services of a source that has changed them since."""
    over = [id_ for id_, said_at in _said(session, source).items() if _is_later(changed.get(id_), said_at)]
    if not over:
        return
    listings = set(session.scalars(select(ServiceAtLocation.id).where(is_one_of(ServiceAtLocation.service_id, over))))
    for entity in _REPLACED:
        table = Base.metadata.tables[entity.value]
        mine = or_(*(is_one_of(table.c[name], [*over, *listings]) for name in _HANGS_ON if name in table.c))
        session.execute(delete(table).where(mine, table.c.id.not_in(select(SourceRecord.entity_id))))


def take_away(session: Session, table: Table, ids: Collection[UUID]) -> None:
    """Delete details that a keeper no longer wants; should their source get the word again, they are new to it."""
    if ids:
        session.execute(delete(table).where(is_one_of(table.c.id, ids)))
        session.execute(delete(SourceRecord).where(is_one_of(SourceRecord.entity_id, ids)))


def mark_own(session: Session, ids: Collection[UUID]) -> None:
    """Note that these records no longer say what their source said."""
    session.execute(update(SourceRecord).where(is_one_of(SourceRecord.entity_id, ids)).values(sha256=""))


def _owners(row: Row) -> tuple[str, ...]:
    # Another organization may offer something at the same place: that listing is not the place's owner's.
    return ("service_id",) if row.entity is Entity.SERVICE_AT_LOCATION else _HANGS_ON


def _said(session: Session, source: str) -> dict[UUID, datetime]:
    """Return when somebody here last spoke about each service of the source whose organization does not work here."""
    query = (
        select(Verification.service_id, func.max(Verification.verified_at))
        .join(SourceRecord, SourceRecord.entity_id == Verification.service_id)
        .join(Service, Service.id == Verification.service_id)
        .join(Organization, Organization.id == Service.organization_id)
        .where(SourceRecord.source == source, Organization.kind.is_(None))
        .group_by(Verification.service_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def _is_later(changed_at: datetime | None, said_at: datetime) -> bool:
    return changed_at is not None and changed_at > said_at
