"""The pages, as a navigator and as the person use them."""

import re
from urllib.parse import urlparse

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from referral.foundation.database import become
from referral.organizations.rules import Role
from referral.people import queries, service
from referral.people.models import Consent, Demographic, Person, PersonAddress
from referral.people.rules import AnswerState, ConsentScope, DemographicKind, SensitivityLevel
from tests.factories.fixtures import NOW, SEED, World
from tests.factories.pages import version_on
from tests.factories.people import BORN, a_consent, a_person
from tests.people.conftest import Act

NEW = {
    "given_name": "Maria",
    "family_name": "García",
    "birth_on.month": "3",
    "birth_on.day": "14",
    "birth_on.year": "1980",
    "phone": "919 555 0123",
    "postal_code": "27601",
    "language": "es",
    "agrees": "true",
    "witness": "call recording 4711",
    "can_text": "true",
}


@pytest.fixture
def client(browser, navigator):
    return browser(navigator)


@pytest.fixture
def maria(session: Session, act: Act, navigator) -> Person:
    by = act(navigator)
    person = a_person(session, by)
    a_consent(session, person, by)
    become(session, SEED)
    return person


def text(response) -> str:
    return response.get_data(as_text=True)


def test_somebody_is_taken_in_with_their_consent_and_their_place(client, session: Session):
    response = client.post("/people/new", data=NEW)
    assert response.status_code == 303, text(response)
    person = session.scalars(select(Person)).one()
    assert (person.given_name, person.family_name, person.language) == ("Maria", "García", "es")
    assert person.time_zone == "America/New_York"
    home = session.scalars(select(PersonAddress)).one()
    assert (home.city, home.state, home.county) == ("Raleigh", "NC", "Wake")
    scopes = {consent.scope for consent in session.scalars(select(Consent))}
    assert scopes == {ConsentScope.INTAKE_STORE, ConsentScope.MESSAGE_SMS}
    assert queries.may_text(session, person.id, "+19195550123", NOW)
    assert not queries.may_text(session, person.id, "+19195550199", NOW)


def test_without_permission_nothing_is_kept(client, session: Session):
    response = client.post("/people/new", data={**NEW, "agrees": "false"})
    assert response.status_code == 409
    assert "we keep nothing" in text(response)
    assert session.scalars(select(Person)).all() == []


def test_a_form_comes_back_with_what_was_typed_and_what_is_wrong(client):
    response = client.post("/people/new", data={**NEW, "postal_code": "27", "birth_on.month": "13", "given_name": ""})
    assert response.status_code == 422
    page = text(response)
    assert "Write a ZIP code like 27601." in page
    assert "Write the birth date as month, day and year." in page
    assert "call recording 4711" in page


def test_somebody_who_is_here_already_is_shown_before_a_second_record_is_made(client, session: Session, maria):
    refused = client.post("/people/new", data=NEW)
    assert refused.status_code == 409
    assert maria.number in text(refused)
    accepted = client.post("/people/new", data={**NEW, "is_somebody_else": "true"})
    assert accepted.status_code == 303
    assert len(session.scalars(select(Person)).all()) == 2


@pytest.mark.parametrize(
    "asked",
    [
        {"name": "garcia"},
        {"name": "Maria Garcia"},
        {"name": "Garcia, M"},
        {"name": "Maria, Garcia"},
        {"birth_on.month": "3", "birth_on.day": "14", "birth_on.year": "1980"},
    ],
)
def test_a_search_says_why_somebody_may_be_the_one(client, maria, asked: dict[str, str]):
    page = text(client.post("/people", data=asked))
    assert maria.number in page
    assert "of 100" in page


def test_the_number_that_a_person_reads_out_finds_them_and_nobody_else(client, session, maria):
    page = text(client.post("/people", data={"name": f" {maria.number.lower()} "}))
    assert "This is their number" in page
    assert f'href="/people/{maria.id}"' in page
    assert "Nobody like this" in text(client.post("/people", data={"name": "P-ZZZZZZ"}))
    maria.is_hidden, maria.level = True, SensitivityLevel.L3
    session.commit()
    assert "Nobody like this" in text(client.post("/people", data={"name": maria.number}))


