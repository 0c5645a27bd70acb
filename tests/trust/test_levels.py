"""Sensitivity levels: who is cleared, and who sees which fields of what is sensitive (T04)."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from referral.accounts.models import Membership
from referral.audit.models import AuditEvent
from referral.directory.models import Address, Location
from referral.directory.queries.cards import say_place
from referral.directory.rules.vocabulary import LocationType
from referral.foundation import clock
from referral.foundation.principal import Principal
from referral.organizations.rules import Role
from referral.people import service as people
from referral.people.models import Consent
from referral.people.rules import ConsentScope, NeedCategory
from referral.referrals import service as referrals
from referral.referrals.jobs import hide, withdraw_resting_on
from referral.referrals.models import Referral, StatusChange
from referral.referrals.rules import Action, Connection, MoveRefused, Outcome, Refusal, Status, loop_rates
from referral.screening.models import Need, NeedChange
from referral.web.transaction import Application
from tests.factories.fixtures import NOW, World
from tests.factories.levels import NOTE, PHONE, SensitiveLoop

Api = Callable[[Membership], dict[str, str]]
Browser = Callable[[Membership], FlaskClient]
TRAINED = {"trained_on": "2026-10-01"}


@pytest.fixture
def head(world: World) -> Membership:
    world.shelter.is_victim_service = True
    return world.staff(world.shelter, Role.CBO_ADMIN)


def test_who_keeps_the_roles_clears_a_colleague_from_the_next_request_on(
    session: Session, world: World, head: Membership, browser: Browser, principal_of: Callable[..., Principal]
) -> None:
    worker = world.staff(world.shelter, Role.CBO_INTAKE)
    client = browser(head)
    assert b"Safety clearance" in client.get(f"/users/{worker.id}/clearance").data
    assert client.post(f"/users/{worker.id}/clearance", data=TRAINED).status_code == 303
    session.expire_all()
    assert worker.ipv_cleared_until == date(2027, 9, 30), "a training counts for a year"
    assert principal_of(worker).is_l3_cleared
    assert client.post(f"/users/{worker.id}/clearance/end").status_code == 303
    session.expire_all()
    assert not principal_of(worker).is_l3_cleared
    events = session.scalars(select(AuditEvent.action).where(AuditEvent.action.like("clearance:%"))).all()
    assert sorted(events) == ["clearance:ended", "clearance:given"]


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"trained_on": "2026-12-01"}, b"in the past"),
        ({"trained_on": "2025-10-01"}, b"more than a year old"),
        ({"trained_on": "2026-10-01", "until": "2028-01-01"}, b"at the latest"),
    ],
)
def test_a_clearance_needs_a_training_of_the_last_year(
    world: World, head: Membership, browser: Browser, form: dict[str, str], told: bytes
) -> None:
    worker = world.staff(world.shelter, Role.CBO_INTAKE)
    answer = browser(head).post(f"/users/{worker.id}/clearance", data=form)
    assert answer.status_code == 409
    assert told in answer.data


def test_nobody_clears_themselves_or_somebody_elsewhere_and_no_clearance_outlives_its_ground(
    session: Session, world: World, head: Membership, browser: Browser, principal_of: Callable[..., Principal]
) -> None:
    elsewhere = world.staff(world.pantry, Role.CBO_INTAKE)
    supervisor = world.staff(world.center, Role.COORD_SUPERVISOR)
    navigator = world.staff(world.center, Role.NAVIGATOR)
    for clearer, target in ((head, head), (head, elsewhere), (supervisor, supervisor), (head, navigator)):
        assert browser(clearer).post(f"/users/{target.id}/clearance", data=TRAINED).status_code == 404
    own_head = world.staff(world.pantry, Role.CBO_ADMIN)
    answer = browser(own_head).post(f"/users/{elsewhere.id}/clearance", data=TRAINED)
    assert answer.status_code == 409, "the pantry is no victim service"
    assert browser(supervisor).post(f"/users/{navigator.id}/clearance", data=TRAINED).status_code == 303
    session.expire_all()
    assert principal_of(navigator).is_l3_cleared
    worker = world.staff(world.shelter, Role.CBO_INTAKE)
    worker.ipv_trained_on, worker.ipv_cleared_until = date(2025, 11, 16), NOW.date() - timedelta(days=1)
    assert not principal_of(worker).is_l3_cleared, "it ended yesterday"
    worker.ipv_cleared_until = NOW.date()
    assert principal_of(worker).is_l3_cleared
    world.shelter.is_victim_service = False
    assert not principal_of(worker).is_l3_cleared


@pytest.fixture
def loop(session: Session, world: World, principal_of: Callable[..., Principal]) -> SensitiveLoop:
    return SensitiveLoop(session, world, principal_of)


MINIMUM = {"given_name", "area", "language", "household_size"}
WHOLE = {"given_name", "family_name", "language", "household_size", "phone", "note"}
WRITTEN = {"family_name": "Garcia", "phone": PHONE, "note": NOTE}
"""How the page writes what not everybody may read."""
L2_AFTER = {
    "navigator": WHOLE | {"person_id"},
    "intake": WHOLE,
    "admin": WHOLE,
    "biller": {"given_name", "family_name"},
}
L3_AFTER = {"navigator": WHOLE | {"person_id"}, "cleared": WHOLE}


def fields_shown(api: Api, client: FlaskClient, member: Membership, referral: Referral) -> set[str] | int:
    answer = client.get(f"/api/v1/referrals/{referral.id}", headers=api(member))
    if answer.status_code != 200:
        return answer.status_code
    named = WHOLE | MINIMUM | {"person_id"}
    return {name for name, value in answer.json["person"].items() if name in named and value is not None}


@pytest.mark.parametrize(
    ("level", "taken", "expected"),
    [
        ("l2", False, {"navigator": L2_AFTER["navigator"], "intake": MINIMUM - {"area"}, "admin": MINIMUM - {"area"}}),
        ("l2", True, L2_AFTER),
        ("l3", False, {"navigator": L3_AFTER["navigator"], "cleared": MINIMUM - {"area"}}),
        ("l3", True, L3_AFTER),
    ],
)
def test_t04_each_role_sees_the_fields_of_its_level_and_nobody_else_a_row(
    loop: SensitiveLoop,
    app: Application,
    api: Api,
    browser: Browser,
    level: str,
    taken: bool,
    expected: dict[str, set[str]],
) -> None:
    referral = loop.sent_l2(taken=taken) if level == "l2" else loop.sent_l3(taken=taken)
    client = app.test_client()
    shown = {who: fields_shown(api, client, member, referral) for who, member in loop.everybody().items()}
    allowed = {who: fields for who, fields in shown.items() if isinstance(fields, set)}
    assert allowed == expected
    assert {code for code in shown.values() if isinstance(code, int)} <= {403, 404}
    for who, member in loop.everybody().items():
        page = browser(member).get(f"/referrals/{referral.id}").text
        written = {name for name, words in WRITTEN.items() if words in page}
        assert written == allowed.get(who, set()) & WRITTEN.keys(), who


@pytest.mark.parametrize("level", ["l2", "l3"])
def test_t04_row_level_security_alone_keeps_what_is_sensitive_from_all_but_its_parties(
    loop: SensitiveLoop, acting_as: Callable[[Membership], Session], level: str
) -> None:
    referral = loop.sent_l2() if level == "l2" else loop.sent_l3()
    parties = {"l2": {"navigator", "intake", "admin", "biller"}, "l3": {"navigator", "cleared"}}[level]
    tables = (Referral, StatusChange, Need, NeedChange)
    for who, member in loop.everybody().items():
        with acting_as(member) as session:
            found = {table: select(table).where(table.level == int(referral.level)) for table in tables}
            seen = {table.__tablename__ for table, query in found.items() if session.scalars(query).all()}
        expected = {"referral", "status_change", "need", "need_change"} if who in parties else set()
        assert seen == expected, who


def test_t04_a_supervisor_sees_l2_only_when_a_consent_names_the_center_and_of_l3_a_count(
    loop: SensitiveLoop, browser: Browser, acting_as: Callable[[Membership], Session]
) -> None:
    l2, l3 = loop.sent_l2(), loop.sent_l3()
    supervisor = browser(loop.staff["supervisor"])
    assert supervisor.get(f"/referrals/{l2.id}").status_code == 404
    loop.release(ConsentScope.PART2_DISCLOSE, loop.world.center)
    loop.session.commit()
    assert supervisor.get(f"/referrals/{l2.id}").status_code == 200
    assert supervisor.get(f"/referrals/{l3.id}").status_code == 404
    assert browser(loop.staff["colleague"]).get(f"/referrals/{l2.id}").status_code == 404, "not their own client"
    assert "Restricted items" in supervisor.get("/").text
    assert l3.number not in supervisor.get("/").text


def test_withdrawing_the_named_consent_cuts_the_next_request_and_withdraws_the_referral(
    loop: SensitiveLoop, browser: Browser
) -> None:
    for referral, who in ((loop.sent_l2(), "intake"), (loop.sent_l3(), "cleared")):
        client = browser(loop.staff[who])
        assert client.get(f"/referrals/{referral.id}").status_code == 200
        assert referral.number in client.get("/inbox?box=active").text
        consent = loop.session.get_one(Consent, referral.release_id)
        people.withdraw_consent(loop.session, consent, by=loop.principal_of(loop.staff["colleague"]), at=NOW)
        loop.session.commit()
        assert client.get(f"/referrals/{referral.id}").status_code == 404
        assert referral.number not in client.get("/inbox?box=active").text
        withdraw_resting_on(loop.session, at=NOW, consent_id=str(consent.id))
        assert (referral.status, referral.reason_code) == (Status.WITHDRAWN, "consent_withdrawn")
        loop.session.commit()


def test_a_release_of_safety_information_ends_after_thirty_days_and_carries_one_need(
    loop: SensitiveLoop, app: Application, api: Api
) -> None:
    referral = loop.sent_l3()
    assert isinstance(fields_shown(api, app.test_client(), loop.staff["cleared"], referral), set)
    assert loop.ipv.ends_on == NOW.date() + timedelta(days=29)
    abuse = loop.need_of(NeedCategory.ELDER_ABUSE)
    with pytest.raises(MoveRefused) as refused:
        referrals.refer(loop.session, abuse, [loop.safe_house.id], by=loop.navigator, at=NOW)
    assert refused.value.why is Refusal.NO_RELEASE
    loop.session.commit()
    with clock.standing_at(NOW + timedelta(days=30)):
        assert fields_shown(api, app.test_client(), loop.staff["cleared"], referral) == 404


def test_how_a_safety_referral_ended_is_withheld_when_the_person_wishes_and_is_no_failure(
    loop: SensitiveLoop, browser: Browser
) -> None:
    referral = loop.sent_l3()
    client = browser(loop.staff["cleared"])
    assert "Outcome withheld" in client.get(f"/referrals/{referral.id}").text
    answer = client.post(f"/referrals/{referral.id}/withdraw", data={"reason_code": "outcome_withheld"})
    assert answer.status_code == 303
    loop.session.expire_all()
    assert referral.connection is Connection.WITHHELD
    outcome = Outcome(referral.status, referral.connection, NOW.date(), referral.reason_code)
    rates = loop_rates([outcome])
    assert (rates.withheld, rates.closed_loop.numerator, rates.connection.numerator) == (1, 1, 0)
    other = loop.sent_l2()
    refused = browser(loop.staff["intake"]).post(
        f"/referrals/{other.id}/withdraw", data={"reason_code": "outcome_withheld"}
    )
    assert refused.status_code == 422


def test_who_asks_not_to_be_found_is_found_nowhere_any_more(
    loop: SensitiveLoop, app: Application, api: Api, browser: Browser
) -> None:
    loop.allow()
    referral = loop.do(loop.send(), Action.ACCEPT)
    number, person = referral.number, loop.person
    people.change_person(loop.session, person, {"is_hidden": True}, by=loop.navigator, at=NOW)
    hide(loop.session, at=NOW, person_id=str(person.id))
    loop.session.commit()
    client = app.test_client()
    nowhere = "00000000-0000-4000-8000-000000000000"
    for who, member in loop.everybody().items():
        if who == "navigator":
            continue
        token = api(member)
        for address in ("people/{}", "people/{}/consents", "people/{}/needs", "referrals/{}"):
            id_ = referral.id if "referrals" in address else person.id
            real = client.get(f"/api/v1/{address.format(id_)}", headers=token)
            none = client.get(f"/api/v1/{address.format(nowhere)}", headers=token)
            assert real.status_code == none.status_code, (who, address)
            assert {**real.json, "request_id": ""} == {**none.json, "request_id": ""}, (who, address)
        found = client.post("/api/v1/people/search", json={"name": "Garcia", "phone": PHONE}, headers=token)
        assert "Garcia" not in found.text, who
        for folder in ("inbox&box=active", "inbox&box=ended", "sent&box=ended"):
            assert number not in client.get(f"/api/v1/referrals?folder={folder}", headers=token).text, (who, folder)
        home = browser(member).get("/").text
        assert number not in home, who
        assert person.number not in home, who
    own = client.get(f"/api/v1/referrals/{referral.id}", headers=api(loop.staff["navigator"]))
    assert own.json["referral"]["status"] == "withdrawn"


def test_a_confidential_place_says_its_town_and_never_its_street() -> None:
    place = Location(is_confidential=True, location_type=LocationType.PHYSICAL)
    said = say_place(place, Address(city="Durham", state_province="NC", address_1="12 Elm St", postal_code="27701"))
    assert said == "Durham, NC, confidential address"


def test_the_document_says_of_answers_about_needs_that_a_notice_may_travel_with_them(app: Application) -> None:
    schemas = app.test_client().get("/openapi.json").json["components"]["schemas"]
    told = {"$ref": "#/components/schemas/DisclosureNotice"}
    assert [schemas[name]["properties"]["notice"] for name in ("NeedOut", "NeedPage")] == [told, told]
    assert set(schemas["DisclosureNotice"]["required"]) == {"text", "version", "is_checked", "consents"}
