"""Reads one record after another by the shapes of HSDS and keeps the rows and the problems."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from referral.directory.rules import values
from referral.directory.rules.identity import entity_id
from referral.directory.rules.problems import Problem, Reading, Row, Unusable, shown
from referral.directory.rules.shapes import EVERYWHERE, SHAPES, Nested
from referral.directory.rules.special import finish
from referral.directory.rules.vocabulary import Entity, ProblemKind

MOST_ITEMS = 500


@dataclass(slots=True)
class Ledger:
    """Turns records of one line into rows; whatever cannot be used is noted, never raised."""

    source: str
    line: int
    reading: Reading = field(init=False)

    def __post_init__(self) -> None:
        self.reading = Reading(self.line)

    def note(self, entity: Entity, external_id: str, name: str, kind: ProblemKind, value: object) -> None:
        """Adds a problem to the report."""
        self.reading.problems.append(Problem(self.line, entity, external_id, name, kind, shown(value)))

    def identify(self, entity: Entity, external_id: str) -> UUID:
        """The id of an entity of this source."""
        return entity_id(self.source, entity, external_id)

    def record(
        self, entity: Entity, raw: Mapping[str, Any], external_id: str, **links: UUID | str | None
    ) -> UUID | None:
        """Adds the row of a record with everything nested in it; None when a required field is missing."""
        shape = SHAPES[entity]
        read = self._read_fields(entity, raw, external_id)
        for problem_field, kind in finish(entity, read, raw):
            self.note(entity, external_id, problem_field, kind, raw.get(problem_field))
        for name in shape.required:
            if read.get(name) is None:
                if raw.get(name) in (None, ""):
                    self.note(entity, external_id, name, ProblemKind.MISSING, raw)
                return None
        row_id = self.identify(entity, external_id)
        self.reading.rows.append(Row(entity, row_id, external_id, {**read, **links}))
        self._note_unknown(entity, raw, external_id)
        for nested in shape.nested:
            self._read_nested(entity, raw, external_id, nested, row_id)
        self._read_attributes(entity, raw, external_id, row_id)
        return row_id

    def stand_in(self, entity: Entity, external_id: str, **known: Any) -> UUID:
        """Stands in for a parent that the source names but does not give."""
        row_id = self.identify(entity, external_id)
        self.reading.rows.append(Row(entity, row_id, external_id, known, is_stand_in=True))
        return row_id

    def items(self, entity: Entity, raw: Mapping[str, Any], external_id: str, key: str) -> Iterator[tuple[str, Any]]:
        """The objects of a list with their external ids; at most 500, anything else is noted."""
        found = raw.get(key)
        if found is None:
            return
        listed = found if isinstance(found, list) else [found]
        if len(listed) > MOST_ITEMS:
            self.note(entity, external_id, key, ProblemKind.TOO_MANY, len(listed))
        for position, item in enumerate(listed[:MOST_ITEMS]):
            if isinstance(item, Mapping):
                yield external_id_of(item) or f"{external_id}/{key}/{position}", item
            else:
                self.note(entity, external_id, key, ProblemKind.BAD_VALUE, item)

    def _read_fields(self, entity: Entity, raw: Mapping[str, Any], external_id: str) -> dict[str, Any]:
        read: dict[str, Any] = {}
        for name, reader in SHAPES[entity].fields.items():
            try:
                read[name] = None if raw.get(name) is None else reader(raw[name])
            except Unusable as refused:
                read[name] = None
                self.note(entity, external_id, name, refused.kind, raw[name])
        return read

    def _note_unknown(self, entity: Entity, raw: Mapping[str, Any], external_id: str) -> None:
        shape = SHAPES[entity]
        known = {*shape.fields, *shape.ignored, *EVERYWHERE, *(nested.key for nested in shape.nested)}
        for name in list(raw)[:MOST_ITEMS]:
            if name not in known and not name.endswith("_id") and raw[name] not in (None, "", [], {}):
                self.note(entity, external_id, shown(name), ProblemKind.UNKNOWN_FIELD, raw[name])

    def _read_nested(
        self, entity: Entity, raw: Mapping[str, Any], external_id: str, nested: Nested, row_id: UUID
    ) -> None:
        for child_id, item in self.items(entity, raw, external_id, nested.key):
            links: dict[str, UUID | None] = {nested.link: row_id}
            if nested.entity is Entity.SERVICE_CAPACITY:
                links["unit_id"] = self._read_unit(item, child_id)
            self.record(nested.entity, item, child_id, **links)

    def _read_unit(self, raw: Mapping[str, Any], capacity_id: str) -> UUID | None:
        for unit_id, unit in self.items(Entity.SERVICE_CAPACITY, raw, capacity_id, "unit"):
            return self.record(Entity.UNIT, unit, unit_id)
        return None

    def _read_attributes(self, entity: Entity, raw: Mapping[str, Any], external_id: str, row_id: UUID) -> None:
        for attribute_id, item in self.items(entity, raw, external_id, "attributes"):
            term_id = self._read_term(item, attribute_id)
            if term_id is None:
                self.note(Entity.ATTRIBUTE, attribute_id, "taxonomy_term", ProblemKind.MISSING, item)
                continue
            self.record(
                Entity.ATTRIBUTE,
                item,
                attribute_id,
                link_id=row_id,
                link_entity=entity.value,
                taxonomy_term_id=term_id,
            )

    def _read_term(self, raw: Mapping[str, Any], attribute_id: str) -> UUID | None:
        for term_id, term in self.items(Entity.ATTRIBUTE, raw, attribute_id, "taxonomy_term"):
            taxonomy_id = None
            for found_id, taxonomy in self.items(Entity.TAXONOMY_TERM, term, term_id, "taxonomy_detail"):
                taxonomy_id = self.record(Entity.TAXONOMY, taxonomy, found_id)
            return self.record(Entity.TAXONOMY_TERM, term, term_id, taxonomy_id=taxonomy_id)
        if named := read_line(raw.get("taxonomy_term_id")):
            return self.stand_in(Entity.TAXONOMY_TERM, named, name=named)
        return None


def external_id_of(raw: Mapping[str, Any]) -> str | None:
    """What the source calls a record, or None when it does not say."""
    return read_line(raw.get("id"))


def read_line(value: object) -> str | None:
    """One line of text, or None when the value is none."""
    try:
        return None if value is None else values.line(value)
    except Unusable:
        return None
