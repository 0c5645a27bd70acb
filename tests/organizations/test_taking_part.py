"""Letting organizations take part: who may, what a listing becomes, and what is asked when one may be meant."""

import pytest
from sqlalchemy import delete, select

from referral.accounts.models import Membership
from referral.directory import service as directory
from referral.directory.models import ServiceAtLocation
from referral.directory.service import Site
from referral.foundation.principal import system
from referral.organizations import queries
from referral.organizations.models import Contract, NetworkMembership, Organization
from referral.organizations.rules import OrganizationKind, Role, kinds_to_take_in
from referral.people.rules import NeedCategory
from tests.factories.fixtures import NOW, World

NEW = {"name": "Fresh Start Pantry", "kind": "cbo", "email": "hello@fresh.example"}


@pytest.fixture
def lead(world: World) -> Membership:
    return world.staff(world.lead, Role.NETWORK_LEAD)


@pytest.fixture
def listed(session, world: World) -> Organization:
    """A pantry that nobody has claimed, with one service."""
    found = Organization(name="Fresh Start Pantry", description="Groceries on Fridays", source="x", created_at=NOW)
    session.add(found)
    session.flush()
    site = Site(name=found.name)
    directory.add_service(
        session,
        found,
        name="Groceries",
        categories=[NeedCategory.FOOD_INSECURITY],
        site=site,
        by=system("test"),
        at=NOW,
    )
    session.commit()
    return found


def named(session, name: str = NEW["name"]) -> Organization:
    return session.scalars(select(Organization).where(Organization.name == name)).one()


@pytest.mark.parametrize(
    ("roles", "kinds"),
    [
        ({"sysadmin"}, set(OrganizationKind)),
        ({"network_lead"}, {OrganizationKind.CBO, OrganizationKind.CLINIC}),
        ({"network_lead", "sysadmin"}, set(OrganizationKind)),
        ({"navigator", "cbo_admin", "coord_supervisor", "plan_finance"}, set()),
    ],
)
def test_a_lead_takes_in_who_helps_and_an_administrator_any_kind(roles, kinds) -> None:
    assert set(kinds_to_take_in(roles)) == kinds


def test_a_lead_takes_in_an_organization_which_delivers_under_that_lead_and_may_be_staffed(
    browser, lead, session, world
):
    client = browser(lead)
    answer = client.post("/organizations", data=NEW)
    added = named(session)
    assert (added.kind, added.email) == (OrganizationKind.CBO, "hello@fresh.example")
    assert queries.contract_on(session, added.id, world.network.id, NOW.date()).network_lead_id == world.lead.id
    page = client.get(answer.location)
    assert "Fresh Start Pantry takes part from today on." in page.text
    assert f'<option value="{added.id}" selected>' in page.text
    invited = {"name": "First", "email": "first@fresh.example", "roles[]": ["cbo_admin"], "organization_id": added.id}
    assert "/sign-in/link/" in client.post("/users", data=invited).text


def test_an_administrator_takes_in_a_plan_without_a_contract(browser, session, world):
    client = browser(world.staff(world.center, Role.SYSADMIN))
    assert client.post("/organizations", data={"name": "New Plan", "kind": "plan"}).status_code == 303
    added = named(session, "New Plan")
    assert session.scalars(select(Contract).where(Contract.organization_id == added.id)).all() == []
    assert "New Plan" in client.get("/organizations").text


def test_a_lead_takes_in_no_plan(browser, lead, session):
    assert browser(lead).post("/organizations", data={"name": "New Plan", "kind": "plan"}).status_code == 403
    assert session.scalars(select(Organization).where(Organization.name == "New Plan")).first() is None


@pytest.mark.parametrize("role", [Role.NAVIGATOR, Role.COORD_SUPERVISOR])
def test_nobody_else_takes_anybody_in(browser, session, world, role):
    assert browser(world.staff(world.center, role)).post("/organizations", data=NEW).status_code == 403


def test_a_name_that_takes_part_already_is_refused_and_what_was_typed_stays(browser, lead, world):
    answer = browser(lead).post("/organizations", data={**NEW, "name": world.pantry.name.upper()})
    assert answer.status_code == 409
    assert "takes part already" in answer.text
    assert 'value="hello@fresh.example"' in answer.text


def test_what_is_wrong_is_said_at_its_field(browser, lead):
    answer = browser(lead).post("/organizations", data={"name": "", "kind": "cbo", "email": "nowhere"})
    assert answer.status_code == 422
    assert "Write its name." in answer.text
    assert "Write an email address like" in answer.text


def test_where_a_listing_has_the_name_it_is_asked_which_one_is_meant(browser, lead, listed, session):
    answer = browser(lead).post("/organizations", data={**NEW, "name": "fresh start"})
    assert answer.status_code == 409
    assert "Groceries on Fridays" in answer.text
    assert browser(lead).post("/organizations", data={**NEW, "is_new": "true"}).status_code == 303
    assert session.get(Organization, listed.id, populate_existing=True).kind is None


def test_a_claimed_listing_keeps_its_services_and_is_found_as_taking_part(browser, lead, listed, session, world):
    client = browser(lead)
    assert f'value="{listed.id}" checked' in client.get(f"/organizations?listing={listed.id}").text
    assert client.post("/organizations", data={**NEW, "listing_id": listed.id}).status_code == 303
    claimed = session.get(Organization, listed.id, populate_existing=True)
    assert (claimed.kind, claimed.email) == (OrganizationKind.CBO, NEW["email"])
    joined = select(NetworkMembership.network_id).where(NetworkMembership.organization_id == listed.id)
    assert session.scalars(joined).all() == [world.network.id]
    service_at_location = session.scalars(select(ServiceAtLocation)).one()
    assert "In the network" in client.get(f"/directory/{service_at_location.id}").text


def test_only_a_listing_that_nobody_has_claimed_can_be_claimed(browser, lead, session, world):
    answer = browser(lead).post("/organizations", data={**NEW, "listing_id": world.pantry.id})
    assert answer.status_code == 404


def test_a_program_takes_an_organization_in_by_the_same_rules(app, api, lead, session, world):
    client, headers = app.test_client(), api(lead)
    added = client.post("/api/v1/organizations", json=NEW, headers=headers)
    assert (added.status_code, added.json["name"]) == (201, NEW["name"])
    assert client.post("/api/v1/organizations", json=NEW, headers=headers).status_code == 409
    assert (
        client.post("/api/v1/organizations", json={**NEW, "name": "P", "kind": "plan"}, headers=headers).status_code
        == 403
    )


def test_the_home_of_a_new_network_says_what_to_do_first_and_is_silent_once_others_take_part(browser, session, world):
    client = browser(world.staff(world.center, Role.SYSADMIN))
    assert "Set up the network" not in client.get("/").text
    others = NetworkMembership.organization_id != world.center.id
    session.execute(delete(NetworkMembership).where(others))
    session.commit()
    page = client.get("/").text
    assert "Set up the network" in page
    assert 'href="/organizations"' in page
