"""Places and distances without a map service: ZIP centroids, great circles, and how well a point is known."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import asin, cos, degrees, radians, sin, sqrt
from typing import Any

from referral.directory.rules.vocabulary import GeoPrecision, ProblemKind

EARTH_DIAMETER_MILES = 7917.5
FARTHEST_FROM_ZIP_MILES = 60.0
_ZIP = re.compile(r"([0-9]{5})(?:[0-9]{4}|[ -]+[0-9]{0,4}|-)?")


@dataclass(frozen=True, slots=True)
class ZipPlace:
    """A ZIP code with its centroid, city, county and IANA time zone."""

    zip5: str
    city: str
    state: str
    county: str
    latitude: float
    longitude: float
    timezone: str
    kind: str


class DistanceBand(StrEnum):
    """How far a place is, in the steps a person thinks in."""

    NEAR = "0-2"
    CLOSE = "2-5"
    MEDIUM = "5-10"
    FAR = "10-25"
    BEYOND = "25+"
    VIRTUAL = "virtual"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of latitudes and longitudes that holds a circle; it never cuts the circle."""

    south: float
    north: float
    west: float
    east: float


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a location is for us, how we know, its ZIP, and what was wrong with what the source said."""

    latitude: float | None
    longitude: float | None
    precision: GeoPrecision
    zip_place: ZipPlace | None = None
    problem: ProblemKind | None = None


def miles_between(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Great-circle distance in miles (haversine formula)."""
    north, east = radians(other_latitude - latitude), radians(other_longitude - longitude)
    chord = sin(north / 2) ** 2 + cos(radians(latitude)) * cos(radians(other_latitude)) * sin(east / 2) ** 2
    return EARTH_DIAMETER_MILES * asin(min(1.0, sqrt(chord)))


def box_around(latitude: float, longitude: float, miles: float) -> Box:
    """The rectangle around a circle; near a pole or the date line it spans all longitudes."""
    # A hair wider than the exact circle, so that rounding never loses a place on its edge.
    angle = 2 * miles / EARTH_DIAMETER_MILES * 1.000001
    tall = degrees(angle)
    south, north = max(-90.0, latitude - tall), min(90.0, latitude + tall)
    if south <= -90.0 or north >= 90.0:
        return Box(south, north, -180.0, 180.0)
    wide = degrees(asin(min(1.0, sin(min(angle, 1.57)) / cos(radians(latitude)))))
    west, east = longitude - wide, longitude + wide
    if west < -180.0 or east > 180.0:
        return Box(south, north, -180.0, 180.0)
    return Box(south, north, west, east)


def distance_band(miles: float | None, *, is_virtual: bool = False) -> DistanceBand:
    """The band of a distance in miles; a virtual place has none."""
    if is_virtual:
        return DistanceBand.VIRTUAL
    if miles is None:
        return DistanceBand.UNKNOWN
    steps = (
        (2, DistanceBand.NEAR),
        (5, DistanceBand.CLOSE),
        (10, DistanceBand.MEDIUM),
        (25, DistanceBand.FAR),
    )
    return next((band for limit, band in steps if miles < limit), DistanceBand.BEYOND)


def say_distance(miles: float, precision: GeoPrecision) -> str:
    """A distance as a result shows it: *1.4 miles*, or *about 3 miles* when only the ZIP or city is known."""
    if precision is GeoPrecision.STATED:
        return "less than 0.1 miles" if miles < 0.1 else f"{miles:.1f} miles"
    return f"about {max(1, round(miles))} {'mile' if round(miles) <= 1 else 'miles'}"


def read_zip5(text: str | None) -> str | None:
    """The five digits of a United States ZIP code, or None for what is none (a Canadian code, a word)."""
    found = _ZIP.fullmatch((text or "").strip())
    return found[1] if found else None


def read_zip_place(raw: Mapping[str, Any]) -> ZipPlace | None:
    """A ZIP code of the *zipcodes* package (data partly GeoNames, CC BY 4.0); None when it has no point."""
    try:
        latitude, longitude = float(raw["lat"]), float(raw["long"])
    except (KeyError, TypeError, ValueError):
        return None
    return ZipPlace(
        zip5=raw["zip_code"],
        city=raw["city"],
        state=raw["state"],
        county=(raw.get("county") or "").removesuffix(" County"),
        latitude=latitude,
        longitude=longitude,
        timezone=raw["timezone"],
        kind=raw.get("zip_code_type") or "",
    )


