"""Brings a file of listings into the directory: adds what is new, changes what changed, hides what is gone."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Table, delete, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from referral.audit import service as audit
from referral.directory.models import ImportProblem, ImportQuarantine, ImportRun, ServiceNeed, SourceRecord
from referral.directory.models import SynonymPhrase as Phrase
from referral.directory.queries.ids import is_one_of
from referral.directory.rules.batch import Batch, shared_points
from referral.directory.rules.places import Gazetteer, settle
from referral.directory.rules.problems import Problem, Row, shown
from referral.directory.rules.report import ImportReport
from referral.directory.rules.synonyms import Synonym, Thesaurus, suggested_needs
from referral.directory.rules.vocabulary import USUAL_TIME_ZONE, Entity, NeedSource, ProblemKind
from referral.directory.service.gone import OWNERS, take_leave
from referral.directory.service.own_word import give_back, kept_out, own_words
from referral.directory.service.pairs import one_row_a_pair
from referral.directory.service.places import gazetteer, load_zip_places
from referral.directory.service.preparing import prepare
from referral.directory.service.words import rebuild_vocabulary
from referral.foundation.database import Base
from referral.foundation.ids import uuid7
from referral.foundation.principal import Principal
from referral.foundation.progress import ProgressReporter, silent

ORDER = (
    Entity.ORGANIZATION, Entity.PROGRAM, Entity.SERVICE, Entity.LOCATION, Entity.SERVICE_AT_LOCATION, Entity.UNIT,
    Entity.TAXONOMY, Entity.TAXONOMY_TERM, Entity.ADDRESS, Entity.CONTACT, Entity.PHONE, Entity.SCHEDULE,
    Entity.LANGUAGE, Entity.SERVICE_AREA, Entity.COST_OPTION, Entity.REQUIRED_DOCUMENT, Entity.ACCESSIBILITY,
    Entity.FUNDING, Entity.URL, Entity.SERVICE_CAPACITY, Entity.ORGANIZATION_IDENTIFIER, Entity.ATTRIBUTE,
)  # fmt: skip

AT_ONCE = 2_000
NEVER_CHANGED = frozenset({"id", "created_at"})
Item = TypeVar("Item")

# HSDS calls it a program; here a program is what pays for services, so the table has another name.
TABLES = {Entity.PROGRAM: "listed_program"}


@dataclass(slots=True)
class _Difference:
    """The rows of a batch by what has to be done with them."""

    added: list[Row] = field(default_factory=list)
    changed: list[Row] = field(default_factory=list)
    unchanged: list[Row] = field(default_factory=list)
    kept: list[Row] = field(default_factory=list)

    @property
    def to_write(self) -> list[Row]:
        return self.added + self.changed


def import_listings(
    session: Session,
    batch: Batch,
    *,
    source: str,
    file_name: str,
    by: Principal,
    at: datetime,
    licence: str | None = None,
    progress: ProgressReporter = silent,
) -> ImportReport:
    """Write a read file into the directory and return the report; the same file again changes nothing."""
    load_zip_places(session)
    rows = one_row_a_pair(session, batch, _placed(batch, gazetteer(session)), source=source)
    changed = {row.id: row.values.get("last_modified") for row in rows if row.entity is Entity.SERVICE}
    give_back(session, source, changed)
    own = own_words(session, source, changed)
    difference = _compare(session, rows, source, own)
    batch.problems += [_own_word(row) for row in difference.kept]
    run = _start(session, batch, difference, source=source, file_name=file_name, licence=licence, at=at)
    _write(session, difference.to_write, progress, source=source, at=at)
    _remember(session, difference.to_write, run)
    _suggest_needs(session, difference.to_write, rows)
    left = take_leave(session, rows, source=source, own=own, on=at.date())
    run.gone = left.listings
    touched = _services_of(difference.to_write, rows) | left.services
    if touched:
        prepare(session, touched, at=at)
        rebuild_vocabulary(session)
    _report(session, run, batch)
    audit.record(session, "directory:imported", by=by, at=at, subject=("import_run", run.id), source=source)
    return ImportReport(
        run_id=run.id,
        source=source,
        lines=run.lines,
        added=run.added,
        changed=run.changed,
        unchanged=run.unchanged,
        kept=run.kept,
        gone=left.listings,
        is_part=left.is_part,
        problems=run.counts["problems"],
        set_aside=run.counts["set_aside"],
    )


def _placed(batch: Batch, places: Gazetteer) -> Iterable[Row]:
    """The rows of the batch, every location at the best place we know; doubts go into the batch's problems."""
    shared = shared_points(batch)
    addresses = {row.values["location_id"]: row.values for row in reversed(batch.of(Entity.ADDRESS))}
    for row in batch.rows.values():
        if row.entity is not Entity.LOCATION:
            yield row
            continue
        latitude, longitude = row.values["latitude"], row.values["longitude"]
        point = None if latitude is None else (latitude, longitude)
        address = addresses.get(row.id, {})
        found = settle(
            places,
            point=point,
            postal_code=address.get("postal_code"),
            city=address.get("city"),
            state=address.get("state_province"),
            is_shared=point in shared,
        )
        if found.problem:
            stated = str(point or address.get("postal_code"))
            batch.problems.append(Problem(0, row.entity, row.external_id, "latitude", found.problem, stated))
        at_zip = found.zip_place
        known = {
            "latitude": found.latitude,
            "longitude": found.longitude,
            "geo_precision": found.precision,
            "zip5": at_zip.zip5 if at_zip else None,
            "county": at_zip.county if at_zip else None,
            "state": at_zip.state if at_zip else None,
            "time_zone": at_zip.timezone if at_zip else USUAL_TIME_ZONE,
        }
        yield replace(row, values={**row.values, **known})