def test_an_empty_search_finds_nobody_and_offers_nothing_wrong(client, maria):
    for page in (client.get("/people"), client.post("/people", data={"name": ""})):
        assert maria.number not in text(page)
    wrong = client.post("/people", data={"birth_on.month": "13", "birth_on.day": "1", "birth_on.year": "1980"})
    assert wrong.status_code == 422


def test_what_stands_in_an_address_is_not_searched_for(client, maria):
    assert maria.number not in text(client.get("/people?name=Maria+Garcia"))
    assert "Garcia" not in text(client.get("/people/new?name=Maria+Garcia&phone=9195550123"))


def test_what_was_searched_for_fills_the_form_of_a_new_person(client):
    searched = {"name": "Rosa Delgado", "birth_on.month": "4", "birth_on.day": "28", "birth_on.year": "1986"}
    found = text(client.post("/people", data=searched))
    assert 'formaction="/people/new/from-search"' in found
    page = text(client.post("/people/new/from-search", data={**searched, "phone": "919 555 0123"}))
    for typed in ("Rosa", "Delgado", "1986", "919 555 0123"):
        assert f'value="{typed}"' in page


def test_whoever_may_be_the_same_shows_while_somebody_types(client, maria):
    shown = text(client.post("/people/likely", data=NEW, headers={"HX-Request": "true"}))
    assert maria.number in shown
    assert "<html" not in shown


def test_the_script_changes_its_language_and_keeps_the_answers(client):
    shown = text(client.post("/people/new/permission", data=NEW, headers={"HX-Request": "true"}))
    assert 'lang="es"' in shown
    assert "call recording 4711" in shown


def test_another_organizations_record_is_opened_by_asking(
    browser, session: Session, act: Act, navigator, clinic_navigator
):
    person = a_person(session, act(clinic_navigator))
    become(session, SEED)
    client = browser(navigator)
    page = text(client.post("/people", data={"name": "Maria Garcia"}))
    assert "Maria G." in page
    assert "1980" not in page
    assert client.get(f"/people/{person.id}/edit").status_code == 404
    asked = client.get(f"/people/{person.id}/ask")
    assert "Read aloud" in text(asked)
    refused = client.post(f"/people/{person.id}/ask", data={"agrees": "false", "witness": "x"})
    assert refused.status_code == 422
    opened = client.post(f"/people/{person.id}/ask", data={"agrees": "true", "witness": "recording 5"})
    assert opened.status_code == 303
    assert client.get(f"/people/{person.id}/edit").status_code == 200


def test_a_hidden_person_is_answered_as_if_they_did_not_exist(
    browser, session: Session, act: Act, navigator, colleague
):
    hidden = a_person(session, act(navigator), is_hidden=True)
    become(session, SEED)
    stranger = browser(colleague)
    nowhere = "01a20130-06e9-720c-b422-519490193539"
    for path in ("/people/{}/edit", "/people/{}/ask", "/people/{}/consents", "/people/{}/about"):
        real, none = stranger.get(path.format(hidden.id)), stranger.get(path.format(nowhere))
        assert (real.status_code, none.status_code) == (404, 404)


def test_a_record_is_changed_and_an_emptied_field_is_emptied(client, session: Session, maria):
    form = {
        "given_name": "Maria",
        "family_name": "Garcia",
        "version": "1",
        "phone": "919 555 0199",
        "language": "en",
        "safe_channels[]": ["voice"],
        "safe_from": "09:00",
        "safe_until": "15:00",
        "safe_note": "ask for Mia",
    }
    assert client.post(f"/people/{maria.id}/edit", data=form).status_code == 303
    session.expire_all()
    assert maria.birth_on is None
    assert maria.safe_note == "ask for Mia"
    assert queries.primary_phone(session, maria.id).number == "+19195550199"
    page = text(client.get(f"/people/{maria.id}/edit"))
    assert "ask for Mia" in page
    assert "(919) 555-0199" in page


def test_two_people_changing_one_record_are_told(client, session: Session, maria):
    form = {"given_name": "Maria", "family_name": "Garcia", "version": "1", "language": "vi"}
    assert client.post(f"/people/{maria.id}/edit", data=form).status_code == 303
    assert client.post(f"/people/{maria.id}/edit", data={**form, "language": "fr"}).status_code == 412


