"""Does a person live where the program works? Compared only where both sides are known."""

from collections.abc import Collection
from enum import StrEnum


class RegionBasis(StrEnum):
    """What a program goes by when it asks for the region."""

    RESIDENCE_COUNTY = "residence_county"
    COVERAGE = "coverage"


class RegionResult(StrEnum):
    """A mismatch needs two known values."""

    OK = "ok"
    MISMATCH = "mismatch"
    UNKNOWN = "unknown"


def check_county(county: str | None, program_counties: Collection[str]) -> RegionResult:
    """Compare the county of residence on the day with the program's counties; no list means no limit."""
    if not program_counties:
        return RegionResult.OK
    if county is None:
        return RegionResult.UNKNOWN
    return RegionResult.OK if county in program_counties else RegionResult.MISMATCH


def check_region(
    basis: RegionBasis,
    *,
    coverage_region: str | None,
    address_region: str | None,
    case_region: str | None,
    is_address_a_fallback: bool = False,
) -> RegionResult:
    """Compare the person's region with the case's; an address stands in only where the program says so."""
    known = address_region if basis is RegionBasis.RESIDENCE_COUNTY else coverage_region
    if known is None and is_address_a_fallback:
        known = address_region
    if known is None or case_region is None:
        return RegionResult.UNKNOWN
    return RegionResult.OK if known == case_region else RegionResult.MISMATCH
