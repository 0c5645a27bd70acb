"""The same deeds by a program."""

import pytest
from sqlalchemy.orm import Session

from referral.foundation.database import become
from referral.people import queries
from referral.people.models import Person
from referral.people.rules import GrantBasis, GrantScope
from referral.people.service import grant
from tests.factories.fixtures import NOW, SEED, World
from tests.factories.people import a_consent, a_person
from tests.people.conftest import Act

NEW = {"given_name": "Maria", "family_name": "Garcia", "birth_on": "1980-03-14", "agrees": True, "witness": "call 1"}


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


def test_a_program_takes_somebody_in_finds_and_reads_them(client, api, navigator):
    headers = api(navigator)
    made = client.post("/api/v1/people", json={**NEW, "phone": "919 555 0123"}, headers=headers)
    assert made.status_code == 201, made.json
    found = client.post("/api/v1/people/search", json={"name": "garcia"}, headers=headers).json["items"]
    assert [match["person_id"] for match in found] == [made.json["id"]]
    person = client.get(f"/api/v1/people/{made.json['id']}", headers=headers).json
    assert person["phones"][0]["number"] == "+19195550123"
    assert person["birth_on"] == "1980-03-14"


@pytest.mark.parametrize(
    ("changed", "status"),
    [({"agrees": False}, 409), ({"birth_on": "soon"}, 422), ({"shoe_size": 9}, 422), ({"family_name": ""}, 422)],
)
def test_what_cannot_be_kept_is_refused_as_a_problem_document(client, api, navigator, changed, status):
    response = client.post("/api/v1/people", json={**NEW, **changed}, headers=api(navigator))
    assert response.status_code == status
    assert response.content_type == "application/problem+json"


def test_a_change_names_the_version_that_was_read(client, api, navigator, maria):
    headers = api(navigator)
    path = f"/api/v1/people/{maria.id}"
    change = {"language": "vi"}
    assert client.patch(path, json=change, headers=headers).status_code == 428
    changed = client.patch(path, json=change, headers={**headers, "If-Match": '"1"'})
    assert (changed.status_code, changed.json["language"], changed.json["version"]) == (200, "vi", 2)
    assert client.patch(path, json={"language": "fr"}, headers={**headers, "If-Match": '"1"'}).status_code == 412


@pytest.mark.parametrize(
    ("scope", "shown", "withheld"),
    [
        (GrantScope.MINIMUM, {"given_name", "language"}, {"family_name", "birth_on", "phones", "email"}),
        (GrantScope.CONTACT, {"family_name", "phones", "address"}, {"coverages", "is_hidden"}),
        (GrantScope.BILLING, {"family_name", "birth_on", "coverages"}, {"phones", "safe_note", "language"}),
        (GrantScope.STATUS, {"family_name"}, {"phones", "coverages", "household_size"}),
    ],
)
def test_a_reader_gets_only_the_facts_its_grant_opens(
    client, api, session: Session, intake_worker, maria, world: World, scope, shown, withheld
):
    grant(
        session,
        person_id=maria.id,
        network_id=maria.network_id,
        organization_id=world.pantry.id,
        scope=scope,
        basis=GrantBasis.REFERRAL_PARTY,
        basis_id=maria.id,
        at=NOW,
    )
    person = client.get(f"/api/v1/people/{maria.id}", headers=api(intake_worker)).json
    assert shown <= set(person)
    assert not withheld & set(person)


def test_a_stranger_and_nobody_learn_nothing(client, api, intake_worker, maria):
    path = f"/api/v1/people/{maria.id}"
    assert client.get(path).status_code == 401
    assert client.get(path, headers=api(intake_worker)).status_code == 404


def test_consents_are_recorded_listed_and_taken_back(client, api, navigator, maria, world: World):
    headers, path = api(navigator), f"/api/v1/people/{maria.id}/consents"
    told = {
        "scope": "referral.share",
        "recipient_organization_id": str(world.pantry.id),
        "domains": ["food"],
        "method": "verbal",
        "witness": "recording 2",
    }
    made = client.post(path, json=told, headers=headers)
    assert made.status_code == 201, made.json
    assert (made.json["starts_on"], made.json["ends_on"]) == ("2026-11-16", "2027-11-15")
    taken = client.post(f"{path}/{made.json['id']}/withdraw", headers=headers)
    assert taken.json["revoked_at"] is not None
    assert len(client.get(path, headers=headers).json["items"]) == 2
    assert client.post(path, json={**told, "method": "electronic"}, headers=headers).status_code == 409


def test_a_signature_is_asked_for_and_nothing_is_in_force_before_it_is_given(
    client, api, navigator, session: Session, maria, world: World
):
    asked = {"scope": "invoice.share", "recipient_organization_id": str(world.plan.id)}
    response = client.post(f"/api/v1/people/{maria.id}/signature-requests", json=asked, headers=api(navigator))
    assert response.status_code == 201, response.json
    assert "/s/" in response.json["url"]
    assert response.json["is_texted"] is False
    assert len(queries.consents(session, maria.id)) == 1


def test_answers_and_plans_are_kept(client, api, navigator, maria, world: World):
    headers, path = api(navigator), f"/api/v1/people/{maria.id}"
    answers = {"race_ethnicity": ["asian"], "interpreter": "no", "source": "proxy"}
    kept = client.post(f"{path}/demographics", json=answers, headers=headers).json["items"]
    assert {(item["kind"], item["source"]) for item in kept} == {("race_ethnicity", "proxy"), ("interpreter", "proxy")}
    plan = {"plan_id": str(world.plan.id), "member_id": "900", "starts_on": "2026-02-01", "ends_on": "2026-01-01"}
    assert client.post(f"{path}/coverages", json=plan, headers=headers).status_code == 409
    del plan["ends_on"]
    assert client.post(f"{path}/coverages", json=plan, headers=headers).status_code == 201


def test_the_document_describes_every_deed(client):
    paths = client.get("/openapi.json").json["paths"]
    assert {"/api/v1/people", "/api/v1/people/{person_id}", "/api/v1/people/{person_id}/consents"} <= set(paths)
