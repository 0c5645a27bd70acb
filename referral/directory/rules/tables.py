"""Puts the tables of an HSDS package (one CSV file each) together again: a service with all that hangs on it.

Reads the table and column names of HSDS 3.x and of 1.1 (https://docs.openreferral.org), in any case and number.
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from referral.directory.rules.hsds import read_record
from referral.directory.rules.ledger import Ledger
from referral.directory.rules.lines import MOST_CHARACTERS
from referral.directory.rules.problems import Reading, set_aside
from referral.directory.rules.shapes import SHAPES
from referral.directory.rules.vocabulary import Entity, ProblemKind, QuarantineReason

RAGGED = "row with more or fewer columns"
LINE = "line of the file"

_Row = dict[str, Any]
Tables = Mapping[str, list[_Row]]

_NAMES = {
    "organizations": "organization", "services": "service", "locations": "location", "phones": "phone",
    "services_at_location": "service_at_location", "service_at_locations": "service_at_location",
    "addresses": "address", "physical_addresses": "address", "postal_addresses": "address", "contacts": "contact",
    "physical_address": "address", "postal_address": "address", "programs": "program", "schedules": "schedule",
    "regular_schedules": "schedule", "regular_schedule": "schedule", "languages": "language", "urls": "url",
    "service_areas": "service_area", "cost_options": "cost_option", "required_documents": "required_document",
    "accessibility_for_disabilities": "accessibility", "service_capacities": "service_capacity", "units": "unit",
    "organization_identifiers": "organization_identifier", "attributes": "attribute",
    "other_attribute": "attribute", "taxonomies": "taxonomy", "taxonomy_terms": "taxonomy_term",
    "services_taxonomy": "service_taxonomy",
}  # fmt: skip
# What HSDS 1.1 called differently, by table.
_COLUMNS = {
    "organization": {"url": "website"},
    "service": {"fees": "fees_description"},
    "accessibility": {"accessibility": "description"},
    "language": {"language": "name"},
    "schedule": {"weekday": "byday", "original_text": "description"},
    "service_area": {"service_area": "name"},
    "required_document": {"required_document": "document"},
}
# Whom a row belongs to, the nearest first: a telephone of the desk is not one of the whole organization.
_OWNERS = (
    ("phone_id", "phone"),
    ("contact_id", "contact"),
    ("service_at_location_id", "service_at_location"),
    ("service_id", "service"),
    ("location_id", "location"),
    ("organization_id", "organization"),
)
_ROOTS = ("organization", "service", "location", "service_at_location", "program", "unit", "taxonomy", "taxonomy_term")
_KEYS = {
    (owner.value, nested.entity.value): nested.key for owner, shape in SHAPES.items() for nested in shape.nested
} | {("location", "address"): "addresses"}


@dataclass(slots=True)
class _Package:
    """The rows of a package by what they hang on, each marked when it found its place."""

    roots: dict[str, dict[str, _Row]] = field(default_factory=dict)
    children: dict[tuple[str, str], list[tuple[str, _Row]]] = field(default_factory=dict)
    at_locations: dict[str, list[_Row]] = field(default_factory=dict)
    left: dict[int, tuple[str, QuarantineReason, _Row]] = field(default_factory=dict)


def read_csv(content: bytes) -> list[_Row]:
    """The rows of a CSV file, blank fields left out; each knows its line, and whether its columns are as many as names.

    UTF-8 or, failing that, Windows text; comma, semicolon or tab, as the header shows.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    text = text.replace("\x00", "")
    header = text.partition("\n")[0]
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=header.count))
    csv.field_size_limit(MOST_CHARACTERS)
    names = [name.strip().casefold().replace(" ", "_") for name in next(lines, [])]
    return [_row(names, row, lines.line_num) for row in lines if any(field.strip() for field in row)]


def _row(names: list[str], fields: list[str], line: int) -> _Row:
    row = {name: field.strip() for name, field in zip(names, fields, strict=False) if name and field.strip()}
    ragged = {RAGGED: f"{len(fields)} columns for {len(names)} names"} if len(fields) != len(names) else {}
    return row | ragged | {LINE: line}


def read_tables(tables: Tables, *, source: str) -> Iterator[Reading]:
    """Read the services of a package one after the other, then tell which rows hung on nothing."""
    named = {table: [_renamed(table, row) for row in rows] for table, rows in _by_name(tables)}
    package = _gather(named)
    for row in package.roots.get("service", {}).values():
        ledger = Ledger(source, int(row.get(LINE, 0)))
        if row.get(RAGGED):
            ledger.note(Entity.SERVICE, str(row.get("id")), RAGGED, ProblemKind.RAGGED_ROW, row[RAGGED])
        yield read_record(ledger, _service(package, row), _raw("service", row))
    for table, reason, row in package.left.values():
        reading = Reading(int(row.get(LINE, 0)))
        reading.quarantined.append(set_aside(reading.line, reason, _raw(table, row)))
        yield reading


def _by_name(tables: Tables) -> Iterator[tuple[str, list[_Row]]]:
    found: dict[str, list[_Row]] = {}
    for file_name, rows in tables.items():
        name = file_name.casefold()
        found.setdefault(_NAMES.get(name, name), []).extend(rows)
    yield from found.items()


