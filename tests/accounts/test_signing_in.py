"""Signing in, choosing where one works, and signing out for good."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from referral.accounts import service
from referral.accounts.models import Membership
from referral.app import create_app
from referral.foundation import clock
from referral.organizations.rules import Role
from referral.web.transaction import Application
from tests.factories.fixtures import NOW, PASSWORD, SEED, World


@pytest.fixture
def ana(world: World, session: Session) -> Membership:
    user = service.add_user(session, email="Ana@example.org", name="Ana", password=PASSWORD, by=SEED, at=NOW)
    membership = service.add_membership(
        session, user, world.center, network_id=world.network.id, roles={Role.NAVIGATOR}, by=SEED, at=NOW
    )
    session.commit()
    return membership


def sign_in(app: Application, password: str = PASSWORD, email: str = "ana@example.org"):
    client = app.test_client()
    return client, client.post("/sign-in", data={"email": email, "password": password, "next": ""})


def test_the_right_password_opens_a_session(app, ana):
    client, response = sign_in(app)
    assert response.status_code == 303
    assert client.get_cookie("sid") is not None


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(app, ana):
    _, wrong = sign_in(app, password="not the password")
    _, unknown = sign_in(app, email="nobody@example.org")
    sentence = b"do not fit together"
    assert sentence in wrong.data
    assert sentence in unknown.data
    assert wrong.status_code == unknown.status_code == 409


def test_a_refused_sign_in_keeps_the_address_that_was_typed_but_not_the_password(app, ana):
    _, response = sign_in(app, password="not the password")
    assert b"ana@example.org" in response.data
    assert b"not the password" not in response.data


def test_a_copied_cookie_opens_nothing_after_sign_out(app, ana):
    client, _ = sign_in(app)
    secret = client.get_cookie("sid").value
    client.post("/sign-out")
    thief = app.test_client()
    thief.set_cookie("sid", secret)
    assert thief.get("/choose-organization").status_code == 303


@pytest.mark.parametrize(("quiet", "status"), [(timedelta(minutes=14), 200), (timedelta(minutes=15), 303)])
def test_a_session_ends_after_15_idle_minutes(app, ana, quiet, status):
    client, _ = sign_in(app)
    with clock.standing_at(NOW + quiet):
        assert client.get("/choose-organization").status_code == status


def test_ten_failures_refuse_even_the_right_password_for_a_while(settings, committed_database):
    with committed_database.transaction(SEED) as session:
        service.add_user(session, email="ana@example.org", name="Ana", password=PASSWORD, by=SEED, at=NOW)
    app = create_app(settings, committed_database)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    for second in range(0, 640, 64):
        with clock.standing_at(NOW + timedelta(seconds=second)):
            sign_in(app, password="not the password")
    with clock.standing_at(NOW + timedelta(seconds=640)):
        _, response = sign_in(app)
    assert (response.status_code, response.headers["Retry-After"]) == (429, "836")
    assert b"Wait 14 minutes" in response.data
    with clock.standing_at(NOW + timedelta(minutes=27)):
        _, later = sign_in(app)
    assert later.status_code == 303


def test_sign_in_never_leads_to_another_site(app, ana):
    client = app.test_client()
    response = client.post(
        "/sign-in", data={"email": "ana@example.org", "password": PASSWORD, "next": "//evil.example/"}
    )
    assert response.headers["Location"] == "/"


def test_whoever_works_for_two_organizations_chooses_one_and_another_later(app, ana, world, session):
    second = service.add_membership(
        session, ana.user, world.pantry, network_id=world.network.id, roles={Role.CBO_INTAKE}, by=SEED, at=NOW
    )
    session.commit()
    client, response = sign_in(app)
    assert response.headers["Location"] == "/choose-organization"
    offered = client.get("/choose-organization").text
    assert world.center.name in offered
    assert world.pantry.name in offered
    for chosen, door, status in ((ana, "/inbox", 403), (second, "/inbox", 200), (ana, "/inbox", 403)):
        client.post("/choose-organization", data={"membership_id": chosen.id})
        assert client.get(door).status_code == status


def test_nobody_chooses_a_membership_of_somebody_else(app, ana, world, session):
    other = world.staff(world.pantry, Role.CBO_INTAKE)
    session.commit()
    client, _ = sign_in(app)
    assert client.post("/choose-organization", data={"membership_id": other.id}).status_code == 404
    assert client.get("/inbox").status_code == 403
