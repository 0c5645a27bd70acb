"""The tables of HSDS 3.1 as data: which fields each has, how each is read, and what nests in what.

Human Services Data Specification 3.1, an Open Referral resource (https://openreferral.org/).
"""

from dataclasses import dataclass, field

from referral.directory.rules import values
from referral.directory.rules.values import Reader
from referral.directory.rules.vocabulary import (
    Entity,
    Frequency,
    LocationType,
    ProblemKind,
    ServiceStatus,
    Weekday,
)


@dataclass(frozen=True, slots=True)
class Nested:
    """A list (or one object) inside a record: its key, its table, and the column that points back."""

    key: str
    entity: Entity
    link: str


@dataclass(frozen=True, slots=True)
class Shape:
    """One table: its fields with their readers, the fields no row can lack, and its nested lists."""

    fields: dict[str, Reader]
    required: tuple[str, ...] = ()
    nested: tuple[Nested, ...] = ()
    ignored: frozenset[str] = field(default_factory=frozenset)


def _nested(link: str, **lists: Entity) -> tuple[Nested, ...]:
    return tuple(Nested(key, entity, link) for key, entity in lists.items())


_VALID = {"valid_from": values.day, "valid_to": values.day}

SHAPES: dict[Entity, Shape] = {
    Entity.ORGANIZATION: Shape(
        fields={
            "name": values.line,
            "alternate_name": values.line,
            "description": values.prose,
            "email": values.email,
            "website": values.url,
            "tax_status": values.line,
            "tax_id": values.line,
            "year_incorporated": values.whole,
            "legal_status": values.line,
            "logo": values.url,
            "uri": values.url,
        },
        required=("name",),
        nested=_nested(
            "organization_id",
            phones=Entity.PHONE,
            contacts=Entity.CONTACT,
            funding=Entity.FUNDING,
            programs=Entity.PROGRAM,
            organization_identifiers=Entity.ORGANIZATION_IDENTIFIER,
            additional_websites=Entity.URL,
        ),
        ignored=frozenset({"locations", "parent_organization_id"}),
    ),
    Entity.PROGRAM: Shape(
        fields={"name": values.line, "alternate_name": values.line, "description": values.prose},
        required=("name",),
    ),
    Entity.SERVICE: Shape(
        fields={
            "name": values.line,
            "alternate_name": values.line,
            "description": values.prose,
            "url": values.url,
            "email": values.email,
            "status": values.one_of(ServiceStatus),
            "interpretation_services": values.prose,
            "application_process": values.prose,
            "fees_description": values.prose,
            "wait_time": values.line,
            "accreditations": values.prose,
            "eligibility_description": values.prose,
            "minimum_age": values.within(0, 130),
            "maximum_age": values.within(0, 130),
            "licenses": values.prose,
            "alert": values.prose,
            "last_modified": values.instant,
        },
        required=("name",),
        nested=_nested(
            "service_id",
            phones=Entity.PHONE,
            schedules=Entity.SCHEDULE,
            service_areas=Entity.SERVICE_AREA,
            languages=Entity.LANGUAGE,
            funding=Entity.FUNDING,
            cost_options=Entity.COST_OPTION,
            required_documents=Entity.REQUIRED_DOCUMENT,
            contacts=Entity.CONTACT,
            capacities=Entity.SERVICE_CAPACITY,
            additional_urls=Entity.URL,
        ),
        # Assurance is an act of a person, never of an import; `fees` is the old name of fees_description.
        ignored=frozenset(
            {"organization", "organization_id", "program", "program_id", "service_at_locations"}
            | {"assured_date", "assurer_email", "fees"}
        ),
    ),
    Entity.LOCATION: Shape(
        fields={
            "location_type": values.one_of(LocationType),
            "url": values.url,
            "name": values.line,
            "alternate_name": values.line,
            "description": values.prose,
            "transportation": values.prose,
            "latitude": values.within(-180, 180),
            "longitude": values.within(-180, 180),
            "external_identifier": values.line,
            "external_identifier_type": values.line,
        },
        nested=_nested(
            "location_id",
            addresses=Entity.ADDRESS,
            phones=Entity.PHONE,
            schedules=Entity.SCHEDULE,
            languages=Entity.LANGUAGE,
            accessibility=Entity.ACCESSIBILITY,
            contacts=Entity.CONTACT,
        ),
        ignored=frozenset({"organization_id"}),
    ),
    Entity.SERVICE_AT_LOCATION: Shape(
        fields={"description": values.prose},
        nested=_nested(
            "service_at_location_id",
            phones=Entity.PHONE,
            schedules=Entity.SCHEDULE,
            service_areas=Entity.SERVICE_AREA,
            contacts=Entity.CONTACT,
        ),
        ignored=frozenset({"location", "location_id", "service_id"}),
    ),
    Entity.ADDRESS: Shape(
        fields={
            "attention": values.place_text,
            "address_1": values.place_text,
            "address_2": values.place_text,
            "city": values.place_text,
            "region": values.place_text,
            "state_province": values.place_text,
            "postal_code": values.place_text,
            "country": values.place_text,
            "address_type": values.one_of(LocationType),
        },
        ignored=frozenset({"location_id"}),
    ),
    Entity.PHONE: Shape(
        fields={
            "number": values.line,
            "extension": values.count,
            "type": values.line,
            "description": values.prose,
        },
        required=("number",),
        nested=_nested("phone_id", languages=Entity.LANGUAGE),
    ),
    Entity.CONTACT: Shape(
        fields={"name": values.line, "title": values.line, "department": values.line, "email": values.email},
        nested=_nested("contact_id", phones=Entity.PHONE),
    ),
    Entity.SCHEDULE: Shape(
        fields={
            **_VALID,
            "dtstart": values.day,
            "until": values.day,
            "count": values.count,
            "wkst": values.one_of(Weekday),
            "freq": values.one_of(Frequency, ProblemKind.UNKNOWN_FREQUENCY),
            "interval": values.count,
            "byday": values.weekdays,
            "byweekno": values.line,
            "bymonthday": values.month_days,
            "byyearday": values.line,
            "description": values.prose,
            "opens_at": values.clock,
            "closes_at": values.clock,
            "schedule_link": values.url,
            "attending_type": values.line,
            "notes": values.prose,
        },
        # A UTC offset knows no daylight saving: the zone comes from the place.
        ignored=frozenset({"timezone"}),
    ),
    Entity.LANGUAGE: Shape(fields={"name": values.line, "code": values.line, "note": values.prose}),
    Entity.SERVICE_AREA: Shape(
        fields={
            "name": values.line,
            "description": values.prose,
            "extent": values.prose,
            "extent_type": values.line,
            "uri": values.url,
        },
    ),
    Entity.COST_OPTION: Shape(
        fields={
            **_VALID,
            "option": values.line,
            "currency": values.line,
            "amount": values.money,
            "amount_description": values.prose,
        },
    ),
    Entity.REQUIRED_DOCUMENT: Shape(fields={"document": values.line, "uri": values.url}, required=("document",)),
    Entity.ACCESSIBILITY: Shape(fields={"description": values.prose, "details": values.prose, "url": values.url}),
    Entity.FUNDING: Shape(fields={"source": values.prose}, required=("source",)),
    Entity.URL: Shape(fields={"label": values.line, "url": values.url}, required=("url",)),
    Entity.UNIT: Shape(
        fields={"name": values.line, "scheme": values.line, "identifier": values.line, "uri": values.url},
        required=("name",),
    ),
    Entity.SERVICE_CAPACITY: Shape(
        fields={
            "available": values.number,
            "maximum": values.number,
            "description": values.prose,
            "updated": values.instant,
        },
        required=("available",),
        ignored=frozenset({"unit", "unit_id"}),
    ),
    Entity.ORGANIZATION_IDENTIFIER: Shape(
        fields={"identifier_scheme": values.line, "identifier_type": values.line, "identifier": values.line},
        required=("identifier",),
    ),
    Entity.TAXONOMY: Shape(
        fields={
            "name": values.line,
            "description": values.prose,
            "uri": values.url,
            "version": values.line,
        },
        required=("name",),
    ),
    Entity.TAXONOMY_TERM: Shape(
        fields={
            "code": values.line,
            "name": values.line,
            "description": values.prose,
            "term_uri": values.url,
            "language": values.line,
        },
        required=("name",),
        ignored=frozenset({"taxonomy", "taxonomy_id", "taxonomy_detail", "parent_id"}),
    ),
    Entity.ATTRIBUTE: Shape(
        fields={"link_type": values.line, "value": values.line, "label": values.line},
        ignored=frozenset({"taxonomy_term", "taxonomy_term_id", "link_id", "link_entity"}),
    ),
}

# On every record of the standard: the identity is read apart, the source's change log is not kept.
EVERYWHERE = frozenset({"id", "metadata", "attributes"})
