"""Programs for other programs: what they ask, who may join, the plan's decision, and what was done."""

from collections.abc import Callable
from typing import Any

import pytest

from referral.accounts.models import Membership
from referral.organizations.rules import Role
from referral.web.transaction import Application
from tests.factories.billing import PaidLoop

Headers = Callable[[Membership], dict[str, str]]


@pytest.fixture
def call(app: Application, api: Headers, paid: PaidLoop) -> Callable[..., Any]:
    client = app.test_client()
    paid.staff["other plan"] = paid.world.staff(paid.world.other_plan, Role.PLAN_CARE_MGR)
    tokens = {name: api(member) for name, member in paid.staff.items()}

    def send(who: str, method: str, path: str, status: int = 200, **body: Any) -> Any:
        given = {"json": body} if body else {}
        answer = client.open(f"/api/v1{path}", method=method, headers=tokens[who], **given)
        assert answer.status_code == status, answer.text
        return answer.json

    return send


def test_a_program_says_what_it_asks_and_what_is_known_of_somebody(paid: PaidLoop, call: Callable[..., Any]) -> None:
    paid.session.commit()
    (program,) = call("navigator", "GET", "/programs")["items"]
    codes = {criterion["code"] for category in program["categories"] for criterion in category["criteria"]}
    assert "2plus_chronic" in codes
    known = call("navigator", "GET", f"/people/{paid.person.id}/eligibility")
    assert known["program_id"] == program["id"]
    assert {"coverage", "county"} & {finding["part"] for finding in known["findings"]}
    assert known["categories"]
    call("stranger", "GET", f"/people/{paid.person.id}/eligibility", 404)


def test_the_plan_finds_what_waits_enrolls_and_ends_with_a_reason(paid: PaidLoop, call: Callable[..., Any]) -> None:
    proposed = paid.propose()
    paid.session.commit()
    assert [row["id"] for row in call("care_manager", "GET", "/enrollments")["items"]] == [str(proposed.id)]
    assert call("other plan", "GET", "/enrollments")["items"] == []
    call("navigator", "GET", "/enrollments", 403)
    path = f"/enrollments/{proposed.id}"
    call("care_manager", "POST", f"{path}/enroll")
    assert call("care_manager", "GET", "/enrollments")["items"] == []
    call("navigator", "POST", f"{path}/end", 409, reason="moved away")
    call("other plan", "POST", f"{path}/end", 404, reason="moved away")
    call("care_manager", "POST", f"{path}/end", 409, reason="")
    ended = call("care_manager", "POST", f"{path}/end", reason="moved away")
    assert (ended["state"], ended["reason"]) == ("ended", "moved away")


def test_a_person_who_says_no_is_taken_out_by_whoever_heard_it(paid: PaidLoop, call: Callable[..., Any]) -> None:
    enrollment = paid.enroll()
    paid.session.commit()
    call("care_manager", "POST", f"/enrollments/{enrollment.id}/withdraw", 409)
    withdrawn = call("navigator", "POST", f"/enrollments/{enrollment.id}/withdraw")
    assert withdrawn["state"] == "withdrawn"


def test_services_to_ask_for_are_listed_and_a_request_is_taken_up(paid: PaidLoop, call: Callable[..., Any]) -> None:
    paid.enroll()
    referral = paid.accepted()
    paid.session.commit()
    offered = call("navigator", "GET", f"/referrals/{referral.id}/program-services")["items"]
    assert {"FOO-BOXD", "FOO-CM"} <= {service["code"] for service in offered}
    asked = call(
        "navigator", "POST", f"/referrals/{referral.id}/service-authorizations", 201,
        service_code="FOO-BOXD", variant="small", units="6", starts_on="2026-09-01", ends_on="2026-12-31",
    )  # fmt: skip
    path = f"/service-authorizations/{asked['id']}"
    assert call("care_manager", "POST", f"{path}/review")["state"] == "in_review"
    call("care_manager", "POST", f"{path}/ask", note="Which diet?")
    denied = call("care_manager", "POST", f"{path}/deny", reason_code="not_needed", note="See policy")
    assert denied["reason_code"] == "not_needed"
    story = call("navigator", "GET", f"{path}/story")["items"]
    assert [step["action"] for step in story][-1] == "deny"
    assert story[-1]["note"] == "See policy"
