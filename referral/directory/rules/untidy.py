"""Brings the shapes that scrapers and language models write into the nesting of HSDS.

Seen in HAARRRvest (https://github.com/For-The-Greater-Good/HAARRRvest): `organization` or `organizations`,
services at the top or inside an organization, places in four spots, ids such as `org_1` that repeat.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from referral.directory.rules.ledger import read_line
from referral.directory.rules.problems import fingerprint
from referral.directory.rules.text import words
from referral.directory.rules.untidy_places import Places, places_in
from referral.directory.rules.untidy_times import schedules_in
from referral.directory.rules.vocabulary import QuarantineReason

Raw = Mapping[str, Any]

_WRAPPERS = ("data", "payload", "record", "result")
# A service without a name is called by its type: "Meal", "Food Pantry".
_NAMES = ("name", "service_name", "service_type", "service_category", "type", "category")
_MOST = 200
_PASSED_ON = (
    "description",
    "status",
    "url",
    "email",
    "application_process",
    "languages",
    "eligibility_description",
)


class Unreadable(ValueError):
    """A record in which no service can be found."""

    def __init__(self, reason: QuarantineReason) -> None:
        super().__init__(reason.value)
        self.reason = reason


def tidy(raw: object) -> list[dict[str, Any]]:
    """The services of an untidy record, each as HSDS nests it; Unreadable when there are none."""
    records = list(_records(raw, depth=0))
    if not records:
        raise Unreadable(QuarantineReason.NOT_A_RECORD)
    services = [service for record in records for service in _services(record)]
    if not services:
        raise Unreadable(QuarantineReason.NO_SERVICE)
    return services


def _records(raw: object, depth: int) -> Iterator[Raw]:
    if isinstance(raw, list) and depth < 3:
        for item in raw[:_MOST]:
            yield from _records(item, depth + 1)
    elif isinstance(raw, Mapping):
        inner = next((raw[key] for key in _WRAPPERS if isinstance(raw.get(key), Mapping | list)), None)
        if inner is not None and depth < 3:
            yield from _records(inner, depth + 1)
        else:
            yield raw


def mappings(raw: Raw, *keys: str) -> list[Raw]:
    """Every object under any of the keys, whether the source wrote a list or a single one."""
    found: list[Raw] = []
    for key in keys:
        value = raw.get(key)
        listed = value if isinstance(value, list) else [value]
        found += [item for item in listed[:_MOST] if isinstance(item, Mapping)]
    return found


def _services(record: Raw) -> Iterator[dict[str, Any]]:
    organizations = mappings(record, "organization", "organizations")
    if not organizations and read_line(record.get("name")):
        organizations = [record]
    shared = places_in(record, *organizations)
    listed = mappings(record, "services", "service") if organizations != [record] else []
    for service in listed:
        yield _service(service, _owner(service, organizations), shared, record)
    for organization in organizations:
        for service in mappings(organization, "services", "service"):
            yield _service(service, organization, shared, record)


def _owner(service: Raw, organizations: list[Raw]) -> Raw:
    wanted = read_line(service.get("organization_id"))
    named = [one for one in organizations if wanted and read_line(one.get("id")) == wanted]
    return (named or organizations or [{}])[0]


def _service(service: Raw, organization: Raw, shared: Places, record: Raw) -> dict[str, Any]:
    """A service as the standard nests it; its ids are made of what it says, because `svc_1` repeats."""
    own = places_in(service)
    places = own.named(service) or own.all or shared.named(service) or shared.all
    name = next((service[key] for key in _NAMES if isinstance(service.get(key), str)), None)
    description = service.get("description")
    organization_id = _key(organization.get("name"), *(place.postal_code for place in shared.all[:1]))
    service_id = _key(organization_id, name, description, *(place.key for place in places))
    schedules = schedules_in(service)
    tidied = {key: service[key] for key in _PASSED_ON if isinstance(service.get(key), str | list)}
    return tidied | {
        "id": service_id,
        "name": name,
        "status": service.get("status") or service.get("service_status"),
        "organization": _organization(organization, organization_id),
        "phones": _phones(service) or _phones(organization) or _phones(record),
        "schedules": schedules or [found for place in places for found in schedules_in(place.raw)],
        "service_at_locations": [
            {
                "id": _key(service_id, place.key),
                "location": place.as_location(_key(organization_id, place.key)),
            }
            for place in places[:_MOST]
        ],
    }


def _organization(raw: Raw, organization_id: str) -> dict[str, Any] | None:
    if read_line(raw.get("name")) is None:
        return None
    other = (
        raw.get("alternate_name") or next(iter(names), None) if (names := _texts(raw.get("alternate_names"))) else None
    )
    return {
        "id": organization_id,
        "name": raw.get("name"),
        "alternate_name": other,
        "description": raw.get("description"),
        "email": raw.get("email"),
        "website": raw.get("website") or raw.get("url"),
    }


def _texts(value: object) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _phones(raw: Raw) -> list[dict[str, Any]]:
    found = mappings(raw, "phones", "phone", "phone_numbers")
    return [
        {
            "number": one.get("number") or one.get("phone_number"),
            "type": one.get("type"),
            "extension": one.get("extension"),
        }
        for one in found
    ]


def _key(*parts: object) -> str:
    """A short id made of the folded words of the parts."""
    return fingerprint("|".join(" ".join(words(str(part or "")[:2000])) for part in parts))[:32]
