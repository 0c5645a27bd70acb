"""By a program: what is read aloud, a record of others that somebody opens, links, and plans that end."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from referral.foundation.database import become
from referral.messaging.models import Message
from referral.people.models import Person
from tests.factories.fixtures import SEED, World
from tests.factories.people import a_consent, a_person
from tests.people.conftest import Act


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.fixture
def maria(session: Session, act: Act, navigator) -> Person:
    by = act(navigator)
    person = a_person(session, by)
    a_consent(session, person, by)
    become(session, SEED)
    return person


def test_the_scripts_come_with_their_language_version_and_names(client, api, navigator, world: World):
    path = f"/api/v1/people/scripts?language=es&recipient_organization_id={world.pantry.id}&domains=food"
    read = client.get(path, headers=api(navigator)).json
    assert (read["language"], read["version"][-2:]) == ("es", "es")
    share = next(script for script in read["items"] if script["scope"] == "referral.share")
    assert world.pantry.name in share["text"]
    assert "{" not in "".join(script["text"] for script in read["items"])
    assert "verbal" in share["methods"]
    stranger = f"/api/v1/people/scripts?recipient_organization_id={world.network.id}"
    assert client.get(stranger, headers=api(navigator)).status_code == 409


def test_each_question_says_why_it_is_asked(client, api, navigator):
    listed = client.get("/api/v1/people/questions", headers=api(navigator)).json["items"]
    assert all(question["why"] and question["choices"] for question in listed)
    race = next(question for question in listed if question["kind"] == "race_ethnicity")
    assert race["is_multiple"]
    assert ["asian", "Asian"] in race["choices"]


def test_a_record_of_another_organization_opens_when_the_person_agrees(client, api, maria, clinic_navigator):
    headers, path = api(clinic_navigator), f"/api/v1/people/{maria.id}"
    assert client.post(f"{path}/ask", json={"agrees": False, "witness": "call 7"}, headers=headers).status_code == 422
    assert client.post(f"{path}/ask", json={"agrees": True, "witness": "call 7"}, headers=headers).status_code == 200
    assert client.get(path, headers=headers).json["family_name"] == maria.family_name


def test_nobody_hidden_is_opened(client, api, session: Session, act: Act, navigator, clinic_navigator):
    maria = a_person(session, act(navigator), is_hidden=True)
    become(session, SEED)
    told = {"agrees": True, "witness": "call 7"}
    assert client.post(f"/api/v1/people/{maria.id}/ask", json=told, headers=api(clinic_navigator)).status_code == 404


def test_the_link_to_the_own_page_opens_it(client, api, session: Session, navigator, maria):
    made = client.post(f"/api/v1/people/{maria.id}/own-page", headers=api(navigator))
    assert made.status_code == 201, made.json
    assert made.json["is_texted"] is False
    assert session.scalars(select(Message)).all() == []
    assert client.get("/s/" + made.json["url"].rpartition("/s/")[2]).status_code == 200


def test_a_plan_ends_on_its_last_day(client, api, session: Session, act: Act, navigator, maria, world: World):
    other = a_person(session, act(navigator), given_name="Bo")
    become(session, SEED)
    headers, path = api(navigator), f"/api/v1/people/{maria.id}/coverages"
    plan = {"plan_id": str(world.plan.id), "member_id": "900", "starts_on": "2026-02-01"}
    made = client.post(path, json=plan, headers=headers).json
    ended = client.post(f"{path}/{made['id']}/end", json={"ends_on": "2026-06-30"}, headers=headers)
    assert (ended.status_code, ended.json["ends_on"]) == (200, "2026-06-30")
    early = client.post(f"{path}/{made['id']}/end", json={"ends_on": "2026-01-01"}, headers=headers)
    assert early.status_code == 409
    foreign = f"/api/v1/people/{other.id}/coverages/{made['id']}/end"
    assert client.post(foreign, json={"ends_on": "2026-06-30"}, headers=headers).status_code == 404


def test_safe_ways_are_changed_and_answers_emptied(client, api, navigator, maria):
    headers, path = {**api(navigator), "If-Match": '"1"'}, f"/api/v1/people/{maria.id}"
    assert client.patch(path, json={"safe_from": "09:00:00"}, headers=headers).status_code == 422
    safe = {"safe_channels": ["sms"], "safe_from": "09:00:00", "safe_until": "12:00:00", "household_size": None}
    changed = client.patch(path, json=safe, headers=headers).json
    assert (changed["safe_channels"], changed["safe_from"], changed["household_size"]) == (["sms"], "09:00:00", None)
    assert client.patch(path, json={"given_name": None}, headers=headers).status_code == 422
