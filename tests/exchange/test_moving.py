"""A Task that is put back moves the referral by the loop's own verbs, and changes nothing else."""

from typing import Any

import pytest
from sqlalchemy import select

from referral.audit.models import AuditEvent
from referral.referrals.models import Referral, StatusChange
from referral.referrals.rules import Connection, Status
from tests.exchange.conftest import FHIR_JSON, Fhir
from tests.exchange.standing import PAUSED, came_of_it, more, standing, why
from tests.factories.referrals import Loop


def told(answer: Any) -> tuple[int, str, str]:
    """Return the status of a refusal, what kind it is, and at which element."""
    (issue,) = answer.json["issue"]
    return answer.status_code, issue["code"], issue.get("expression", [""])[0]


def test_the_whole_loop_runs_through_fhir(loop: Loop, put: Fhir, sent: Referral) -> None:
    carla = loop.staff["intake"]
    steps = [
        {"status": "requested", "businessStatus": more("in_review")},
        {"status": "accepted"},
        {"status": "in-progress"},
        {"status": "on-hold", **PAUSED},
        {"status": "in-progress"},
        {"status": "completed", "output": came_of_it()},
    ]
    for step in steps:
        answer = put(carla, sent.id, **step)
        assert (answer.status_code, answer.json["status"]) == (200, step["status"]), answer.text
        assert answer.headers["ETag"] == f'W/"{answer.json["meta"]["versionId"]}"'
    assert answer.json["output"] == [
        {**came_of_it()[0], "valueCodeableConcept": why("service_delivered", "Service delivered")}
    ]
    loop.session.expire_all()
    assert (sent.status, sent.connection) == (Status.SERVED, Connection.REPORTED)
    moved = loop.session.scalars(select(StatusChange.to_status).order_by(StatusChange.version)).all()
    assert moved == ["sent", "in_review", "accepted", "in_service", "needs_person", "in_service", "served"]
    noted = select(StatusChange.note).where(StatusChange.to_status == Status.NEEDS_PERSON)
    assert loop.session.scalar(noted) == "Her lease"


def test_a_label_that_comes_back_with_its_code_is_no_note(loop: Loop, put: Fhir, sent: Referral) -> None:
    put(loop.staff["intake"], sent.id, status="rejected", statusReason=why("no_capacity", "No capacity or no funds"))
    loop.session.expire_all()
    assert (sent.status, sent.reason_code) == (Status.DECLINED, "no_capacity")
    assert loop.session.scalar(select(StatusChange.note).where(StatusChange.to_status == Status.DECLINED)) is None


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"statusReason": why("rerouted")}, Status.RECALLED),
        ({"statusReason": why("rerouted"), "businessStatus": more("recalled")}, Status.RECALLED),
        ({"statusReason": why("moved_away"), "businessStatus": more("withdrawn")}, Status.WITHDRAWN),
    ],
)
def test_the_sender_recalls_and_the_person_withdraws(
    loop: Loop, put: Fhir, sent: Referral, said: dict[str, Any], status: Status
) -> None:
    assert put(loop.staff["navigator"], sent.id, status="cancelled", **said).status_code == 200
    loop.session.expire_all()
    assert sent.status is status


def test_the_receiver_cannot_recall_and_that_it_tried_is_written_down(loop: Loop, put: Fhir, sent: Referral) -> None:
    answer = put(loop.staff["intake"], sent.id, status="cancelled", statusReason=why("rerouted"))
    assert told(answer) == (403, "forbidden", "")
    assert "Only the sender can recall" in answer.json["issue"][0]["diagnostics"]
    denied = select(AuditEvent).where(AuditEvent.action == "access:denied")
    assert len(loop.session.scalars(denied).all()) == 1


@pytest.mark.parametrize("code", ["ready", "received", "no-such-status", None, ["accepted"]])
def test_what_is_no_status_of_a_referral_is_refused(loop: Loop, put: Fhir, sent: Referral, code: object) -> None:
    assert told(put(loop.staff["intake"], sent.id, status=code)) == (422, "business-rule", "Task.status")


def test_a_change_names_the_version_that_was_read(loop: Loop, fhir: Fhir, put: Fhir, sent: Referral) -> None:
    carla, path = loop.staff["intake"], f"/Task/{sent.id}"
    read = fhir(carla, path)
    assert put(carla, sent.id, status="accepted").status_code == 200
    stale = put(carla, sent.id, tag=read.headers["ETag"], status="in-progress")
    assert told(stale)[:2] == (412, "conflict")
    unnamed = fhir(carla, path, "PUT", {"Content-Type": FHIR_JSON}, json={**read.json, "status": "in-progress"})
    assert told(unnamed)[:2] == (428, "required")
    assert fhir(carla, path).json["status"] == "accepted"


def test_a_late_completion_after_a_cancel_conflicts(loop: Loop, fhir: Fhir, put: Fhir) -> None:
    referral = standing(loop, Status.ACCEPTED)
    read = fhir(loop.staff["intake"], f"/Task/{referral.id}")
    assert (
        put(loop.staff["navigator"], referral.id, status="cancelled", statusReason=why("rerouted")).status_code == 200
    )
    late = put(loop.staff["intake"], referral.id, tag=read.headers["ETag"], status="completed", output=came_of_it())
    assert late.status_code == 412
    again = put(loop.staff["intake"], referral.id, status="completed", output=came_of_it())
    assert told(again)[:2] == (409, "conflict")


