"""The JSON API: the same questions, answers and needs without a page."""

import pytest

from referral.organizations.rules import Role
from referral.screening import queries
from referral.screening.rules import HandOff
from tests.factories.fixtures import NOW
from tests.factories.screening import the_instrument


@pytest.fixture
def call(app, api, ana_works):
    headers = api(ana_works)
    client = app.test_client()

    def send(method, path, **sent):
        return client.open(f"/api/v1{path}", method=method, headers=headers, **({"json": sent} if sent else {}))

    return send


@pytest.fixture
def begun(call, session, maria):
    instrument = the_instrument(session)
    session.commit()
    return call("POST", f"/people/{maria.id}/screenings", instrument_id=str(instrument.id), is_alone=True).json


def test_instruments_are_listed_and_read_with_their_questionnaire(call, session):
    the_instrument(session)
    session.commit()
    listed = call("GET", "/instruments").json["items"]
    assert {row["name"] for row in listed} == {"NcDhhsSdoh", "AhcHrsn", "HungerVitalSign"}
    document = call("GET", f"/instruments/{listed[0]['id']}").json["document"]
    assert document["resourceType"] == "Questionnaire"


def test_a_screening_begins_with_the_first_question(begun):
    assert (begun["status"], begun["next_link_id"], begun["answers"]) == ("in_progress", "1", [])


def test_each_answer_is_recorded_and_the_next_question_is_named(call, begun):
    said = call("PUT", f"/screenings/{begun['id']}/answers/1", codes=["yes"])
    assert said.status_code == 200
    assert said.json["next_link_id"] == "2"
    assert said.json["answers"][0]["codes"] == ["yes"]
    assert said.json["answers"][0]["level"] == "L1"
    assert said.json["domains"] == [
        {"domain": "food", "answered": 1, "declined": 0, "not_asked": 1, "finding": "positive"}
    ]


def test_a_link_id_with_a_slash_is_written_without_it(call, session, maria):
    instrument = the_instrument(session, "HungerVitalSign")
    session.commit()
    begun = call("POST", f"/people/{maria.id}/screenings", instrument_id=str(instrument.id), is_alone=True).json
    said = call("PUT", f"/screenings/{begun['id']}/answers/88122-7", state="declined")
    assert said.json["answers"][0]["link_id"] == "/88122-7"
    assert said.json["answers"][0]["codes"] == ["LA15775-2"]
    assert said.json["answers"][0]["data_absent_reason"] == "asked-declined"


def test_what_is_not_offered_is_a_problem_document(call, begun):
    refused = call("PUT", f"/screenings/{begun['id']}/answers/1", codes=["maybe"])
    assert refused.status_code == 409
    assert refused.content_type == "application/problem+json"
    assert call("PUT", f"/screenings/{begun['id']}/answers/1", state="perhaps").status_code == 422
    assert call("PUT", f"/screenings/{begun['id']}/answers/1", surprise="yes").status_code == 422
    assert call("PUT", f"/screenings/{begun['id']}/answers/99", codes=["yes"]).status_code == 404


def test_the_end_returns_the_needs_which_are_then_confirmed(call, begun, maria):
    call("PUT", f"/screenings/{begun['id']}/answers/1", codes=["yes"])
    (need,) = call("POST", f"/screenings/{begun['id']}/complete").json["items"]
    assert (need["category"], need["state"]) == ("food-insecurity", "identified")
    moved = call("POST", f"/needs/{need['id']}/move", action="confirm")
    assert moved.json["state"] == "confirmed"
    assert call("POST", f"/needs/{need['id']}/move", action="confirm").status_code == 409
    assert call("GET", f"/needs/{need['id']}").json["confirmed_at"].startswith(str(NOW.date()))
    assert [row["id"] for row in call("GET", f"/people/{maria.id}/needs").json["items"]] == [need["id"]]
    assert call("GET", f"/screenings/{begun['id']}").json["status"] == "stopped"


