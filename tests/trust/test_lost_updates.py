"""T21: two people change the same record; the second is shown both texts, and no word is lost."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from referral.accounts import service as accounts
from referral.accounts.models import Membership
from referral.app import create_app
from referral.audit.models import AuditEvent
from referral.billing.models import InvoiceLine
from referral.directory.models import CapacityStatus
from referral.foundation import clock
from referral.foundation.database import Database
from referral.foundation.principal import Principal
from referral.foundation.settings import Settings
from referral.organizations.rules import Role
from referral.people import queries
from referral.people.models import Person
from referral.people.rules import DemographicKind
from referral.web import versions
from referral.web.guard import PROGRAMS
from referral.web.transaction import Application
from tests.factories.billing import PaidLoop
from tests.factories.fixtures import NOW, SEED, World, make_world
from tests.factories.pages import version_on
from tests.factories.people import a_person
from tests.factories.referrals import Loop
from tests.house.page import Page
from tests.trust.whole_story import tell

Browser = Callable[[Membership], FlaskClient]
Api = Callable[[Membership], dict[str, str]]
PrincipalOf = Callable[[Membership], Principal]


@pytest.fixture
def loop(session: Session, world: World, principal_of: PrincipalOf) -> PaidLoop:
    return PaidLoop(session, world, principal_of)


@pytest.fixture
def nora(loop: PaidLoop, browser: Browser) -> FlaskClient:
    return browser(loop.staff["navigator"])


def form_of(loop: PaidLoop, version: str, **typed: str) -> dict[str, str]:
    known = {"given_name": loop.person.given_name, "family_name": loop.person.family_name, "language": "es"}
    return {**known, **typed, "version": version}


def test_t21_the_second_of_two_sees_both_texts_and_loses_no_word(nora: FlaskClient, loop: PaidLoop) -> None:
    address = f"/people/{loop.person.id}/edit"
    version = version_on(nora, address)
    first = form_of(loop, version, called="Mariquita", phone="(252) 555-0123", household_size="5", is_hidden="true")
    assert nora.post(address, data=first).status_code == 303

    mine = form_of(loop, version, called="Mia", household_size="6", line_1="12 Pine Street", language="vi")
    clash = nora.post(address, data=mine)
    assert clash.status_code == 412
    assert Page(clash.text).problems() == []
    for words in ("Mia", "12 Pine Street", 'value="6"', "Mariquita", "(252) 555-0123", "Spanish", "ticked"):
        assert words in clash.text, words
    assert clash.text.count("Saved meanwhile:") >= 5
    assert "Compare the two, then save again." in clash.text


def test_t21_saving_again_after_both_texts_were_shown_keeps_mine(
    nora: FlaskClient, loop: PaidLoop, session: Session
) -> None:
    address = f"/people/{loop.person.id}/edit"
    version = version_on(nora, address)
    nora.post(address, data=form_of(loop, version, called="Mariquita"))
    clash = nora.post(address, data=form_of(loop, version, called="Mia"))
    shown = clash.text.split('name="version" value="')[1].split('"')[0]
    assert shown != version
    assert nora.post(address, data=form_of(loop, shown, called="Mia")).status_code == 303
    assert session.get_one(Person, loop.person.id, populate_existing=True).called == "Mia"


def test_t21_what_was_wrong_keeps_the_version_that_was_read(nora: FlaskClient, loop: PaidLoop) -> None:
    address = f"/people/{loop.person.id}/edit"
    version = version_on(nora, address)
    nora.post(address, data=form_of(loop, version, called="Mariquita"))
    wrong = nora.post(address, data=form_of(loop, version, given_name=""))
    assert wrong.status_code == 422
    assert f'name="version" value="{version}"' in wrong.text


def test_t21_another_phone_or_address_is_another_version(nora: FlaskClient, loop: PaidLoop) -> None:
    address = f"/people/{loop.person.id}/edit"
    version = version_on(nora, address)
    assert nora.post(address, data=form_of(loop, version, phone="(252) 555-0123")).status_code == 303
    after = version_on(nora, address)
    assert after != version
    assert nora.post(address, data=form_of(loop, after, line_1="12 Pine Street")).status_code == 303
    assert nora.post(address, data=form_of(loop, after, line_1="14 Oak Street")).status_code == 412


def test_t21_the_page_that_shows_both_texts_is_a_read_that_is_written_down(
    nora: FlaskClient, loop: PaidLoop, session: Session
) -> None:
    address = f"/people/{loop.person.id}/edit"
    version = version_on(nora, address)
    nora.post(address, data=form_of(loop, version, called="Mariquita"))

    def reads() -> int:
        return len(session.scalars(select(AuditEvent.id).where(AuditEvent.action == "person:read")).all())

    before = reads()
    assert nora.post(address, data=form_of(loop, version, called="Mia")).status_code == 412
    assert reads() == before + 1


def test_t21_answers_about_oneself_are_not_overwritten_unseen(
    nora: FlaskClient, loop: PaidLoop, session: Session
) -> None:
    address = f"/people/{loop.person.id}/about"
    version = version_on(nora, address)
    told = {"source": "self_reported", "race_ethnicity[]": ["white"], "version": version}
    assert nora.post(address, data=told).status_code == 303
    clash = nora.post(address, data={**told, "race_ethnicity[]": ["hispanic_or_latino"]})
    assert clash.status_code == 412
    assert "Saved meanwhile:</strong> White" in clash.text
    kept = queries.demographics(session, loop.person.id)[DemographicKind.RACE_ETHNICITY]
    assert kept.values == ["white"]


def test_t21_a_plan_noted_meanwhile_is_not_ended_unseen(nora: FlaskClient, loop: PaidLoop, world: World) -> None:
    address = f"/people/{loop.person.id}/coverage"
    version = version_on(nora, address)
    plan = {"plan_id": str(world.other_plan.id), "member_id": "77", "starts_on": "2026-01-01", "version": version}
    assert nora.post(address, data=plan).status_code == 303
    clash = nora.post(address, data={**plan, "ends_on": "2026-06-30"})
    assert clash.status_code == 412
    assert 'value="2026-06-30"' in clash.text
    assert "No end set" in clash.text
    assert "Saved meanwhile" not in clash.text


def test_t21_what_is_said_about_room_is_not_overwritten_unseen(
    browser: Browser, loop: PaidLoop, session: Session
) -> None:
    carla = browser(loop.staff["admin"])
    address = f"/my-services/{loop.food_box.id}/capacity"
    version = version_on(carla, "/my-services")
    said = {"status": "open", "available": "12", "note": "Mornings only", "version": version}
    assert carla.post(address, data=said).status_code == 303
    clash = carla.post(address, data={"status": "closed", "note": "The freezer broke", "version": version})
    assert clash.status_code == 412
    for words in ("The freezer broke", "Mornings only", "Saved meanwhile:</strong> 12", "We have room"):
        assert words in clash.text, words
    assert session.get_one(CapacityStatus, loop.food_box.id).note == "Mornings only"


def test_t21_a_need_put_elsewhere_meanwhile_is_shown(nora: FlaskClient, loop: PaidLoop) -> None:
    address = f"/needs/{loop.need.id}"
    form = {"version": version_on(nora, address), "category": "material-hardship"}
    assert nora.post(f"{address}/category", data=form).status_code == 303
    assert nora.post(f"{address}/category", data={**form, "category": "social-connection"}).status_code == 412


def test_t21_an_invoice_that_changed_since_it_was_opened_is_neither_cut_nor_approved(
    browser: Browser, loop: PaidLoop, session: Session
) -> None:
    referral, _ = loop.authorized()
    for day in (2, 9):
        loop.deliver(referral, day)
    invoice = loop.draft()
    session.commit()
    biller, address = browser(loop.staff["biller"]), f"/invoices/{invoice.id}"
    seen = {"version": version_on(biller, address)}
    one, other = session.scalars(select(InvoiceLine.id).where(InvoiceLine.invoice_id == invoice.id))
    assert biller.post(f"{address}/lines/{one}/remove", data=seen).status_code == 303
    assert biller.post(f"{address}/lines/{other}/remove", data=seen).status_code == 412
    assert biller.post(f"{address}/lines/{other}/remove").status_code == 428
    assert biller.post(f"{address}/submit", data=seen).status_code == 412
    assert biller.post(f"{address}/submit", data={"version": version_on(biller, address)}).status_code == 303


# -- the same by the API ---------------------------------------------------------------------------------------------


def patch(
    client: FlaskClient, headers: dict[str, str], person_id: UUID, tag: str | None, **changed: Any
) -> TestResponse:
    named = {"If-Match": tag} if tag is not None else {}
    return client.patch(f"/api/v1/people/{person_id}", json=changed, headers={**headers, **named})


def test_t21_by_the_api_the_second_gets_412_with_what_is_saved(app: Application, loop: PaidLoop, api: Api) -> None:
    client, headers = app.test_client(), api(loop.staff["navigator"])
    tag = client.get(f"/api/v1/people/{loop.person.id}", headers=headers).headers["ETag"]
    first = patch(client, headers, loop.person.id, tag, called="Mariquita")
    assert (first.status_code, first.headers["ETag"] != tag) == (200, True)
    second = patch(client, headers, loop.person.id, tag, called="Mia")
    assert second.status_code == 412
    assert second.content_type == "application/problem+json"
    assert second.json["saved"]["called"] == "Mariquita"
    again = f'"{second.json["saved"]["version"]}"'
    assert patch(client, headers, loop.person.id, again, called="Mia").status_code == 200


@pytest.mark.parametrize("tag", [None, "", "*", '"abc"', '"1", "2"', "1e3"])
def test_t21_without_a_version_nothing_is_changed(app: Application, loop: PaidLoop, api: Api, tag: str | None) -> None:
    client, headers = app.test_client(), api(loop.staff["navigator"])
    assert patch(client, headers, loop.person.id, tag, called="Mia").status_code == 428
    assert client.get(f"/api/v1/people/{loop.person.id}", headers=headers).json["called"] is None


def test_t21_room_by_the_api(app: Application, loop: PaidLoop, api: Api) -> None:
    client, headers = app.test_client(), api(loop.staff["admin"])
    address = f"/api/v1/my-services/{loop.food_box.id}/capacity"
    tag = client.get(address, headers=headers).headers["ETag"]
    assert tag == '"0"'
    for status, said in ((200, "open"), (412, "closed")):
        answer = client.put(address, json={"status": said}, headers={**headers, "If-Match": tag})
        assert answer.status_code == status
    assert answer.json["saved"]["state"] == "open"


def test_t21_every_edit_of_the_api_asks_for_the_version_that_was_read(
    app: Application, session: Session, world: World, principal_of: PrincipalOf, api: Api
) -> None:
    app.testing = False
    story = tell(session, world, principal_of)
    headers = [api(member) for member in story.insiders().values()]
    client, bound, swept, lax = app.test_client(), app.url_map.bind("localhost"), 0, []
    for rule in app.url_map.iter_rules():
        for method in sorted(rule.methods or ()):
            if not (rule.rule.startswith(PROGRAMS) and versions.is_edit(app.view_functions[rule.endpoint], method)):
                continue
            address = bound.build(rule.endpoint, {name: story.ids[name] for name in rule.arguments}, method=method)
            bare = {client.open(address, method=method, headers=one, json={}).status_code for one in headers}
            lax += [f"{method} {address}: {bare}"] if not bare <= {403, 404, 428} or 428 not in bare else []
            swept += 1
    assert swept >= 3
    assert lax == []


def test_t21_every_form_that_edits_text_names_the_version_it_shows(
    app: Application, session: Session, world: World, principal_of: PrincipalOf, browser: Browser
) -> None:
    loop = Loop(session, world, principal_of)
    session.commit()
    nora, carla = browser(loop.staff["navigator"]), browser(loop.staff["admin"])
    nora_s = {
        f"/people/{loop.person.id}/edit": form_of(loop, ""),
        f"/people/{loop.person.id}/about": {"source": "self_reported", "race_ethnicity[]": "white"},
        f"/needs/{loop.need.id}/category": {"category": "material-hardship"},
    }
    carla_s = {f"/my-services/{loop.food_box.id}/capacity": {"status": "open"}}
    for client, forms in ((nora, nora_s), (carla, carla_s)):
        for address, form in forms.items():
            bare = {name: value for name, value in form.items() if name != "version"}
            assert client.post(address, data=bare).status_code == 428, address


# -- at the same moment ------------------------------------------------------------------------------------------------


@pytest.mark.full
def test_t21_of_twenty_at_once_one_is_kept_and_the_others_are_told(
    settings: Settings, committed_database: Database
) -> None:
    app = create_app(settings, committed_database)
    app.config.update(TESTING=True)
    with committed_database.transaction(SEED) as session:
        world = make_world(session)
        nora = world.staff(world.center, Role.NAVIGATOR)
        who = accounts.principal_of_membership(nora, app.extensions["grants"])
        person_id = a_person(session, who).id
        headers = {"Authorization": f"Bearer {accounts.make_token(session, nora, name='t', by=SEED, at=NOW)}"}

    def change(number: int) -> int:
        with clock.standing_at(NOW):
            return patch(app.test_client(), headers, person_id, '"1"', called=f"Name {number}").status_code

    with ThreadPoolExecutor(20) as pool:
        statuses = sorted(pool.map(change, range(20)))
    assert statuses == [200] + [412] * 19
