"""The loop as JSON: the same verbs, the same walls, honest refusals."""

import pytest

from referral.referrals.models import Referral
from referral.referrals.rules import Action
from referral.web.transaction import Application
from tests.factories.referrals import Loop


@pytest.fixture
def program(loop: Loop, app, api):
    """Call the API as one of the staff."""
    client = app.test_client()
    headers = {}

    def call(who: str, method: str, path: str, **sent):
        headers.setdefault(who, api(loop.staff[who]))
        return client.open(f"/api/v1{path}", method=method, headers=headers[who], **sent)

    return call


def test_the_whole_loop_runs_through_the_api(loop: Loop, program) -> None:
    loop.allow()
    loop.session.commit()
    body = {"need_id": str(loop.need.id), "service_at_location_id": [str(loop.food_box.id)], "note": "Ring twice"}
    made = program("navigator", "POST", "/referrals", json=body)
    assert made.status_code == 201
    referral = made.json["items"][0]["referral"]
    path = f"/referrals/{referral['id']}"
    listed = program("intake", "GET", "/referrals?folder=inbox").json
    assert [row["number"] for row in listed["items"]] == [referral["number"]]
    assert listed["next"] is None
    assert program("intake", "GET", path).json["person"]["sight"] == "minimum"
    accepted = program("intake", "POST", f"{path}/accept", json={}).json
    assert accepted["referral"]["status"] == "accepted"
    assert accepted["person"]["note"] == "Ring twice"
    served = program("intake", "POST", f"{path}/serve", json={"reason_code": "service_delivered"})
    assert served.json["referral"]["connection"] == "reported"
    assert program("navigator", "POST", f"{path}/answer", json={"answer": "not_helped"}).status_code == 201
    (review,) = program("navigator", "GET", "/contradictions").json["items"]
    settled = program("navigator", "POST", f"/contradictions/{review['id']}", json={"answer": "helped", "note": "late"})
    assert settled.json["final_answer"] == "helped"
    assert program("navigator", "GET", path).json["referral"]["connection"] == "connected"
    story = program("navigator", "GET", f"{path}/story").json["items"]
    assert [entry["kind"] for entry in story].count("move") == 3


def test_a_refused_move_is_a_problem_that_says_what_is_possible(program, sent: Referral) -> None:
    refused = program("intake", "POST", f"/referrals/{sent.id}/start", json={})
    assert refused.status_code == 409
    assert refused.content_type == "application/problem+json"
    assert "You can mark as in review" in refused.json["detail"]


def test_a_missing_reason_is_named_at_its_field(program, sent: Referral) -> None:
    refused = program("intake", "POST", f"/referrals/{sent.id}/decline", json={})
    assert refused.status_code == 422
    assert refused.json["errors"]["reason_code"] == ["Choose why the referral is declined."]


def test_the_reasons_that_a_program_may_give_stand_in_the_description(app: Application) -> None:
    described = app.test_client().get("/openapi.json").json["components"]["schemas"]["MoveForm"]["properties"]
    assert "declined: not_eligible, no_capacity" in described["reason_code"]["description"]


def test_an_unknown_field_is_refused(program, sent: Referral) -> None:
    assert program("intake", "POST", f"/referrals/{sent.id}/accept", json={"status": "served"}).status_code == 422


def test_a_stranger_finds_nothing(program, sent: Referral) -> None:
    assert program("stranger", "GET", f"/referrals/{sent.id}").status_code == 404
    assert program("stranger", "POST", f"/referrals/{sent.id}/accept", json={}).status_code == 404
    assert program("stranger", "GET", "/referrals?folder=inbox").json["items"] == []


def test_a_folder_is_open_to_its_roles_only(program, sent: Referral) -> None:
    assert program("intake", "GET", "/referrals?folder=sent").status_code == 403
    assert program("navigator", "GET", "/referrals?folder=sent&status=sent").json["items"][0]["number"] == sent.number
    assert program("navigator", "GET", "/referrals?folder=sent&status=served").json["items"] == []


def test_a_list_pages_by_its_last_id(loop: Loop, program, sent: Referral) -> None:
    first = program("intake", "GET", "/referrals?folder=inbox&limit=1").json
    assert first["next"] == str(sent.id)
    assert program("intake", "GET", f"/referrals?folder=inbox&limit=1&after={first['next']}").json["items"] == []


def test_an_attempt_is_logged(program, loop: Loop, sent: Referral) -> None:
    loop.do(sent, Action.ACCEPT)
    loop.session.commit()
    logged = program("intake", "POST", f"/referrals/{sent.id}/contacts", json={"way": "phone", "result": "no_answer"})
    assert logged.status_code == 201
    assert logged.json["result"] == "no_answer"


def test_a_network_lead_reads_where_it_stands_without_notes(program, loop: Loop, sent: Referral) -> None:
    loop.do(sent, Action.DECLINE, reason_code="other", note="Private words")
    loop.session.commit()
    read = program("lead", "GET", f"/referrals/{sent.id}").json
    assert (read["person"]["sight"], read["actions"]) == ("nothing", [])
    assert "Private words" not in program("lead", "GET", f"/referrals/{sent.id}/story").text


def test_before_sending_a_program_learns_the_channel_and_what_to_ask_for(program, loop: Loop) -> None:
    loop.session.commit()
    path = f"/needs/{loop.need.id}/choices?service_at_location_id={loop.food_box.id}"
    (before,) = program("navigator", "GET", path).json["items"]
    assert (before["channel"], before.get("consent_id"), before.get("open_referral_id")) == ("network", None, None)
    loop.allow()
    referral = loop.send()
    loop.session.commit()
    (after,) = program("navigator", "GET", path).json["items"]
    assert after["open_referral_id"] == str(referral.id)
    allowed = program("navigator", "GET", f"/people/{loop.person.id}/consents").json["items"]
    assert after["consent_id"] in {consent["id"] for consent in allowed if consent["scope"] == "referral.share"}
    assert program("intake", "GET", path).status_code == 403


def test_a_referral_says_which_reasons_may_be_given(program, sent: Referral) -> None:
    reasons = program("intake", "GET", f"/referrals/{sent.id}").json["reasons"]
    assert {"action": "decline", "code": "no_capacity"}.items() <= next(
        reason.items() for reason in reasons if reason["code"] == "no_capacity"
    )
    assert {reason["action"] for reason in reasons} <= set(
        program("intake", "GET", f"/referrals/{sent.id}").json["actions"]
    )


@pytest.mark.parametrize(
    ("who", "asked", "found"),
    [
        ("intake", "folder=inbox&box=new", 1),
        ("intake", "folder=inbox&box=active", 0),
        ("navigator", "folder=sent&box=open&mine=true", 1),
        ("navigator", "folder=sent&box=open&category=food-insecurity", 1),
        ("navigator", "folder=sent&box=open&category=stress", 0),
        ("navigator", "folder=sent&box=sent_back", 0),
        ("intake", "folder=inbox&box=to_call", None),
        ("intake", "folder=inbox&box=new&mine=true", None),
        ("navigator", "folder=sent&category=stress", None),
    ],
)
def test_a_program_opens_the_boxes_of_the_pages(program, sent: Referral, who: str, asked: str, found: int) -> None:
    answer = program(who, "GET", f"/referrals?{asked}")
    assert answer.status_code == (422 if found is None else 200)
    assert found is None or len(answer.json["items"]) == found
