"""Reads services in the shape of HSDS 3.x: with its organization, its places and what nests in them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from referral.directory.rules.ledger import Ledger, external_id_of, read_line
from referral.directory.rules.lines import Line, lines, parse
from referral.directory.rules.problems import Reading, set_aside
from referral.directory.rules.untidy import Unreadable, tidy
from referral.directory.rules.vocabulary import Entity, ProblemKind, QuarantineReason

ORPHANAGE = "organization-not-stated"


def read_file(chunks: Iterable[bytes], *, source: str) -> Iterator[Reading]:
    """Reads a file of one JSON object a line, given in chunks; every line gives a Reading."""
    for line in lines(chunks):
        yield read_line_of_file(line, source=source)


def read_line_of_file(line: Line, *, source: str) -> Reading:
    """The rows, the problems, or the reason why a line was set aside."""
    ledger = Ledger(source, line.number)
    if line.has_bad_bytes:
        ledger.note(Entity.SERVICE, "", "", ProblemKind.BAD_ENCODING, line.text)
    if line.is_too_long:
        return _aside(ledger, QuarantineReason.TOO_LONG, line.text)
    try:
        raw = parse(line.text)
    except ValueError:
        return _aside(ledger, QuarantineReason.NOT_JSON, line.text)
    return read_record(ledger, raw, line.text)


def read_record(ledger: Ledger, raw: object, text: str) -> Reading:
    """The rows and problems of a record, or the reason why it was set aside with its text."""
    try:
        services = _services(raw)
    except Unreadable as unreadable:
        return _aside(ledger, unreadable.reason, text)
    for service in services:
        if reason := read_service(ledger, service):
            _aside(ledger, reason, text)
    return ledger.reading


def _services(raw: object) -> Sequence[Mapping[str, Any]]:
    """The services of a record as the standard nests them, whichever of its objects the record is."""
    if isinstance(raw, Mapping) and isinstance(raw.get("contents"), list):
        raw = raw["contents"]
    if isinstance(raw, list) and raw and all(is_tidy(item) or _is_organization(item) for item in raw):
        return [service for item in raw for service in _services(item)]
    if isinstance(raw, Mapping) and is_tidy(raw):
        return [raw]
    if isinstance(raw, Mapping) and _is_organization(raw):
        owner = {name: value for name, value in raw.items() if name != "services"}
        return [{**service, "organization": owner} for service in raw["services"]]
    if (
        isinstance(raw, Mapping)
        and isinstance(raw.get("service"), Mapping)
        and isinstance(raw.get("location"), Mapping)
    ):
        place = {name: value for name, value in raw.items() if name != "service"}
        return [{**raw["service"], "service_at_locations": [place]}]
    return tidy(raw)


def _is_organization(raw: object) -> bool:
    """Whether a record is an organization of the standard with its services inside."""
    services = raw.get("services") if isinstance(raw, Mapping) and "id" in raw and "name" in raw else None
    return (
        isinstance(services, list)
        and bool(services)
        and all(isinstance(one, Mapping) and "id" in one and "service_at_locations" in one for one in services)
    )


def is_tidy(raw: object) -> bool:
    """Whether a record is a service as the standard nests it, not one of the shapes that scrapers produce."""
    return (
        isinstance(raw, Mapping)
        and "services" not in raw
        and "organizations" not in raw
        and ("service_at_locations" in raw or ("organization_id" in raw and "name" in raw) or _is_summary(raw))
    )


def _is_summary(raw: Mapping[str, Any]) -> bool:
    """Whether a record is a service as lists of the standard's API shorten it, without its places."""
    return isinstance(raw.get("organization"), Mapping) and {"id", "name", "status"} <= raw.keys()


def read_service(ledger: Ledger, raw: Mapping[str, Any]) -> QuarantineReason | None:
    """Adds a service with its organization and places to the ledger, or says why it cannot."""
    external_id = external_id_of(raw)
    if external_id is None:
        return QuarantineReason.NO_ID
    if read_line(raw.get("name")) is None:
        return QuarantineReason.NO_NAME
    organization_id = _read_organization(ledger, raw, external_id)
    service_id = ledger.record(
        Entity.SERVICE,
        raw,
        external_id,
        organization_id=organization_id,
        program_id=_read_program(ledger, raw, external_id, organization_id),
    )
    if service_id is None:
        return QuarantineReason.NO_NAME
    _read_places(ledger, raw, external_id, service_id)
    return None


def _read_organization(ledger: Ledger, raw: Mapping[str, Any], service: str) -> UUID:
    for external_id, organization in ledger.items(Entity.SERVICE, raw, service, "organization"):
        found = ledger.record(Entity.ORGANIZATION, organization, external_id)
        if found is not None:
            return found
    named = read_line(raw.get("organization_id"))
    ledger.note(Entity.SERVICE, service, "organization", ProblemKind.ORPHAN, named)
    return ledger.stand_in(
        Entity.ORGANIZATION,
        named or ORPHANAGE,
        name="Organization not stated",
        description="The source gave no organization for this service.",
    )


def _read_program(ledger: Ledger, raw: Mapping[str, Any], service: str, organization_id: UUID) -> UUID | None:
    for external_id, program in ledger.items(Entity.SERVICE, raw, service, "program"):
        return ledger.record(Entity.PROGRAM, program, external_id, organization_id=organization_id)
    return None


def _read_places(ledger: Ledger, raw: Mapping[str, Any], service: str, service_id: UUID) -> None:
    places = 0
    for external_id, at_location in ledger.items(Entity.SERVICE, raw, service, "service_at_locations"):
        for location, found in ledger.items(Entity.SERVICE_AT_LOCATION, at_location, external_id, "location"):
            location_id = ledger.record(Entity.LOCATION, found, location)
            if location_id is not None:
                links = {"service_id": service_id, "location_id": location_id}
                ledger.record(Entity.SERVICE_AT_LOCATION, at_location, external_id, **links)
                places += 1
                break
        else:
            ledger.note(Entity.SERVICE_AT_LOCATION, external_id, "location", ProblemKind.NO_PLACE, at_location)
    if not places:
        ledger.note(Entity.SERVICE, service, "service_at_locations", ProblemKind.NO_PLACE, None)


def _aside(ledger: Ledger, reason: QuarantineReason, text: str) -> Reading:
    ledger.reading.quarantined.append(set_aside(ledger.line, reason, text))
    return ledger.reading
