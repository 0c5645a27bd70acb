"""The desk for programs: the same verbs as the pages."""

from referral.organizations.rules import Role
from tests.factories.billing import PaidLoop


def test_a_program_reads_the_work_waiting(loop: PaidLoop, app, api):
    loop.allow()
    loop.send()
    answer = app.test_client().get("/api/v1/home", headers=api(loop.staff["intake"]))
    assert {"label": "New in the inbox", "figure": 1, "note": ""} in answer.json["tiles"]


def test_a_program_reads_the_thread_as_its_role_may(loop: PaidLoop, paid, app, api):
    answer = app.test_client().get(f"/api/v1/thread/referral/{paid.id}", headers=api(loop.staff["biller"]))
    filled = {stage["heading"] for stage in answer.json["stages"] if stage["steps"]}
    assert {"Delivery", "Invoice line", "Payment"} <= filled
    assert "Answer" not in filled
    assert "Garcia" not in answer.text


def test_a_stranger_gets_a_problem_document(loop: PaidLoop, paid, app, api):
    answer = app.test_client().get(f"/api/v1/thread/referral/{paid.id}", headers=api(loop.staff["stranger"]))
    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")


def test_a_program_adds_a_colleague_and_gets_their_link_once(loop: PaidLoop, app, api):
    headers = api(loop.staff["admin"])
    sent = {"name": "Ben", "email": "ben@example.org", "roles": ["cbo_intake"]}
    answer = app.test_client().post("/api/v1/users", json=sent, headers=headers)
    assert answer.status_code == 201
    assert answer.json["roles"] == ["cbo_intake"]
    listed = app.test_client().get("/api/v1/users", headers=headers)
    assert "ben@example.org" in listed.text
    assert "/sign-in/link/" in answer.json["invitation_url"]
    assert (answer.json["name"], answer.json["email"]) == (sent["name"], sent["email"])
    assert "/sign-in/link/" not in listed.text


def test_failed_work_is_listed_for_the_systems_administrator_only(loop: PaidLoop, app, api):
    keeper = loop.world.staff(loop.world.center, Role.SYSADMIN)
    assert app.test_client().get("/api/v1/jobs", headers=api(keeper)).json == {"items": [], "next": None}
    assert app.test_client().get("/api/v1/jobs", headers=api(loop.staff["navigator"])).status_code == 403


def test_a_program_reads_what_hangs_on_a_person_as_its_role_may(loop: PaidLoop, paid, app, api):
    path = f"/api/v1/people/{loop.person.id}/overview"
    mine = app.test_client().get(path, headers=api(loop.staff["navigator"])).json
    assert [referral["id"] for referral in mine["referrals"]] == [str(paid.id)]
    assert len(mine["needs"]) == len(mine["enrollments"]) == 1
    assert {"care team", "plan"} <= {"care team" if not row["organization"] else "plan" for row in mine["access"]}
    plans = app.test_client().get(path, headers=api(loop.staff["care_manager"])).json
    assert (plans["needs"], plans["screenings"], plans["access"]) == ([], [], [])
    assert app.test_client().get(path, headers=api(loop.staff["stranger"])).status_code == 404
