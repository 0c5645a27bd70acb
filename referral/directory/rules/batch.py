"""Puts the readings of a whole file together: one row an entity, and what only shows across records."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from referral.directory.rules.problems import Problem, Quarantined, Reading, Row, shown
from referral.directory.rules.vocabulary import Entity, ProblemKind

FEWEST_SHARERS = 5

Point = tuple[float, float]


@dataclass(slots=True)
class Batch:
    """Everything a file gave: each row once, every problem, every record set aside, its number of lines."""

    rows: dict[UUID, Row] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    quarantined: list[Quarantined] = field(default_factory=list)
    lines: int = 0

    def of(self, entity: Entity) -> list[Row]:
        """The rows of one table."""
        return [row for row in self.rows.values() if row.entity is entity]

    def add(self, reading: Reading) -> None:
        """Takes in a line; when two tell one entity differently, the first stays, the other is reported."""
        self.lines += 1
        self.problems += reading.problems
        self.quarantined += reading.quarantined
        for row in reading.rows:
            known = self.rows.get(row.id)
            if known is None or (known.is_stand_in and not row.is_stand_in):
                self.rows[row.id] = row
            elif not row.is_stand_in and known.sha256 != row.sha256:
                self._report_conflict(reading.line, known, row)

    def _report_conflict(self, line: int, known: Row, row: Row) -> None:
        for name, value in row.values.items():
            if known.values.get(name) != value:
                kind = ProblemKind.CONFLICT
                self.problems.append(Problem(line, row.entity, row.external_id, name, kind, shown(value)))


def collect(readings: Iterable[Reading]) -> Batch:
    """The batch of all readings of a file."""
    batch = Batch()
    for reading in readings:
        batch.add(reading)
    return batch


def shared_points(batch: Batch) -> set[Point]:
    """Points that five or more organizations claim: a geocoder's way of saying that it did not know."""
    owners: dict[UUID, Any] = {row.id: row.values["organization_id"] for row in batch.of(Entity.SERVICE)}
    places: dict[UUID, set[Any]] = {}
    for row in batch.of(Entity.SERVICE_AT_LOCATION):
        places.setdefault(row.values["location_id"], set()).add(owners.get(row.values["service_id"]))
    sharers: dict[Point, set[Any]] = {}
    for row in batch.of(Entity.LOCATION):
        if row.values["latitude"] is not None:
            point = (row.values["latitude"], row.values["longitude"])
            sharers.setdefault(point, set()).update(places.get(row.id, ()))
    return {point for point, found in sharers.items() if len(found) >= FEWEST_SHARERS}