class Gazetteer:
    """All ZIP codes, found by number, by city, or by the nearest centroid."""

    def __init__(self, places: Iterable[ZipPlace]) -> None:
        self.by_zip = {place.zip5: place for place in places}
        self._by_city: dict[tuple[str, str], list[ZipPlace]] = {}
        self._by_cell: dict[tuple[int, int], list[ZipPlace]] = {}
        for place in self.by_zip.values():
            self._by_city.setdefault((place.state.casefold(), place.city.casefold()), []).append(place)
            self._by_cell.setdefault((int(place.latitude), int(place.longitude)), []).append(place)

    def city(self, city: str | None, state: str | None) -> ZipPlace | None:
        """The ZIP whose centroid lies in the middle of a city's ZIPs."""
        found = self._by_city.get(((state or "").casefold(), (city or "").casefold()), [])
        if not found:
            return None
        latitude = sum(place.latitude for place in found) / len(found)
        longitude = sum(place.longitude for place in found) / len(found)
        return min(found, key=lambda place: _miles_to(place, latitude, longitude))

    def nearest(self, latitude: float, longitude: float) -> ZipPlace | None:
        """The ZIP with the nearest centroid, within about a degree."""
        row, column = int(latitude), int(longitude)
        cells = [(row + north, column + east) for north in (-1, 0, 1) for east in (-1, 0, 1)]
        found = [place for cell in cells for place in self._by_cell.get(cell, ())]
        return min(found, key=lambda place: _miles_to(place, latitude, longitude), default=None)


def _miles_to(place: ZipPlace, latitude: float, longitude: float) -> float:
    return miles_between(place.latitude, place.longitude, latitude, longitude)


def settle(
    gazetteer: Gazetteer,
    *,
    point: tuple[float, float] | None,
    postal_code: str | None,
    city: str | None,
    state: str | None,
    is_shared: bool = False,
) -> Placed:
    """Where a location is: the stated point unless doubtful, else the middle of the ZIP, else of the city.

    A point more than 60 miles from its own ZIP (without one, from its city) is a geocoder's mistake, unless latitude
    and longitude only changed places; one that many organizations share (`is_shared`) stands for a whole city.
    """
    zip5 = read_zip5(postal_code)
    at_zip = gazetteer.by_zip.get(zip5) if zip5 else None
    at_city = gazetteer.city(city, state)
    problem = ProblemKind.UNKNOWN_ZIP if postal_code and at_zip is None else None
    if point is not None and _is_astray(gazetteer, point, at_zip or at_city):
        point, problem = _set_right(gazetteer, point, at_zip or at_city)
    if point is not None and not is_shared:
        return Placed(*point, GeoPrecision.STATED, at_zip or gazetteer.nearest(*point), problem)
    problem = ProblemKind.SHARED_POINT if point is not None else problem
    for found, precision in ((at_zip, GeoPrecision.ZIP), (at_city, GeoPrecision.CITY)):
        if found is not None:
            return Placed(found.latitude, found.longitude, precision, found, problem)
    if point is not None:
        return Placed(*point, GeoPrecision.CITY, gazetteer.nearest(*point), problem)
    return Placed(None, None, GeoPrecision.NONE, None, problem)


def _is_astray(gazetteer: Gazetteer, point: tuple[float, float], expected: ZipPlace | None) -> bool:
    """Whether a point is far from where it should be; where nothing says that, far from every ZIP code."""
    if expected is None:
        return gazetteer.nearest(*point) is None
    return _miles_to(expected, *point) > FARTHEST_FROM_ZIP_MILES


def _set_right(
    gazetteer: Gazetteer, point: tuple[float, float], expected: ZipPlace | None
) -> tuple[tuple[float, float] | None, ProblemKind | None]:
    """A point that is astray with its numbers in the right order; a point abroad as it stands; else none."""
    latitude, longitude = point
    if abs(longitude) <= 90 and not _is_astray(gazetteer, (longitude, latitude), expected):
        return (longitude, latitude), ProblemKind.POINT_SWAPPED
    return (point, None) if expected is None else (None, ProblemKind.POINT_FAR_FROM_ZIP)
