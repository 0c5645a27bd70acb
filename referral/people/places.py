"""What a ZIP code tells: its county and its time zone (package `zipcodes`, data partly GeoNames, CC BY 4.0)."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

import zipcodes


@dataclass(frozen=True, slots=True)
class Place:
    """Where a ZIP code lies."""

    city: str
    state: str
    county: str
    time_zone: str


@lru_cache(maxsize=4096)
def place_of(postal_code: str) -> Place | None:
    """Return where a five-digit ZIP code lies, or None when nobody knows it."""
    digits = postal_code[:5]
    found = _by_code(digits) if digits.isdecimal() and len(digits) == 5 else None
    if found is None:
        return None
    county = str(found["county"]).removesuffix(" County")
    return Place(str(found["city"]), str(found["state"]), county, str(found["timezone"]))


def _by_code(digits: str) -> dict[str, Any] | None:
    matching = cast("Callable[[str], list[dict[str, Any]]]", zipcodes.matching)
    return next(iter(matching(digits)), None)