def _compare(session: Session, rows: list[Row], source: str, own: frozenset[UUID]) -> _Difference:
    query = select(SourceRecord.entity_id, SourceRecord.sha256).where(SourceRecord.source == source)
    known = {row.entity_id: row.sha256 for row in session.execute(query)}
    left_alone = kept_out(rows, own)
    difference = _Difference()
    for row in rows:
        if row.id in known and (row.is_stand_in or known[row.id] == row.sha256):
            difference.unchanged.append(row)
        elif row.id in left_alone:
            difference.kept.append(row)
        elif row.id in known:
            difference.changed.append(row)
        else:
            difference.added.append(row)
    return difference


def _own_word(row: Row) -> Problem:
    """Say that a row was left alone, and what it was called in the file."""
    value = next((str(row.values[name]) for name in ("name", "number", "document") if row.values.get(name)), "")
    return Problem(0, row.entity, row.external_id, "", ProblemKind.OWN_WORD, shown(value))


def _start(
    session: Session,
    batch: Batch,
    difference: _Difference,
    *,
    source: str,
    file_name: str,
    licence: str | None,
    at: datetime,
) -> ImportRun:
    run = ImportRun(
        source=source,
        file_name=file_name,
        licence=licence,
        started_at=at,
        lines=batch.lines,
        added=len(difference.added),
        changed=len(difference.changed),
        unchanged=len(difference.unchanged),
        kept=len(difference.kept),
        gone=0,
        counts={
            "rows": dict(Counter(row.entity.value for row in batch.rows.values())),
            "problems": dict(Counter(problem.kind.value for problem in batch.problems)),
            "set_aside": dict(Counter(found.reason.value for found in batch.quarantined)),
        },
    )
    session.add(run)
    session.flush()
    return run


def _write(session: Session, rows: list[Row], progress: ProgressReporter, *, source: str, at: datetime) -> None:
    for entity in progress(ORDER, len(ORDER), "Writing the directory"):
        table = Base.metadata.tables[TABLES.get(entity, entity.value)]
        found = [row for row in rows if row.entity is entity]
        for portion in _portions(found):
            if entity is Entity.ORGANIZATION:
                _upsert(session, table, [_organization(row, source, at) for row in portion])
            else:
                nowhere = dict.fromkeys(owner for owner in OWNERS if owner in table.c and table.c[owner].nullable)
                _upsert(session, table, [{"id": row.id, **nowhere, **row.values} for row in portion])


