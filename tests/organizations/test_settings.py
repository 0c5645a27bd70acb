"""What a network and an organization set themselves: each setting changes what happens next, and nothing before."""

from collections.abc import Callable
from datetime import UTC, datetime, time

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from referral.accounts.models import Membership
from referral.organizations import queries
from referral.organizations.models import Network, Organization
from referral.organizations.rules import Role
from referral.referrals import queries as referrals
from referral.web.transaction import Application
from tests.factories.fixtures import World
from tests.factories.pages import version_on
from tests.house.page import Page

Browser = Callable[[Membership], FlaskClient]
PAGE = "/settings/network"
LATER = {"first_response_days": "3", "hard_stop_days": "20"}
CONFIRM = {**LATER, "confirms": "true"}


@pytest.fixture
def lead(world: World, browser: Browser) -> FlaskClient:
    return browser(world.staff(world.lead, Role.NETWORK_LEAD, name="Lena Lead"))


@pytest.fixture
def administrators(world: World, browser: Browser) -> tuple[FlaskClient, FlaskClient]:
    ada, ben = (world.staff(world.center, Role.SYSADMIN, name=name) for name in ("Ada Admin", "Ben Admin"))
    return browser(ada), browser(ben)


def change(client: FlaskClient, **typed: str):
    return client.post(PAGE, data={**LATER, "version": version_on(client, PAGE), **typed})


def days(session: Session, world: World) -> tuple[int, int]:
    session.expire_all()
    network = session.get_one(Network, world.network.id)
    return network.first_response_days, network.hard_stop_days


# --- the network ---


def test_a_lead_sees_the_defaults_and_sets_the_network_s_own_at_once(lead, session, world) -> None:
    page = lead.get(PAGE)
    assert "The default is 2." in page.text
    assert "The default is 14." in page.text
    assert Page(page.text).problems() == []
    assert change(lead).status_code == 303
    assert days(session, world) == (3, 20)


def test_a_referral_waits_as_long_as_its_network_says(lead, loop, session, world) -> None:
    loop.allow()
    session.commit()
    assert change(lead, first_response_days="1", hard_stop_days="2").status_code == 303
    session.expire_all()
    referral = loop.send()
    assert referrals.answer_due_at(session, referral) == datetime(2026, 11, 17, 22, tzinfo=UTC)
    assert referral.due_at == datetime(2026, 11, 18, 22, tzinfo=UTC)


def test_a_referral_that_was_sent_keeps_the_day_on_which_it_expires(lead, loop, session, world) -> None:
    loop.allow()
    referral = loop.send()
    expires = referral.due_at
    session.commit()
    change(lead, hard_stop_days="60")
    session.expire_all()
    assert referral.due_at == expires


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"first_response_days": "0"}, "Write a number of days from 1 to 10."),
        ({"first_response_days": "two"}, "Write a whole number of days."),
        ({"hard_stop_days": "61"}, "Write a number of days from 1 to 60."),
        ({"hard_stop_days": "3"}, "This has to be later than the day on which an answer is due."),
    ],
)
def test_what_is_wrong_is_said_at_its_field(lead, session, world, typed, words) -> None:
    answer = change(lead, **typed)
    assert answer.status_code == 422
    assert words in answer.text
    assert days(session, world) == (2, 14)


def test_the_second_of_two_who_change_it_sees_both_texts(lead) -> None:
    version = version_on(lead, PAGE)
    change(lead)
    clash = change(lead, hard_stop_days="30", version=version)
    assert clash.status_code == 412
    assert "Saved meanwhile" in clash.text


def test_what_an_administrator_proposes_counts_once_another_confirms_it(administrators, session, world) -> None:
    ada, ben = administrators
    assert "Proposed. It counts once another administrator confirms it." in change_and_read(ada)
    assert days(session, world) == (2, 14)
    own = ada.post(f"{PAGE}/decide", data=CONFIRM)
    assert own.status_code == 409
    assert "Somebody else has to confirm what you proposed." in own.text
    seen = ben.get(PAGE).text
    assert "Ada Admin proposed on Nov 16" in seen
    assert ("Settings to confirm" in ada.get("/").text, "Settings to confirm" in ben.get("/").text) == (False, True)
    assert Page(seen).problems() == []
    assert ben.post(f"{PAGE}/decide", data=CONFIRM).status_code == 303
    assert days(session, world) == (3, 20)
    assert queries.proposal_of(session, world.network.id) is None


