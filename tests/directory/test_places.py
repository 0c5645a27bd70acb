"""Distances, boxes and the ladder from a stated point down to nowhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral.directory.rules.places import (
    DistanceBand,
    Gazetteer,
    ZipPlace,
    box_around,
    distance_band,
    miles_between,
    read_zip5,
    read_zip_place,
    say_distance,
    settle,
)
from referral.directory.rules.vocabulary import GeoPrecision, ProblemKind

RALEIGH = ZipPlace("27601", "Raleigh", "NC", "Wake", 35.774, -78.634, "America/New_York", "STANDARD")
DURHAM = ZipPlace("27701", "Durham", "NC", "Durham", 36.001, -78.896, "America/New_York", "STANDARD")
TOLEDO = ZipPlace("43604", "Toledo", "OH", "Lucas", 41.652, -83.538, "America/New_York", "STANDARD")
GAZETTEER = Gazetteer([RALEIGH, DURHAM, TOLEDO])


def test_a_known_distance() -> None:
    assert miles_between(40.7128, -74.0060, 34.0522, -118.2437) == pytest.approx(2445.6, rel=0.005)


@given(st.floats(-80, 80), st.floats(-179, 179), st.floats(0.1, 200), st.floats(-3, 3), st.floats(-3, 3))
def test_the_box_never_cuts_the_circle(
    latitude: float, longitude: float, miles: float, north: float, east: float
) -> None:
    other = (latitude + north, longitude + east)
    if miles_between(latitude, longitude, *other) <= miles:
        box = box_around(latitude, longitude, miles)
        assert box.south <= other[0] <= box.north
        assert box.west <= other[1] <= box.east


@pytest.mark.parametrize(
    ("miles", "band"),
    [(0, "0-2"), (2, "2-5"), (4.99, "2-5"), (5, "5-10"), (10, "10-25"), (25, "25+"), (None, "unknown")],
)
def test_distance_bands_begin_at_their_lower_edge(miles: float | None, band: str) -> None:
    assert distance_band(miles) == band


def test_a_virtual_place_has_its_own_band() -> None:
    assert distance_band(None, is_virtual=True) is DistanceBand.VIRTUAL


def test_a_distance_from_a_zip_is_said_with_about() -> None:
    assert say_distance(1.44, GeoPrecision.STATED) == "1.4 miles"
    assert say_distance(3.2, GeoPrecision.ZIP) == "about 3 miles"
    assert say_distance(0.2, GeoPrecision.CITY) == "about 1 mile"


@pytest.mark.parametrize(
    ("text", "zip5"),
    [("27601", "27601"), ("27601-1234", "27601"), (" 27601 ", "27601"), ("G1M 3H6", None), ("2760", None), (None, None),
     ("٢٧٦٠١", None)],
)  # fmt: skip
def test_only_a_united_states_zip_is_one(text: str | None, zip5: str | None) -> None:
    assert read_zip5(text) == zip5


@pytest.mark.parametrize(
    ("point", "postal_code", "city", "is_shared", "precision", "problem"),
    [
        ((35.78, -78.64), "27601", "Raleigh", False, GeoPrecision.STATED, None),
        (None, "27601", "Raleigh", False, GeoPrecision.ZIP, None),
        (None, "99999", "Durham", False, GeoPrecision.CITY, ProblemKind.UNKNOWN_ZIP),
        (None, None, "Nowhere", False, GeoPrecision.NONE, None),
        ((41.65, -83.53), "27601", "Raleigh", False, GeoPrecision.ZIP, ProblemKind.POINT_FAR_FROM_ZIP),
        ((35.78, -78.64), None, None, True, GeoPrecision.CITY, ProblemKind.SHARED_POINT),
        ((35.78, -78.64), None, None, False, GeoPrecision.STATED, None),
    ],
)
def test_how_well_a_place_is_known(
    point: tuple[float, float] | None,
    postal_code: str | None,
    city: str | None,
    is_shared: bool,
    precision: GeoPrecision,
    problem: ProblemKind | None,
) -> None:
    placed = settle(GAZETTEER, point=point, postal_code=postal_code, city=city, state="NC", is_shared=is_shared)
    assert (placed.precision, placed.problem) == (precision, problem)


def test_a_point_without_an_address_gets_the_county_of_the_nearest_zip() -> None:
    placed = settle(GAZETTEER, point=(36.0, -78.9), postal_code=None, city=None, state=None)
    assert placed.zip_place == DURHAM


def test_a_zip_without_a_point_is_left_out() -> None:
    assert read_zip_place({"zip_code": "00000", "lat": "", "long": ""}) is None
