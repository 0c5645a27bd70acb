"""Finds the places of an untidy record: under four keys, flat or nested, with nine spellings of a street."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Raw = Mapping[str, Any]

_LISTS = ("locations", "location", "addresses", "address", "physical_addresses")
_STREET = ("address_1", "street_address_1", "street_address", "street1", "street", "line1", "address1")
_SECOND = ("address_2", "street_address_2", "street2", "line2")
_STATE = ("state_province", "state_province_code", "state_code", "state", "region")
_ZIP = ("postal_code", "zip_code", "zip")
_MOST = 200


@dataclass(frozen=True, slots=True)
class Place:
    """One place with the parts that were found, as the source wrote them."""

    raw: Raw
    address: Raw
    latitude: object
    longitude: object

    @property
    def postal_code(self) -> object:
        """The ZIP code as written."""
        return _first(self.address, _ZIP)

    @property
    def street(self) -> object:
        """The street line as written; the first of several lines."""
        lines = self.address.get("address_lines")
        listed = lines[0] if isinstance(lines, list) and lines else None
        return _first(self.address, _STREET) or listed

    @property
    def key(self) -> str:
        """What makes this place another one than its neighbor."""
        city = self.address.get("city") or self.address.get("locality")
        return f"{self.street} {city} {self.postal_code} {self.latitude} {self.longitude}"

    def as_location(self, external_id: str) -> dict[str, Any]:
        """The place as an HSDS location with its address."""
        name = self.raw.get("name") or self.raw.get("location_name")
        return {
            "id": external_id,
            "name": name if isinstance(name, str) else None,
            "location_type": self.raw.get("location_type") or self.raw.get("type"),
            "latitude": self.latitude,
            "longitude": self.longitude,
            "addresses": [self._as_address(external_id)] if self.street or self.postal_code else [],
        }

    def _as_address(self, external_id: str) -> dict[str, Any]:
        return {
            "id": f"{external_id}/address",
            "address_1": self.street,
            "address_2": _first(self.address, _SECOND),
            "city": self.address.get("city") or self.address.get("locality"),
            "state_province": _first(self.address, _STATE),
            "postal_code": self.postal_code,
            "country": self.address.get("country") or self.address.get("country_code"),
            "address_type": self.address.get("address_type"),
        }


@dataclass(frozen=True, slots=True)
class Places:
    """The places of a record, also by the ids that its services name."""

    all: list[Place]
    by_id: dict[str, Place]

    def named(self, service: Raw) -> list[Place]:
        """The places that a service names by id."""
        listed = service.get("location_ids")
        ids = [service.get("location_id"), *(listed if isinstance(listed, list) else [])]
        return [self.by_id[name] for name in ids if isinstance(name, str) and name in self.by_id]


def places_in(*records: Raw) -> Places:
    """The places that the records hold themselves (not those of their services), each once."""
    found: dict[str, Place] = {}
    by_id: dict[str, Place] = {}
    for raw in (item for record in records for item in _items(record)):
        place = _place(raw)
        if place.street or place.postal_code or place.latitude is not None:
            kept = found.setdefault(place.key, place)
            by_id |= {raw[key]: kept for key in ("id", "location_id") if isinstance(raw.get(key), str)}
    return Places(list(found.values()), by_id)


def _items(record: Raw) -> list[Raw]:
    items: list[Raw] = []
    for key in _LISTS:
        value = record.get(key)
        listed = value if isinstance(value, list) else [value]
        items += [item for item in listed[:_MOST] if isinstance(item, Mapping)]
    return items


def _place(raw: Raw) -> Place:
    inner = raw.get("addresses") or raw.get("address")
    first = inner[0] if isinstance(inner, list) and inner else inner
    address = first if isinstance(first, Mapping) else {**raw, "address_1": first} if isinstance(first, str) else raw
    latitude, longitude = _point(raw)
    if latitude is None:
        latitude, longitude = _point(address)
    return Place(raw, address, latitude, longitude)


def _point(raw: Raw) -> tuple[object, object]:
    point = raw.get("coordinates")
    if isinstance(point, list) and point and isinstance(point[0], Mapping):
        point = point[0]
    if isinstance(point, Mapping):
        return point.get("latitude"), point.get("longitude")
    if isinstance(point, list) and len(point) == 2:
        return point[0], point[1]
    return raw.get("latitude"), raw.get("longitude")


def _first(raw: Raw, keys: tuple[str, ...]) -> object:
    return next((raw[key] for key in keys if raw.get(key)), None)
