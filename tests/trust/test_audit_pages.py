"""Who reads the log: a supervisor the network's, an administrator the organization's, the rest without clients."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert
from sqlalchemy.orm import Session

from referral.accounts.models import Membership
from referral.audit import service as audit
from referral.audit.models import AuditEvent
from referral.foundation.database import become
from referral.foundation.principal import Principal
from referral.organizations.rules import Role
from referral.people import service as people
from referral.referrals.rules import Action
from referral.web.transaction import Application
from tests.factories.fixtures import NOW, SEED, World, make_world
from tests.factories.people import a_consent, a_person
from tests.factories.referrals import Loop

Browser = Callable[[Membership], FlaskClient]


@pytest.fixture
def loop(app: Application, session: Session, world: World, principal_of: Callable[[Membership], Principal]) -> Loop:
    """Maria Garcia, read by her navigator and by the pantry that helps her."""
    loop = Loop(session, world, principal_of)
    loop.allow()
    loop.do(loop.send(), Action.ACCEPT)
    for by in (loop.navigator, loop.intake):
        people.open_person(session, loop.person.id, by=by, at=NOW)
    session.commit()
    return loop


def rows(page: str) -> str:
    return page.split("<tbody>")[1].split("</tbody>", maxsplit=1)[0] if "<tbody>" in page else ""


def test_the_supervisor_sees_the_networks_acts_about_persons_who_may_be_seen(loop: Loop, browser: Browser) -> None:
    seen = rows(browser(loop.staff["supervisor"]).get("/audit-log").text)
    assert "cbo_intake at Helping Hands Pantry" in seen
    assert "navigator at Coordination Center" in seen
    assert "Maria Garcia" in seen
    assert "Opened the record" in seen


def test_an_administrator_sees_what_colleagues_did_and_nothing_of_others(loop: Loop, browser: Browser) -> None:
    seen = rows(browser(loop.staff["admin"]).get("/audit-log").text)
    assert "cbo_intake at Helping Hands Pantry" in seen
    assert "Coordination Center" not in seen


def test_the_lead_sees_deeds_of_organizations_it_leads_without_clients(loop: Loop, browser: Browser) -> None:
    page = browser(loop.staff["lead"]).get("/audit-log").text
    assert "Helping Hands Pantry" in rows(page)
    assert "Coordination Center" not in rows(page), "the center delivers under no contract of this lead"
    for secret in ("Maria", "Garcia", str(loop.person.id), loop.person.number):
        assert secret not in page
    other = loop.world.staff(loop.world.other_lead, Role.NETWORK_LEAD, name="West")
    assert "Helping Hands" not in rows(browser(other).get("/audit-log").text)


def test_the_administrator_of_the_system_sees_every_deed_without_clients_and_the_state_of_the_seals(
    session: Session, loop: Loop, browser: Browser
) -> None:
    keeper = browser(loop.world.staff(loop.world.center, Role.SYSADMIN, name="Ada"))
    page = keeper.get("/audit-log").text
    assert "Opened the record" in rows(page)
    for secret in ("Maria", "Garcia", str(loop.person.id), loop.person.number):
        assert secret not in page
    assert "Last verified" in page
    assert "Never" in page
    audit.record(session, "audit:verified", at=NOW, outcome="broken", seals=3, findings=1, checkpoints=1)
    session.commit()
    assert "The log was NOT whole" in keeper.get("/audit-log").text


@pytest.mark.parametrize("role", Role)
def test_the_matrix_says_who_reads_which_log(loop: Loop, browser: Browser, role: Role) -> None:
    world = loop.world
    homes = {
        Role.CBO_INTAKE: world.pantry,
        Role.CBO_ADMIN: world.pantry,
        Role.CBO_BILLER: world.pantry,
        Role.NETWORK_LEAD: world.lead,
        Role.PLAN_CARE_MGR: world.plan,
        Role.PLAN_FINANCE: world.plan,
        Role.PLAN_ANALYST: world.plan,
    }
    client = browser(world.staff(homes.get(role, world.center), role, name=f"Reader {role}"))
    reads_log = role in {Role.COORD_SUPERVISOR, Role.CBO_ADMIN, Role.NETWORK_LEAD, Role.SYSADMIN}
    reads_looks = role in {Role.NAVIGATOR, Role.COORD_SUPERVISOR, Role.CBO_ADMIN}
    assert client.get("/audit-log").status_code == (200 if reads_log else 403)
    assert client.get(f"/people/{loop.person.id}/access-log").status_code == (200 if reads_looks else 403)


def test_who_looked_at_somebody_is_cut_to_the_role(loop: Loop, browser: Browser) -> None:
    address = f"/people/{loop.person.id}/access-log"
    supervisor, admin = (rows(browser(loop.staff[who]).get(address).text) for who in ("supervisor", "admin"))
    navigator = rows(browser(loop.staff["navigator"]).get(address).text)
    assert "cbo_intake at" in supervisor
    assert "navigator at" in supervisor
    assert "cbo_intake at" in admin
    assert "navigator at" not in admin
    assert "cbo_intake at" not in navigator
    assert "navigator at" in navigator
    colleague = loop.world.staff(loop.world.center, Role.NAVIGATOR, name="Colleague")
    assert rows(browser(colleague).get(address).text) == "", "own acts: none yet"


def test_a_list_that_showed_somebody_counts_as_a_look(session: Session, loop: Loop, browser: Browser) -> None:
    become(session, loop.navigator)
    people.find_likely(session, given_name="Maria", family_name="Garcia", by=loop.navigator, at=NOW)
    become(session, SEED)
    session.commit()
    seen = rows(browser(loop.staff["navigator"]).get(f"/people/{loop.person.id}/access-log").text)
    assert "Saw the person in a search" in seen


def test_nobody_learns_of_somebody_hidden_by_way_of_the_log(
    session: Session, loop: Loop, browser: Browser, acting_as: Callable[[Membership], Session]
) -> None:
    become(session, loop.navigator)
    hidden = a_person(session, loop.navigator, given_name="Zoe", family_name="Quillfeather", is_hidden=True)
    a_consent(session, hidden, loop.navigator)
    people.open_person(session, hidden.id, by=loop.navigator, at=NOW)
    become(session, SEED)
    session.commit()
    supervisor = browser(loop.staff["supervisor"])
    before = supervisor.get("/audit-log").text
    assert str(hidden.id) not in before
    assert "Quillfeather" not in before
    real = supervisor.get(f"/people/{hidden.id}/access-log")
    never = supervisor.get(f"/people/{uuid4()}/access-log")
    assert (real.status_code, never.status_code) == (404, 404)
    about_hidden = AuditEvent.person_id == hidden.id
    with acting_as(loop.staff["supervisor"]) as behind:
        assert behind.query(AuditEvent).where(about_hidden).count() == 0
    own = browser(loop.staff["navigator"]).get(f"/people/{hidden.id}/access-log")
    assert "Opened the record" in rows(own.text)


def test_what_happened_at_level_three_is_read_back_only_by_who_did_it(
    session: Session, loop: Loop, browser: Browser
) -> None:
    person = loop.person
    told: dict[str, Any] = {"person_id": person.id, "network_id": person.network_id, "level": 3}
    audit.record(session, "urgent:noticed", at=NOW, by=loop.navigator, **told)
    session.commit()
    address = f"/people/{person.id}/access-log"
    assert "Urgent" in browser(loop.staff["navigator"]).get(address).text
    keeper = loop.world.staff(loop.world.center, Role.SYSADMIN, name="Ada")
    assert "Urgent" not in browser(loop.staff["supervisor"]).get(address).text
    assert "Urgent" not in browser(loop.staff["supervisor"]).get("/audit-log").text
    assert "Urgent" not in rows(browser(keeper).get("/audit-log").text)


def test_the_log_is_narrowed_by_day_by_kind_and_by_user_and_goes_on_page_by_page(
    session: Session, loop: Loop, browser: Browser
) -> None:
    old = [
        {
            "at": NOW - timedelta(days=40, minutes=number),
            "action": "invoice:exported",
            "principal_kind": "user",
            "principal_id": loop.intake.id,
            "user_id": loop.intake.user_id,
            "organization_id": loop.intake.organization_id,
            "network_id": loop.intake.network_id,
            "details": {},
        }
        for number in range(60)
    ]
    session.execute(insert(AuditEvent), old)
    session.commit()
    client = browser(loop.staff["admin"])
    exports = client.get("/audit-log?kind=export").text
    assert rows(exports).count("<tr>") == 50
    following = exports.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    both = rows(exports) + rows(client.get(following).text)
    assert both.count("Invoice: exported") == 60
    assert "Invoice: exported" not in rows(client.get("/audit-log?kind=export&from_on=2026-11-01").text)
    day = (NOW - timedelta(days=40)).date()
    assert rows(client.get(f"/audit-log?from_on={day}&until_on={day}").text).count("<tr>") == 50
    assert rows(client.get(f"/audit-log?user={loop.navigator.user_id}").text) == ""
    assert client.get("/audit-log?from_on=yesterday").status_code == 422


def test_programs_read_the_same_log_cut_the_same_way(
    app: Application, loop: Loop, api: Callable[[Membership], dict[str, str]]
) -> None:
    client = app.test_client()
    lead = client.get("/api/v1/audit-log", headers=api(loop.staff["lead"])).json
    assert lead is not None
    assert {item["person_id"] for item in lead["items"]} == {None}
    looks = client.get(f"/api/v1/people/{loop.person.id}/access-log", headers=api(loop.staff["admin"])).json
    assert looks is not None
    assert {item["organization"] for item in looks["items"]} == {"Helping Hands Pantry"}


def test_reading_the_log_is_logged(session: Session, loop: Loop, browser: Browser) -> None:
    client = browser(loop.staff["supervisor"])
    client.get("/audit-log")
    client.get(f"/people/{loop.person.id}/access-log")
    page = rows(client.get("/audit-log").text)
    assert "Read the log" in page
    assert "Read who looked at the record" in page


def test_another_network_reads_nothing_of_this_one(session: Session, loop: Loop, browser: Browser) -> None:
    other = make_world(session, "Other Network")
    client = browser(other.staff(other.center, Role.COORD_SUPERVISOR, name="Far away"))
    seen = rows(client.get("/audit-log").text)
    assert "cbo_intake at" not in seen
    assert "Maria" not in seen
    assert client.get(f"/people/{loop.person.id}/access-log").status_code == 404