def _portions(rows: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """Cut rows into portions: what a statement is given is copied more than once on its way."""
    for start in range(0, len(rows), AT_ONCE):
        yield rows[start : start + AT_ONCE]


def _upsert(session: Session, table: Table, rows: list[dict[str, Any]]) -> None:
    # Rows of one table may hang on different parents, so their links differ: one statement for each set of columns.
    by_columns: dict[frozenset[str], list[dict[str, Any]]] = {}
    for row in rows:
        kept = {name: value for name, value in row.items() if name in table.c}
        by_columns.setdefault(frozenset(kept), []).append(kept)
    for columns, group in by_columns.items():
        statement = upsert(table)
        changed: dict[str, Any] = {name: statement.excluded[name] for name in columns if name not in NEVER_CHANGED}
        if "version" in table.c:
            changed["version"] = table.c.version + 1
        session.execute(statement.on_conflict_do_update(index_elements=["id"], set_=changed), group)


def _organization(row: Row, source: str, at: datetime) -> dict[str, Any]:
    return {"id": row.id, "source": source, "external_id": row.external_id, "created_at": at, **row.values}


def _remember(session: Session, rows: list[Row], run: ImportRun) -> None:
    statement = upsert(SourceRecord)
    changed = {name: statement.excluded[name] for name in ("sha256", "run_id")}
    over = statement.on_conflict_do_update(index_elements=["entity_id"], set_=changed)
    for portion in _portions(rows):
        remembered = [
            {
                "entity_id": row.id,
                "source": run.source,
                "entity": row.entity,
                "external_id": row.external_id,
                "sha256": row.sha256,
                "run_id": run.id,
            }
            for row in portion
        ]
        session.execute(over, remembered)


def _suggest_needs(session: Session, written: list[Row], rows: list[Row]) -> None:
    """Link new or changed services to the needs their words speak of; such a link is derived, never verified."""
    phrases = session.execute(select(Phrase.phrase, Phrase.target, Phrase.language, Phrase.need))
    thesaurus = Thesaurus(Synonym(tuple(row.phrase.split()), row.target, row.language, row.need) for row in phrases)
    names = {row.id: str(row.values.get("name") or "") for row in rows if row.entity is Entity.ORGANIZATION}
    services = [row.id for row in written if row.entity is Entity.SERVICE]
    outdated = (is_one_of(ServiceNeed.service_id, services), ServiceNeed.source == NeedSource.DERIVED)
    session.execute(delete(ServiceNeed).where(*outdated))
    links = []
    for row in written:
        if row.entity is Entity.SERVICE:
            texts = {
                "name": str(row.values.get("name") or ""),
                "organization": names.get(row.values["organization_id"], ""),
                "description": str(row.values.get("description") or ""),
            }
            found = sorted(suggested_needs(thesaurus, texts))
            links += [
                {"id": uuid7(), "service_id": row.id, "need": need, "source": NeedSource.DERIVED} for need in found
            ]
    for portion in _portions(links):
        session.execute(upsert(ServiceNeed).on_conflict_do_nothing(), portion)


def _services_of(written: list[Row], rows: list[Row]) -> set[UUID]:
    """The services whose listings a written row may change."""
    ids = {row.id for row in written}
    by_location: dict[UUID, set[UUID]] = {}
    services = {row.id for row in written if row.entity is Entity.SERVICE}
    for row in rows:
        if row.entity is Entity.SERVICE_AT_LOCATION:
            by_location.setdefault(row.values["location_id"], set()).add(row.values["service_id"])
        elif row.entity is Entity.SERVICE and row.values["organization_id"] in ids:
            services.add(row.id)
    for row in written:
        service_id = row.values.get("service_id")
        location_id = row.id if row.entity is Entity.LOCATION else row.values.get("location_id")
        services |= {service_id} if service_id else set()
        services |= by_location.get(location_id, set()) if location_id else set()
    return services


def _report(session: Session, run: ImportRun, batch: Batch) -> None:
    problems = [
        {
            "id": uuid7(), "run_id": run.id, "line": one.line, "entity": one.entity, "external_id": one.external_id,
            "field": one.field, "kind": one.kind, "value": one.value,
        }
        for one in batch.problems
    ]  # fmt: skip
    for portion in _portions(problems):
        session.execute(insert(ImportProblem), portion)
    aside = [
        {"id": uuid7(), "run_id": run.id, "line": one.line, "reason": one.reason, "raw": one.raw, "sha256": one.sha256}
        for one in batch.quarantined
    ]
    if aside:
        session.execute(insert(ImportQuarantine), aside)