def test_answers_are_kept_beside_refusals_and_unasked_questions_stay_unasked(client, session: Session, maria):
    form = {"source": "self_reported", "race_ethnicity[]": ["white", "hispanic_or_latino"], "interpreter": "declined"}
    assert client.post(f"/people/{maria.id}/about", data={**form, "version": "0"}).status_code == 303
    answers = queries.demographics(session, maria.id)
    assert answers[DemographicKind.RACE_ETHNICITY].values == ["hispanic_or_latino", "white"]
    assert answers[DemographicKind.INTERPRETER].state is AnswerState.DECLINED
    assert set(answers) == {DemographicKind.RACE_ETHNICITY, DemographicKind.INTERPRETER}
    assert queries.exclusive_race(session, maria.id) == "multiracial_or_multiethnic"
    again = {**form, "version": version_on(client, f"/people/{maria.id}/about")}
    assert client.post(f"/people/{maria.id}/about", data=again).status_code == 303
    assert len(session.scalars(select(Demographic)).all()) == 2, "the same answer twice is one"


def test_an_answer_and_a_refusal_at_once_are_sent_back(client, maria):
    form = {"race_ethnicity[]": ["white", "declined"]}
    assert client.post(f"/people/{maria.id}/about", data=form).status_code == 422


def test_every_question_is_shown_with_its_reason(client, maria):
    page = text(client.get(f"/people/{maria.id}/about"))
    assert "To see whether everyone gets help equally" in page
    assert page.count("Prefers not to say") == len(DemographicKind)


def test_a_plan_is_noted_once(client, session: Session, maria, world: World):
    form = {"plan_id": str(world.plan.id), "member_id": "900123", "starts_on": "2026-01-01"}
    for _ in range(2):
        assert client.post(f"/people/{maria.id}/coverage", data=form).status_code == 303
    assert len(queries.coverages(session, maria.id)) == 1
    wrong = client.post(f"/people/{maria.id}/coverage", data={**form, "plan_id": str(world.pantry.id)})
    assert wrong.status_code == 409
    assert "Choose a health plan" in text(wrong)


def test_a_consent_to_share_is_recorded_for_one_organization_and_taken_back(client, session: Session, maria, world):
    ask = f"/people/{maria.id}/consents?scope=referral.share&recipient_organization_id={world.pantry.id}&domains[]=food"
    page = text(client.get(ask))
    assert "May we send Helping Hands Pantry your name" in page
    form = {
        "scope": "referral.share",
        "recipient_organization_id": str(world.pantry.id),
        "domains[]": ["food"],
        "method": "verbal",
        "witness": "recording 9",
        "next": "/needs/1",
    }
    recorded = client.post(ask, data=form)
    assert recorded.headers["Location"] == "/needs/1"
    consent = session.scalars(select(Consent).where(Consent.scope == ConsentScope.REFERRAL_SHARE)).one()
    assert client.post(f"/people/{maria.id}/consents/{consent.id}/withdraw").status_code == 303
    session.expire_all()
    assert consent.revoked_at == NOW


def test_a_consent_without_its_proof_is_sent_back_with_the_reason(client, maria, world):
    form = {"scope": "pilot.enrol", "recipient_organization_id": str(world.lead.id), "method": "verbal", "witness": "x"}
    response = client.post(f"/people/{maria.id}/consents", data=form)
    assert response.status_code == 409
    assert "needs a signature" in text(response)


@pytest.mark.parametrize("elsewhere", ["//evil.example/", "https://evil.example/", "/\\evil.example"])
def test_recording_a_consent_never_leads_to_another_site(client, maria, world, elsewhere: str):
    form = {
        "scope": "equity.use",
        "recipient_organization_id": str(world.plan.id),
        "method": "verbal",
        "witness": "x",
        "next": elsewhere,
    }
    location = client.post(f"/people/{maria.id}/consents", data=form).headers["Location"]
    assert urlparse(location).path == f"/people/{maria.id}/consents"


def test_a_cbo_neither_searches_nor_records(browser, intake_worker, maria):
    client = browser(intake_worker)
    assert client.get("/people").status_code == 403
    assert client.get(f"/people/{maria.id}/edit").status_code == 403
    assert client.get(f"/people/{maria.id}/consents").status_code == 404


def made_link(client, person: Person, world: World) -> str:
    form = {"scope": "pilot.enrol", "recipient_organization_id": str(world.lead.id), "method": "electronic"}
    page = text(client.post(f"/people/{person.id}/consents", data=form))
    return urlparse(re.search(r'href="([^"]*/s/[^"]+)"', page).group(1)).path