def change_and_read(client: FlaskClient) -> str:
    change(client)
    return client.get(PAGE).text


def test_only_what_was_seen_is_confirmed_and_what_was_dropped_is_gone(administrators, session, world) -> None:
    ada, ben = administrators
    change(ada)
    assert ben.post(f"{PAGE}/decide", data={**CONFIRM, "hard_stop_days": "21"}).status_code == 409
    assert ada.post(f"{PAGE}/decide", data={**CONFIRM, "confirms": "false"}).status_code == 303
    assert ben.post(f"{PAGE}/decide", data=CONFIRM).status_code == 404
    assert days(session, world) == (2, 14)


def test_what_the_lead_sets_ends_what_was_proposed(administrators, lead, session, world) -> None:
    change(administrators[0])
    change(lead, hard_stop_days="10")
    assert administrators[1].post(f"{PAGE}/decide", data=CONFIRM).status_code == 404
    assert days(session, world) == (3, 10)


def test_a_supervisor_reads_and_nobody_else_comes_in(browser, loop, session, world) -> None:
    session.commit()
    supervisor = browser(loop.staff["supervisor"])
    assert "The network lead changes them." in supervisor.get(PAGE).text
    assert supervisor.post(PAGE, data=LATER).status_code == 403
    assert browser(loop.staff["admin"]).get(PAGE).status_code == 403


def test_a_program_reads_and_sets_it_by_the_same_rules(app: Application, world, api, session) -> None:
    client, headers = app.test_client(), api(world.staff(world.lead, Role.NETWORK_LEAD))
    address = "/api/v1/settings/network"
    read = client.get(address, headers=headers)
    told = {"first_response_days": 3, "hard_stop_days": 20}
    assert client.put(address, json=told, headers=headers).status_code == 428
    tag = {"If-Match": f'"{read.json["version"]}"'}
    kept = client.put(address, json=told, headers=headers | tag)
    assert kept.json == {**told, "version": 2, "proposal": None}
    administrator = api(world.staff(world.center, Role.SYSADMIN))
    told = {"first_response_days": 4, "hard_stop_days": 30}
    proposed = client.put(address, json=told, headers=administrator | {"If-Match": '"2"'})
    assert (proposed.json["hard_stop_days"], proposed.json["proposal"]["hard_stop_days"]) == (20, 30)


# --- an organization ---


def test_an_organization_is_answered_for_by_its_own_clock(browser, loop, session, world) -> None:
    loop.allow()
    session.commit()
    admin, address = browser(loop.staff["admin"]), "/settings/organization"
    told = {"time_zone": "America/Chicago", "closes_at": "16:00", "version": version_on(admin, address)}
    assert admin.post(address, data=told).status_code == 303
    assert Page(admin.get(address).text).problems() == []
    session.expire_all()
    pantry = session.get_one(Organization, world.pantry.id)
    assert (pantry.time_zone, pantry.closes_at) == ("America/Chicago", time(16))
    assert referrals.answer_due_at(session, loop.send()) == datetime(2026, 11, 18, 22, tzinfo=UTC)
    assert admin.post(address, data=told).status_code == 412


@pytest.mark.parametrize("typed", [{"time_zone": "Mars/Base"}, {"closes_at": "late"}, {"closes_at": ""}])
def test_a_clock_that_is_none_is_refused_at_its_field(browser, loop, session, typed) -> None:
    session.commit()
    admin, address = browser(loop.staff["admin"]), "/settings/organization"
    told = {"time_zone": "America/Chicago", "closes_at": "16:00", "version": version_on(admin, address)}
    assert admin.post(address, data={**told, **typed}).status_code == 422


def test_a_program_sets_the_clock_of_its_own_organization_only(app: Application, api, loop, session, world) -> None:
    client, headers, address = app.test_client(), api(loop.staff["admin"]), "/api/v1/settings/organization"
    read = client.get(address, headers=headers)
    assert read.json == {"time_zone": "America/New_York", "closes_at": "17:00", "version": 1}
    told = {"time_zone": "America/Denver", "closes_at": "15:30"}
    kept = client.put(address, json=told, headers=headers | {"If-Match": read.headers["ETag"]})
    assert kept.json == {**told, "version": 2}
    session.expire_all()
    assert session.get_one(Organization, world.shelter.id).time_zone == "America/New_York"
    assert client.get(address, headers=api(loop.staff["intake"])).status_code == 403
