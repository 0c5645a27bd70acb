"""A referral read as FHIR: what each side sees, and nothing that the JSON API would not show."""

import json
from typing import Any

from sqlalchemy import select

from referral.audit.models import AuditEvent
from referral.exchange.fhir.systems import REFERRAL_NUMBER, TASK_PROFILE
from referral.people import service as people
from referral.referrals.jobs import hide
from referral.referrals.models import Referral
from referral.referrals.rules import Action
from referral.web.transaction import Application
from tests.exchange.conftest import FHIR_JSON, Fhir
from tests.factories.fixtures import NOW
from tests.factories.referrals import Loop
from tests.factories.screening import the_instrument

NOWHERE = "00000000-0000-4000-8000-000000000000"


def without_id(document: dict[str, Any]) -> dict[str, Any]:
    return {**document, "id": ""}


def test_the_sender_reads_a_task_that_points_at_request_person_and_both_sides(
    loop: Loop, fhir: Fhir, sent: Referral
) -> None:
    answer = fhir(loop.staff["navigator"], f"/Task/{sent.id}")
    assert (answer.status_code, answer.content_type) == (200, FHIR_JSON)
    assert answer.headers["ETag"] == f'W/"{sent.version}"'
    assert answer.json == {
        "resourceType": "Task",
        "id": str(sent.id),
        "meta": {"versionId": str(sent.version), "profile": [TASK_PROFILE]},
        "identifier": [{"system": REFERRAL_NUMBER, "value": sent.number}],
        "status": "requested",
        "intent": "order",
        "priority": "routine",
        "code": {
            "coding": [
                {
                    "system": "http://hl7.org/fhir/CodeSystem/task-code",
                    "code": "fulfill",
                    "display": "Fulfill the focal request",
                }
            ]
        },
        "focus": {"reference": f"ServiceRequest/{sent.id}"},
        "for": {"reference": f"Patient/{loop.person.id}"},
        "authoredOn": "2026-11-16T15:00:00+00:00",
        "requester": {"reference": f"Organization/{loop.world.center.id}"},
        "owner": {"reference": f"Organization/{loop.world.pantry.id}"},
    }


def test_what_a_task_points_at_can_be_read(loop: Loop, fhir: Fhir, sent: Referral) -> None:
    nora = loop.staff["navigator"]
    read = fhir(nora, f"/Task/{sent.id}").json
    request = fhir(nora, f"/{read['focus']['reference']}").json
    pointed = [read["for"], read["requester"], read["owner"], request["subject"], *request["performer"]]
    assert [fhir(nora, f"/{one['reference']}").status_code for one in pointed] == [200] * 5
    assert (request["status"], request["intent"], request["note"]) == ("active", "order", [{"text": "Ring twice"}])
    assert request["category"][1]["coding"][0]["code"] == "food-insecurity"
    patient = fhir(nora, f"/{read['for']['reference']}").json
    assert patient["name"][0]["family"] == loop.person.family_name
    assert patient["birthDate"] == loop.person.birth_on.isoformat()
    assert fhir(nora, f"/{read['owner']['reference']}").json["name"] == "Helping Hands Pantry"
    listing = fhir(nora, f"/{request['performer'][0]['reference']}").json
    assert (listing["resourceType"], listing["active"]) == ("HealthcareService", True)
    assert "extension" not in listing, "nobody said whether there is room"
    assert "meta" not in listing


def test_the_receiver_sees_no_last_name_before_it_takes_the_referral(loop: Loop, fhir: Fhir, sent: Referral) -> None:
    answer = fhir(loop.staff["intake"], f"/Task/{sent.id}")
    (person,) = answer.json["contained"]
    assert answer.json["for"] == {"reference": "#person"}
    assert person["name"] == [{"use": "usual", "given": [loop.person.given_name]}]
    assert "telecom" not in person
    for path in (f"/Task/{sent.id}", f"/ServiceRequest/{sent.id}", "/Task?_include=Task:focus"):
        text = fhir(loop.staff["intake"], path).text
        assert sent.number in text, path
        for word in (loop.person.family_name, str(loop.person.id), "Ring twice"):
            assert word not in text, (path, word)


def test_the_receiver_sees_the_name_and_the_note_once_it_took_the_referral(
    loop: Loop, fhir: Fhir, sent: Referral
) -> None:
    loop.do(sent, Action.ACCEPT)
    loop.session.commit()
    (person,) = fhir(loop.staff["intake"], f"/Task/{sent.id}").json["contained"]
    assert person["name"][0]["family"] == loop.person.family_name
    assert fhir(loop.staff["intake"], f"/ServiceRequest/{sent.id}").json["note"] == [{"text": "Ring twice"}]


def test_an_onlooker_learns_that_the_person_is_masked(loop: Loop, fhir: Fhir, sent: Referral) -> None:
    read = fhir(loop.staff["lead"], f"/Task/{sent.id}").json
    assert read["for"]["extension"][0]["valueCode"] == "masked"
    assert "contained" not in read
    assert loop.person.given_name not in json.dumps(read)


