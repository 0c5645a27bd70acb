"""A program learns which plans and organizations it may name."""

from collections.abc import Callable

import pytest

from referral.accounts.models import Membership
from referral.organizations.rules import Role
from referral.web.transaction import Application
from tests.factories.fixtures import World, make_world


@pytest.fixture
def read(app: Application, api: Callable[[Membership], dict[str, str]], world: World):
    make_world(world.session, "Another Network")
    headers = api(world.staff(world.center, Role.NAVIGATOR))
    return lambda path: app.test_client().get(f"/api/v1{path}", headers=headers)


def test_the_plans_of_the_own_network_are_listed_with_the_ids_that_coverages_name(read, world: World) -> None:
    assert read("/organizations?kind=plan").json == {
        "items": [
            {
                "id": str(plan.id), "name": plan.name, "kind": "plan", "description": plan.name, "email": None,
                "website": None, "time_zone": "America/New_York",
            }
            for plan in (world.plan, world.other_plan)
        ],
        "next": None,
    }  # fmt: skip


def test_organizations_come_by_name_page_by_page_and_none_twice(read, world: World) -> None:
    listed, after = [], ""
    while True:
        answer = read(f"/organizations?limit=3{after}").json
        listed += [organization["name"] for organization in answer["items"]]
        if answer["next"] is None:
            break
        after = f"&after={answer['next']}"
    own = (world.center, world.pantry, world.shelter, world.lead, world.other_lead, world.plan, world.other_plan)
    assert listed == sorted(organization.name for organization in own)


def test_the_network_says_where_its_days_begin(read, world: World) -> None:
    (network,) = read("/networks").json["items"]
    assert (network["id"], network["state"], network["time_zone"]) == (str(world.network.id), "NC", "America/New_York")


def test_an_unknown_kind_is_refused_and_nobody_learns_nothing(app: Application, read) -> None:
    assert read("/organizations?kind=bank").status_code == 422
    assert app.test_client().get("/api/v1/organizations").status_code == 401