def _renamed(table: str, row: _Row) -> _Row:
    names = _COLUMNS.get(table, {})
    renamed = {name: value for name, value in row.items() if name not in names}
    for old, new in names.items():
        if row.get(old):
            renamed.setdefault(new, row[old])
    if table == "schedule" and row.get("weekday"):
        renamed.setdefault("freq", "WEEKLY")
    return renamed


def _gather(named: dict[str, list[_Row]]) -> _Package:
    package = _Package()
    for eligibility in named.pop("eligibility", []):
        _add_eligibility(named, eligibility, package)
    named.setdefault("attribute", []).extend(_attributes(named.pop("service_taxonomy", [])))
    for table in _ROOTS:
        package.roots[table] = _indexed(package, table, named.pop(table, []))
    for row in package.roots["service_at_location"].values():
        package.at_locations.setdefault(str(row.get("service_id", "")), []).append(row)
        _leave(package, "service_at_location", row)
    for table in ("organization", "location"):
        for row in package.roots[table].values():
            _leave(package, table, row)
    ids: set[tuple[str, str]] = set()
    for table, rows in named.items():
        for row in rows:
            if table != "metadata":
                _hang(package, table, _told_apart(ids, table, row))
    return package


def _told_apart(ids: set[tuple[str, str]], table: str, row: _Row) -> _Row:
    """A row whose id another row of the table has too goes without: its owner and its place in the list name it."""
    key = (table, str(row.get("id")))
    if key in ids:
        row.pop("id", None)
    ids.add(key)
    return row


def _indexed(package: _Package, table: str, rows: list[_Row]) -> dict[str, _Row]:
    found: dict[str, _Row] = {}
    for position, row in enumerate(rows):
        key = str(row.get("id") or f"{table}/{position}")
        if found.setdefault(key, row) is not row:
            _leave(package, table, row, QuarantineReason.SAME_ID)
    return found


def _hang(package: _Package, table: str, row: _Row) -> None:
    owners = [(owner, str(row[column])) for column, owner in _OWNERS if row.get(column) and (owner, table) in _KEYS]
    if table == "attribute":
        owners = [(str(row.get("link_entity")), str(row.get("link_id")))]
    _leave(package, table, row)
    known = (one for one in owners if one[0] not in _ROOTS or one[1] in package.roots[one[0]])
    if (owner := next(known, None)) is not None:
        package.children.setdefault(owner, []).append((table, row))


def _leave(package: _Package, table: str, row: _Row, reason: QuarantineReason = QuarantineReason.NO_PARENT) -> None:
    package.left[id(row)] = (table, reason, row)


def _add_eligibility(named: dict[str, list[_Row]], row: _Row, package: _Package) -> None:
    services = [one for one in named.get("service", []) if row.get("service_id") and one.get("id") == row["service_id"]]
    for service in services:
        service.setdefault("eligibility_description", row.get("eligibility"))
    if not services and row.get("eligibility"):
        _leave(package, "eligibility", row)


def _attributes(rows: list[_Row]) -> Iterator[_Row]:
    for row in rows:
        yield {
            "link_id": row.get("service_id"),
            "link_entity": "service",
            "taxonomy_term_id": row.get("taxonomy_id"),
        } | {name: value for name, value in row.items() if name in ("id", LINE)}


def _service(package: _Package, row: _Row) -> _Row:
    nested = _nested(package, "service", row)
    if (organization := _root(package, "organization", row)) is not None:
        nested["organization"] = _nested(package, "organization", organization)
    if (program := _root(package, "program", row)) is not None:
        nested["program"] = program
    nested["service_at_locations"] = []
    for at_location in package.at_locations.get(str(row.get("id", "")), []):
        found = _nested(package, "service_at_location", at_location)
        if (location := _root(package, "location", at_location)) is not None:
            found["location"] = _nested(package, "location", location)
        nested["service_at_locations"].append(found)
    return nested


def _root(package: _Package, table: str, row: _Row) -> _Row | None:
    return package.roots[table].get(str(row.get(f"{table}_id") or ""))


def _nested(package: _Package, owner: str, row: _Row) -> _Row:
    """A row as the standard nests it; it found its place, with everything that hangs on it."""
    package.left.pop(id(row), None)
    nested = {name: value for name, value in row.items() if name not in (LINE, RAGGED)}
    for table, child in package.children.get((owner, str(row.get("id") or "")), []):
        found = _nested(package, table, child)
        if table == "attribute":
            found["taxonomy_term"] = _term(package, child)
        if table == "service_capacity" and (unit := _root(package, "unit", child)) is not None:
            found["unit"] = unit
        key = "attributes" if table == "attribute" else _KEYS[owner, table]
        nested.setdefault(key, []).append(found)
    return nested


def _term(package: _Package, row: _Row) -> _Row | None:
    term = _root(package, "taxonomy_term", row)
    taxonomy = _root(package, "taxonomy", term) if term is not None else None
    return term if term is None or taxonomy is None else term | {"taxonomy_detail": taxonomy}


def _raw(table: str, row: _Row) -> str:
    kept = {name: value for name, value in row.items() if name not in (LINE, RAGGED)}
    return json.dumps({table: kept}, ensure_ascii=False, default=str)
