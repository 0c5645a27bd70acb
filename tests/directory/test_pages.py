"""The pages and the API of the directory, as people and programs use them."""

from collections.abc import Callable
from datetime import datetime
from time import perf_counter
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from referral.accounts.models import Membership
from referral.directory.models import CapacityStatus, Service, ServiceAtLocation
from referral.directory.rules.freshness import CapacityState
from referral.directory.service import Site, add_service
from referral.organizations.rules import Role
from referral.people.rules import NeedCategory
from tests.factories.fixtures import SEED as BY
from tests.factories.fixtures import World

pytestmark = pytest.mark.usefixtures("places", "vocabulary")
Browser = Callable[[Membership], FlaskClient]
Token = Callable[[Membership], dict[str, str]]


@pytest.fixture
def pantry(session: Session, world: World, at: datetime) -> ServiceAtLocation:
    """The pantry's food service in Raleigh."""
    return add_service(
        session, world.pantry, name="Food pantry", description="Groceries <b>every</b> week.",
        categories=[NeedCategory.FOOD_INSECURITY], site=Site(zip5="27601", city="Raleigh", address_1="1 Hope St"),
        phone="919 828 0890", languages=["es"], by=BY, at=at,
    )  # fmt: skip


def test_a_navigator_finds_help_and_reads_why(browser: Browser, world: World, pantry: ServiceAtLocation) -> None:
    client = browser(world.staff(world.center, Role.NAVIGATOR))
    page = client.get("/directory?words=despensa&zip_code=27601")
    assert page.status_code == 200
    for text in (
        "Food pantry",
        "about 1 mile",
        "In your network",
        "(919) 828-0890",
        "Hours not known",
        "Not confirmed",
    ):
        assert text in page.text
    assert f"/directory/{pantry.id}" in page.text
    assert '<option value="10" selected>10 miles</option>' in page.text


def test_results_can_be_chosen_for_a_need(browser: Browser, world: World, pantry: ServiceAtLocation) -> None:
    client = browser(world.staff(world.center, Role.NAVIGATOR))
    need_id = uuid4()
    page = client.get(f"/directory?need_id={need_id}&need=food-insecurity&zip_code=27601")
    assert f'action="/needs/{need_id}/refer"' in page.text
    assert f'name="service" value="{pantry.id}"' in page.text


def test_nothing_found_is_never_a_blank_page(browser: Browser, world: World) -> None:
    client = browser(world.staff(world.center, Role.NAVIGATOR))
    assert "Call 211" in client.get("/directory?words=zeppelin&zip_code=27601").text
    assert "Choose a need" in client.get("/directory").text


def test_a_wrong_filter_comes_back_with_a_message(browser: Browser, world: World) -> None:
    client = browser(world.staff(world.center, Role.NAVIGATOR))
    page = client.get("/directory?miles=7&need=happiness")
    assert page.status_code == 422
    assert "Please check what you entered" in page.text
    assert "Choose one from the list." in page.text
    assert "food-insecurity, " not in page.text


def test_a_listing_shows_what_is_known_and_escapes_what_others_wrote(
    browser: Browser, world: World, pantry: ServiceAtLocation
) -> None:
    client = browser(world.staff(world.plan, Role.PLAN_CARE_MGR))
    page = client.get(f"/directory/{pantry.id}")
    assert page.status_code == 200
    assert "Groceries &lt;b&gt;every&lt;/b&gt; week." in page.text
    assert "Spanish" in page.text
    assert client.get(f"/directory/{uuid4()}").status_code == 404


def test_a_cbo_says_that_there_is_room_and_that_the_listing_is_right(
    browser: Browser, session: Session, world: World, pantry: ServiceAtLocation, at: datetime
) -> None:
    client = browser(world.staff(world.pantry, Role.CBO_ADMIN))
    assert "Food pantry" in client.get("/my-services").text
    form = {"status": "limited", "available": "12", "note": "Mornings only", "version": "0"}
    assert client.post(f"/my-services/{pantry.id}/capacity", data=form).status_code == 303
    assert client.post(f"/my-services/{pantry.id}/confirm").status_code == 303
    said = session.get_one(CapacityStatus, pantry.id, populate_existing=True)
    assert (said.status, said.available, said.note) == (CapacityState.LIMITED, 12, "Mornings only")
    session.expire_all()
    assert session.get_one(Service, pantry.service_id).assured_date == at.date()


def test_a_wrong_number_of_places_comes_back_at_its_field(
    browser: Browser, world: World, pantry: ServiceAtLocation
) -> None:
    client = browser(world.staff(world.pantry, Role.CBO_ADMIN))
    page = client.post(f"/my-services/{pantry.id}/capacity", data={"available": "-2", "note": "Mornings"})
    assert page.status_code == 422
    assert "Choose whether there is room." in page.text
    assert 'value="Mornings"' in page.text


def test_others_cannot_keep_the_listing(browser: Browser, world: World, pantry: ServiceAtLocation) -> None:
    stranger = browser(world.staff(world.shelter, Role.CBO_ADMIN))
    assert stranger.post(f"/my-services/{pantry.id}/confirm").status_code == 403
    navigator = browser(world.staff(world.center, Role.NAVIGATOR))
    assert navigator.get("/my-services").status_code == 403


def test_the_api_answers_like_the_page(
    app: object, browser: Browser, api: Token, world: World, pantry: ServiceAtLocation
) -> None:
    membership = world.staff(world.pantry, Role.CBO_INTAKE)
    client, headers = browser(membership), api(membership)
    found = client.get("/api/v1/directory?words=diapers food&zip_code=27601", headers=headers).json
    assert found["items"][0]["title"] == "Food pantry"
    assert found["items"][0]["reasons"][0]["points"] > 0
    assert found["next"] is None
    one = client.get(f"/api/v1/directory/{pantry.id}", headers=headers).json
    assert one["needs"] == [{"need": "food-insecurity", "source": "stated"}]
    assert client.get("/api/v1/my-services", headers=headers).json["items"][0]["id"] == str(pantry.id)
    first = headers | {"If-Match": '"0"'}
    said = client.put(f"/api/v1/my-services/{pantry.id}/capacity", json={"status": "open"}, headers=first).json
    assert said["room"]["state"] == "open"
    confirmed = client.post(f"/api/v1/my-services/{pantry.id}/confirm", headers=headers).json
    assert confirmed["assured_on"] == "2026-11-16"
    assert client.get(f"/api/v1/directory/{uuid4()}", headers=headers).status_code == 404


PATTERNS = {
    "nested repeats": "(a+)+$" * 20,
    "many of one letter": "a" * 180 + "!",
    "open brackets": "[(" * 80,
    "anything, often": ".*" * 80,
    "wildcards of SQL": "%_" * 80,
    "operators of a text search": "food | & ! <-> :* 'x'" * 4,
    "backslashes": "\\" * 180,
}
"""Words that a regular expression or a pattern of SQL would read as orders."""


@pytest.mark.parametrize("words", PATTERNS.values(), ids=PATTERNS)
def test_words_are_words_whatever_a_pattern_would_make_of_them(
    browser: Browser, world: World, pantry: ServiceAtLocation, words: str
) -> None:
    client = browser(world.staff(world.center, Role.NAVIGATOR))
    began = perf_counter()
    answer = client.get("/directory", query_string={"words": words, "zip_code": "27601"})
    assert answer.status_code == 200
    assert perf_counter() - began < 5, "a pattern that backtracks takes minutes"
    assert client.get("/directory?words=food+pantry&zip_code=27601").text.count("Food pantry") > 0