def test_a_need_is_added_moved_elsewhere_and_dismissed_with_its_reason(call, session, maria):
    session.commit()
    added = call("POST", f"/people/{maria.id}/needs", category="stress")
    assert (added.status_code, added.json["level"]) == (201, "L2")
    changed = call("POST", f"/needs/{added.json['id']}/category", category="social-connection")
    assert changed.json["category"] == "social-connection"
    assert call("POST", f"/needs/{added.json['id']}/move", action="dismiss", reason="other").status_code == 422
    dismissed = call("POST", f"/needs/{added.json['id']}/move", action="dismiss", reason="not_a_need")
    assert dismissed.json["dismiss_reason"] == "not_a_need"


def test_a_hand_off_is_counted(call, session, world):
    assert call("POST", "/hand-offs", kind="hotline_number_given").status_code == 204
    assert queries.hand_offs(session, world.center.id, NOW.date()) == {HandOff.HOTLINE_NUMBER_GIVEN: 1}


def test_without_a_token_nothing_is_read_and_other_roles_are_refused(app, api, world, begun):
    client = app.test_client()
    path = f"/api/v1/screenings/{begun['id']}"
    assert client.get(path).status_code == 401
    assert client.get(path, headers=api(world.staff(world.pantry, Role.CBO_ADMIN))).status_code == 403
    assert client.get(path, headers=api(world.staff(world.plan, Role.PLAN_CARE_MGR))).status_code == 403


def test_the_document_of_the_api_names_these_doors(app):
    paths = app.test_client().get("/openapi.json").json["paths"]
    assert "/api/v1/screenings/{screening_id}/answers/{link_id}" in paths
    assert "/api/v1/needs/{need_id}/move" in paths


def test_an_urgent_answer_says_what_to_do_now_until_somebody_took_over(call, session, maria):
    instrument = the_instrument(session)
    session.commit()
    begun = call("POST", f"/people/{maria.id}/screenings", instrument_id=str(instrument.id), is_alone=True).json
    path = f"/screenings/{begun['id']}"
    assert (begun["urgent"], begun["act_now"]) == ([], None)
    assert call("POST", f"{path}/urgent", handed_to="Rosa").status_code == 404
    said = call("PUT", f"{path}/answers/10", codes=["yes"]).json
    assert [row["cause"] for row in said["urgent"]] == [None]
    assert "911" in {line["number"] for line in said["act_now"]["lines"]}
    acted = call("POST", f"{path}/urgent", cause="food-insecurity", handed_to="Rosa, pantry desk").json
    assert [(row["cause"], row["handed_to"]) for row in acted["urgent"]] == [("food-insecurity", "Rosa, pantry desk")]
    assert call("POST", f"{path}/urgent", handed_to="Rosa").status_code == 404
    assert [row["id"] for row in call("GET", f"/people/{maria.id}/screenings").json["items"]] == [begun["id"]]


def test_a_need_tells_its_story_and_the_answers_behind_it(call, begun):
    call("PUT", f"/screenings/{begun['id']}/answers/1", codes=["yes"])
    (need,) = call("POST", f"/screenings/{begun['id']}/complete").json["items"]
    call("POST", f"/needs/{need['id']}/move", action="confirm")
    story = call("GET", f"/needs/{need['id']}/story").json
    assert [event["what"] for event in story["items"]] == ["Confirmed with the person", "Found"]
    assert [said["words"] for said in story["behind"]] == ["Yes"]
    assert call("GET", f"/screenings/{begun['id']}").json["need_ids"] == [need["id"]]


def test_an_instrument_says_which_parts_can_be_put_alone(call, session):
    the_instrument(session)
    session.commit()
    panels = {row["name"]: row["panels"] for row in call("GET", "/instruments").json["items"]}
    assert len(panels["AhcHrsn"]) > 1
    assert panels["HungerVitalSign"] == []
