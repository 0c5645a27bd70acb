"""A service is at a place once: rows of a file that tell the same pair become one, under the id it has here."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from referral.directory.models import ServiceAtLocation
from referral.directory.queries.ids import is_one_of
from referral.directory.rules.batch import Batch
from referral.directory.rules.identity import entity_id
from referral.directory.rules.problems import Problem, Row
from referral.directory.rules.vocabulary import Entity, ProblemKind

Pair = tuple[UUID, UUID]
LINK = "service_at_location_id"


def one_row_a_pair(session: Session, batch: Batch, rows: Iterable[Row], *, source: str) -> list[Row]:
    """Return the rows with each pair of service and location once, and what hangs on it under its id.

    A source may call a pair differently with every file, or not at all; a second row of a pair is reported.
    """
    listed = list(rows)
    places = [row for row in listed if row.entity is Entity.SERVICE_AT_LOCATION]
    ids = _ids(session, places, source)
    renamed = {row.id: ids[_pair(row)] for row in places}
    kept: list[Row] = []
    seen: set[UUID] = set()
    for row in listed:
        if row.entity is not Entity.SERVICE_AT_LOCATION:
            kept.append(_hung_on(row, renamed))
            continue
        found = replace(row, id=renamed[row.id])
        if found.id in seen:
            kind = ProblemKind.CONFLICT
            batch.problems.append(Problem(0, row.entity, row.external_id, "location_id", kind, row.external_id))
        else:
            kept.append(found)
        seen.add(found.id)
    return kept


def _ids(session: Session, places: Iterable[Row], source: str) -> Mapping[Pair, UUID]:
    """Return the id of each pair: the one it has, else the first the file gives it, unless another pair has that."""
    wanted = list(places)
    services = {row.values["service_id"] for row in wanted}
    query = select(ServiceAtLocation.id, ServiceAtLocation.service_id, ServiceAtLocation.location_id)
    known = session.execute(query.where(is_one_of(ServiceAtLocation.service_id, services))).all()
    taken = {id_ for id_, _, _ in known} | set(
        session.scalars(select(ServiceAtLocation.id).where(is_one_of(ServiceAtLocation.id, {row.id for row in wanted})))
    )
    ids: dict[Pair, UUID] = {(service, location): id_ for id_, service, location in known}
    for row in wanted:
        pair = _pair(row)
        if pair not in ids:
            named = entity_id(source, row.entity, f"{pair[0]}/{pair[1]}")
            ids[pair] = named if row.id in taken else row.id
            taken.add(ids[pair])
    return ids


def _pair(row: Row) -> Pair:
    return row.values["service_id"], row.values["location_id"]


def _hung_on(row: Row, renamed: Mapping[UUID, UUID]) -> Row:
    place: Any = row.values.get(LINK)
    if place is None or renamed.get(place, place) == place:
        return row
    return replace(row, values={**row.values, LINK: renamed[place]})
