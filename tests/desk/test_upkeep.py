"""Colleagues and failed work: what administrators look after."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from referral.accounts.models import Membership, User
from referral.foundation import jobs
from referral.foundation.jobs import Job
from referral.organizations.rules import Role
from tests.factories.fixtures import NOW, World

GOOD = {"name": "New Colleague", "email": "new@example.org"}


@pytest.fixture
def admin(world: World) -> Membership:
    return world.staff(world.pantry, Role.CBO_ADMIN)


def test_an_administrator_adds_a_colleague_who_works_for_the_same_organization(admin, browser, session, world):
    response = browser(admin).post("/users", data={**GOOD, "roles[]": ["cbo_intake", "cbo_biller"]})
    assert response.status_code == 200
    assert "/sign-in/link/" in response.text
    added = session.scalars(select(Membership).join(User).where(User.email == "new@example.org")).unique().one()
    assert added.organization_id == world.pantry.id
    assert added.roles == ["cbo_biller", "cbo_intake"]


@pytest.mark.parametrize("role", ["sysadmin", "plan_finance", "navigator"])
def test_nobody_gives_a_role_that_is_not_theirs_to_give(admin, browser, session, role):
    response = browser(admin).post("/users", data={**GOOD, "roles[]": [role]})
    assert response.status_code in {403, 409}
    assert session.scalars(select(User).where(User.email == "new@example.org")).first() is None


def test_somebody_is_on_the_list_of_an_organization_once(browser, world):
    keeper, known = browser(world.staff(world.center, Role.SYSADMIN)), world.staff(world.pantry, Role.CBO_INTAKE)
    twice = {"name": "Again", "email": known.user.email, "roles[]": ["cbo_biller"], "organization_id": world.pantry.id}
    answer = keeper.post("/users", data=twice)
    assert answer.status_code == 409
    assert "already. Change the roles there." in answer.text


def test_a_form_without_a_role_comes_back_with_what_was_typed(admin, browser):
    response = browser(admin).post("/users", data=GOOD)
    assert response.status_code == 422
    assert "Choose at least one role." in response.text
    assert 'value="New Colleague"' in response.text


def test_colleagues_of_other_organizations_stay_unseen(admin, browser, world):
    world.staff(world.shelter, Role.CBO_ADMIN, name="Shelter Boss")
    assert "Shelter Boss" not in browser(admin).get("/users").text


@pytest.fixture
def dead(session) -> int:
    jobs.add(session, "facts.refresh", key="broken-1")
    job = session.scalars(select(Job).where(Job.key == "broken-1")).one()
    job.dead_at, job.attempts, job.last_error = NOW, 5, "ValueError"
    session.commit()
    return job.id


def test_failed_work_stands_on_a_page_and_can_be_tried_again(dead, browser, session, world):
    client = browser(world.staff(world.center, Role.SYSADMIN))
    assert "facts.refresh" in client.get("/jobs").text
    assert client.post(f"/jobs/{dead}/retry").status_code == 303
    job = session.get(Job, dead, populate_existing=True)
    assert (job.dead_at, job.attempts) == (None, 0)


def test_work_that_has_not_failed_cannot_be_retried(browser, world):
    assert browser(world.staff(world.center, Role.SYSADMIN)).post("/jobs/999999/retry").status_code == 404


def test_only_the_systems_administrator_sees_failed_work(admin, browser):
    assert browser(admin).get("/jobs").status_code == 403


def test_colleagues_and_organizations_are_found_by_their_names(
    world: World, browser: Callable[[Membership], FlaskClient], api: Callable[[Membership], dict[str, str]]
) -> None:
    sysadmin = world.staff(world.center, Role.SYSADMIN)
    world.staff(world.pantry, Role.CBO_INTAKE, name="Zelda Quist")
    client, headers = browser(sysadmin), api(sysadmin)
    page = client.get("/users?words=quist").text
    assert "Zelda Quist" in page
    assert page.count('<th scope="row">') == 1
    assert "Nobody here is called so." in client.get("/users?words=%25").text
    (found,) = client.get("/api/v1/users?words=QUIST", headers=headers).json["items"]
    assert found["name"] == "Zelda Quist"
    marks = client.get("/protection?words=pantry").text
    assert world.pantry.name in marks
    assert world.shelter.name not in marks
    told = client.get("/api/v1/protection?words=pantry", headers=headers).json["organizations"]
    assert [one["name"] for one in told] == [world.pantry.name]