def test_a_stranger_gets_what_an_id_gets_that_never_was(loop: Loop, fhir: Fhir, sent: Referral) -> None:
    for kind, id_ in (("Task", sent.id), ("ServiceRequest", sent.id), ("Patient", loop.person.id)):
        foreign, never = (fhir(loop.staff["stranger"], f"/{kind}/{one}") for one in (id_, NOWHERE))
        assert foreign.status_code == never.status_code == 404
        assert without_id(foreign.json) == without_id(never.json)
        assert foreign.json["issue"][0]["code"] == "not-found"


def test_a_person_who_asks_not_to_be_found_is_found_by_the_owner_only(loop: Loop, fhir: Fhir, sent: Referral) -> None:
    loop.do(sent, Action.ACCEPT)
    people.change_person(loop.session, loop.person, {"is_hidden": True}, by=loop.navigator, at=NOW)
    hide(loop.session, at=NOW, person_id=str(loop.person.id))
    loop.session.commit()
    for who in ("intake", "supervisor", "lead"):
        for path in (f"/Task/{sent.id}", f"/ServiceRequest/{sent.id}", f"/Patient/{loop.person.id}"):
            assert fhir(loop.staff[who], path).status_code == 404, (who, path)
        assert sent.number not in fhir(loop.staff[who], "/Task").text, who
    assert fhir(loop.staff["navigator"], f"/Task/{sent.id}").json["status"] == "cancelled"


def test_reading_is_written_down_as_the_api_writes_it_down(loop: Loop, fhir: Fhir, sent: Referral) -> None:
    fhir(loop.staff["intake"], f"/Task/{sent.id}")
    fhir(loop.staff["intake"], f"/ServiceRequest/{sent.id}")
    fhir(loop.staff["intake"], "/Task")
    fhir(loop.staff["navigator"], f"/Patient/{loop.person.id}")
    query = select(AuditEvent.action).where(AuditEvent.action.in_(("referral:read", "referral:listed", "person:read")))
    assert loop.session.scalars(query.order_by(AuditEvent.id)).all() == [
        "referral:read",
        "referral:read",
        "referral:listed",
        "person:read",
    ]


def test_an_instrument_is_read_and_found_as_its_questionnaire(loop: Loop, fhir: Fhir) -> None:
    instrument = the_instrument(loop.session, "HungerVitalSign")
    loop.session.commit()
    nora = loop.staff["navigator"]
    read = fhir(nora, f"/Questionnaire/{instrument.id}").json
    assert (read["resourceType"], read["id"], read["url"]) == ("Questionnaire", str(instrument.id), instrument.url)
    found = fhir(nora, "/Questionnaire", query_string={"url": instrument.url, "version": instrument.version}).json
    assert [one["resource"] for one in found["entry"]] == [read]
    assert "entry" not in fhir(nora, "/Questionnaire?url=http://example.org/none").json
    assert len(fhir(nora, "/Questionnaire").json["entry"]) > 1
    assert fhir(loop.staff["intake"], "/Questionnaire").status_code == 403


def test_an_organization_of_another_network_is_not_there(loop: Loop, fhir: Fhir) -> None:
    assert fhir(loop.staff["intake"], f"/Organization/{NOWHERE}").status_code == 404
    assert fhir(loop.staff["intake"], f"/Organization/{loop.world.plan.id}").status_code == 200


def test_json_is_the_only_format(loop: Loop, fhir: Fhir, sent: Referral) -> None:
    path, nora = f"/Task/{sent.id}", loop.staff["navigator"]
    for accepted in ("application/json", "application/fhir+json; fhirVersion=4.0", "*/*", "text/html, application/*"):
        assert fhir(nora, path, headers={"Accept": accepted}).status_code == 200, accepted
    for refused in ("application/fhir+xml", "text/html", "application/json;q=0"):
        answer = fhir(nora, path, headers={"Accept": refused})
        assert (answer.status_code, answer.json["resourceType"]) == (406, "OperationOutcome"), refused
    assert fhir(nora, f"{path}?_format=application/fhir+json", headers={"Accept": "text/html"}).status_code == 200
    assert fhir(nora, f"{path}?_format=xml").status_code == 406


def test_every_error_is_an_operation_outcome(app: Application, loop: Loop, fhir: Fhir) -> None:
    nora = loop.staff["navigator"]
    answers = {
        401: app.test_client().get(f"/fhir/R4/Task/{NOWHERE}"),
        403: fhir(loop.staff["intake"], f"/Questionnaire/{NOWHERE}"),
        404: fhir(nora, "/Observation/1"),
        405: fhir(nora, "/Task", "DELETE"),
        422: fhir(nora, "/Task?_count=many"),
    }
    for status, answer in answers.items():
        assert (answer.status_code, answer.content_type) == (status, FHIR_JSON)
        assert answer.json["resourceType"] == "OperationOutcome"
        assert answer.json["issue"][0]["severity"] == "error"
    assert answers[422].json["issue"][0]["expression"] == ["_count"]