def test_the_person_signs_by_a_link_after_saying_their_birth_date(app, client, session: Session, maria, world):
    path = made_link(client, maria, world)
    phone = app.test_client()
    closed = text(phone.get(path))
    assert "birth date" in closed
    assert "East Lead" not in closed
    assert phone.post(f"{path}/sign", data={"signature": "Maria Garcia", "agrees": "true"}).status_code == 404
    mistyped = phone.post(f"{path}/check", data={"birth_on.month": "3", "birth_on.day": "15", "birth_on.year": "1971"})
    assert mistyped.status_code == 409
    assert all(f'value="{part}"' in text(mistyped) for part in ("3", "15", "1971")), "what was typed stays to be mended"
    birth = {"birth_on.month": "3", "birth_on.day": "14", "birth_on.year": str(BORN.year)}
    assert phone.post(f"{path}/check", data=birth).status_code == 303
    assert "East Lead" in text(phone.get(path))
    assert phone.post(f"{path}/sign", data={"signature": "Maria Garcia", "agrees": "true"}).status_code == 303
    signed = session.scalars(select(Consent).where(Consent.scope == ConsentScope.PILOT_ENROL)).one()
    assert (signed.signature, signed.method.value, signed.recorded_by_user_id) == ("Maria Garcia", "electronic", None)
    again = phone.post(f"{path}/sign", data={"signature": "Maria Garcia", "agrees": "true"})
    assert again.status_code == 409


def test_the_person_takes_their_own_consent_back_by_the_link(app, client, session: Session, maria):
    made = text(client.post(f"/people/{maria.id}/own-page"))
    path = urlparse(re.search(r'href="([^"]*/s/[^"]+)"', made).group(1)).path
    stored = session.scalars(select(Consent).where(Consent.scope == ConsentScope.INTAKE_STORE)).one()
    phone = app.test_client()
    phone.post(f"{path}/check", data={"birth_on.month": "3", "birth_on.day": "14", "birth_on.year": "1980"})
    assert phone.post(f"{path}/withdraw", data={"consent_id": stored.id}).status_code == 303
    session.expire_all()
    assert stored.revoked_by.startswith("link:")
    assert "Nothing at the moment." in text(phone.get(path))


def test_a_link_that_never_was_and_one_that_ended_look_alike(app, client, maria, world, session: Session):
    path = made_link(client, maria, world)
    link = queries.link_by_hash(session, service.links._hash(path.removeprefix("/s/")))
    link.failed_tries = 5
    session.commit()
    ended, never = app.test_client().get(path), app.test_client().get("/s/nothing")
    assert ended.status_code == never.status_code == 404
    assert "This link has ended" in text(ended)
    assert "This link has ended" in text(never)


def test_a_wrong_birth_date_opens_nothing(app, client, maria, world):
    path = made_link(client, maria, world)
    phone = app.test_client()
    wrong = phone.post(f"{path}/check", data={"birth_on.month": "3", "birth_on.day": "15", "birth_on.year": "1980"})
    assert wrong.status_code == 409
    assert "does not match" in text(wrong)
    assert "East Lead" not in text(phone.get(path))


def test_a_spanish_speaker_reads_the_link_in_spanish_with_a_mark_that_nobody_reviewed_it(
    app, client, session: Session, maria, world
):
    maria.language = "es"
    session.commit()
    path = made_link(client, maria, world)
    phone = app.test_client()
    assert "Fecha de nacimiento" in text(phone.get(path))
    phone.post(f"{path}/check", data={"birth_on.month": "3", "birth_on.day": "14", "birth_on.year": "1980"})
    page = text(phone.get(path))
    assert 'lang="es"' in page
    assert "no ha sido revisada" in page


def test_a_grant_and_its_consent_say_the_same_last_day(client, maria):
    page = text(client.get(f"/people/{maria.id}/consents"))
    days = re.findall(r'data-label="Last day">(\w+ \d+, \d+)', page)
    assert len(days) >= 2
    assert len(set(days)) == 1, days


def test_supervisors_see_consents_but_do_not_record_them(browser, world: World, maria):
    client = browser(world.staff(world.center, Role.COORD_SUPERVISOR))
    assert client.get(f"/people/{maria.id}/consents").status_code == 200
    assert client.post(f"/people/{maria.id}/consents", data={"scope": "equity.use"}).status_code == 403