@pytest.mark.parametrize(
    ("status", "said", "where"),
    [
        ("rejected", {}, "Task.statusReason"),
        ("rejected", {"statusReason": {"text": "We are full"}}, "Task.statusReason"),
        ("rejected", {"statusReason": why("no_show")}, "Task.statusReason"),
        ("rejected", {"statusReason": why("other")}, "Task.statusReason"),
        (
            "rejected",
            {"statusReason": {"coding": [{"system": "http://example.org", "code": "x"}]}},
            "Task.statusReason",
        ),
        ("rejected", {"statusReason": "full"}, "Task.statusReason"),
        ("rejected", {"statusReason": {"coding": "full"}}, "Task.statusReason"),
        ("rejected", {"statusReason": {**why("no_capacity"), "text": 5}}, "Task.statusReason"),
        ("accepted", {"statusReason": why("no_capacity")}, "Task.statusReason"),
        ("accepted", {"businessStatus": more("waitlisted")}, "Task.businessStatus"),
        ("accepted", {"output": came_of_it()}, "Task.output"),
        ("accepted", {"owner": {"reference": "Organization/other"}}, "Task.owner"),
        ("accepted", {"priority": "stat"}, "Task.priority"),
        ("accepted", {"contained": []}, "Task.contained"),
        ("accepted", {"note": [{"text": "Please"}]}, "Task.note"),
        ("accepted", {"id": "another"}, "Task.id"),
        ("accepted", {"resourceType": "ServiceRequest"}, "Task.resourceType"),
    ],
)
def test_what_cannot_be_kept_is_refused_at_its_element(
    loop: Loop, put: Fhir, sent: Referral, status: str, said: dict[str, Any], where: str
) -> None:
    assert told(put(loop.staff["intake"], sent.id, status=status, **said)) == (422, "business-rule", where)
    loop.session.expire_all()
    assert sent.status is Status.SENT


@pytest.mark.parametrize(
    "output",
    [
        [],
        {},
        [*came_of_it(), *came_of_it()],
        [{**came_of_it()[0], "valueReference": {"reference": "Procedure/1"}}],
        [{"type": came_of_it()[0]["type"]}],
        came_of_it("no_show"),
    ],
)
def test_a_completed_task_says_in_one_output_what_came_of_it(loop: Loop, put: Fhir, output: object) -> None:
    referral = standing(loop, Status.ACCEPTED)
    answer = put(loop.staff["intake"], referral.id, status="completed", output=output)
    assert told(answer) == (422, "business-rule", "Task.output")


def test_on_hold_says_what_it_waits_for(loop: Loop, put: Fhir) -> None:
    referral = standing(loop, Status.ACCEPTED)
    answer = put(loop.staff["intake"], referral.id, status="on-hold")
    assert told(answer) == (422, "business-rule", "Task.businessStatus")
    assert "waitlisted, needs_person" in answer.json["issue"][0]["diagnostics"]


def test_could_not_contact_needs_the_attempts_that_the_loop_asks_for(loop: Loop, put: Fhir) -> None:
    referral = standing(loop, Status.ACCEPTED)
    answer = put(loop.staff["intake"], referral.id, status="failed", statusReason=why("could_not_contact"))
    assert told(answer)[:2] == (409, "conflict")
    assert "2 logged attempts" in answer.json["issue"][0]["diagnostics"]


def test_a_client_may_write_the_instant_and_its_own_meta_in_its_way(loop: Loop, put: Fhir, sent: Referral) -> None:
    own = {"authoredOn": "2026-11-16T10:00:00.000-05:00", "meta": {"source": "#1"}, "lastModified": "2026-11-16"}
    assert put(loop.staff["intake"], sent.id, status="accepted", **own).status_code == 200


def test_an_onlooker_and_a_stranger_move_nothing(loop: Loop, fhir: Fhir, sent: Referral) -> None:
    headers = {"If-Match": f'W/"{sent.version}"'}
    for who, status in (("lead", 403), ("biller", 403), ("stranger", 404)):
        body = {"resourceType": "Task", "id": str(sent.id), "status": "accepted"}
        answer = fhir(loop.staff[who], f"/Task/{sent.id}", "PUT", headers, json=body)
        assert answer.status_code == status, who


@pytest.mark.parametrize(
    ("sent_as", "status"),
    [
        ({"data": b"{", "content_type": FHIR_JSON}, 400),
        ({"data": b"[]", "content_type": FHIR_JSON}, 422),
        ({"data": b'{"status": "a", "status": "b"}', "content_type": FHIR_JSON}, 422),
        ({"data": b"<Task/>", "content_type": "application/fhir+xml"}, 415),
    ],
)
def test_a_body_that_is_no_json_object_is_refused(
    loop: Loop, fhir: Fhir, sent: Referral, sent_as: dict[str, Any], status: int
) -> None:
    headers = {"If-Match": f'W/"{sent.version}"'}
    answer = fhir(loop.staff["intake"], f"/Task/{sent.id}", "PUT", headers, **sent_as)
    assert (answer.status_code, answer.json["resourceType"]) == (status, "OperationOutcome")
