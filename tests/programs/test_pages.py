"""The pages of programs, as each role meets them."""

from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient

from referral.accounts.models import Membership
from referral.programs import queries
from referral.programs.models import ServiceAuthorization
from referral.programs.rules import (
    NEXT_STEPS,
    AuthorizationState,
    EligibilityFacts,
    EnrollmentState,
    Verdict,
    is_eligible,
)
from tests.factories.billing import PaidLoop

Browser = Callable[[Membership], FlaskClient]


def test_a_navigator_proposes_and_the_plan_enrolls(paid: PaidLoop, browser: Browser) -> None:
    url = f"/people/{paid.person.id}/enrollment"
    navigator, plan = browser(paid.staff["navigator"]), browser(paid.staff["care_manager"])

    assert "Propose Maria" in navigator.get(url).text
    assert navigator.post(url, data={"met[]": ["2plus_chronic"]}).status_code == 303
    assert "Maria Garcia" in plan.get("/authorizations").text
    assert plan.post(f"{url}/enroll", data={}).status_code == 303

    found = queries.open_enrollment(paid.session, paid.person.id, paid.program.id)
    assert found is not None
    assert found.state is EnrollmentState.ENROLLED


def test_the_plan_reads_which_fact_is_missing_and_what_to_do(paid: PaidLoop, browser: Browser) -> None:
    url = f"/people/{paid.person.id}/enrollment"
    navigator, plan = browser(paid.staff["navigator"]), browser(paid.staff["care_manager"])
    assert navigator.post(url, data={}).status_code == 303

    for page in (plan.get("/authorizations").text, plan.get(url).text):
        assert "some are not answered yet" in page
        assert NEXT_STEPS["health"] in page
    assert NEXT_STEPS["health"] not in navigator.get(url).text


def test_every_part_of_the_rule_has_a_next_step(paid: PaidLoop) -> None:
    nothing_known = EligibilityFacts(has_coverage=None, county=None, age=None)
    found = is_eligible(paid.program.definition(), nothing_known).findings
    assert {one.part for one in found if one.verdict is Verdict.UNKNOWN} == set(NEXT_STEPS)


def test_the_enrollment_page_marks_what_is_unverified(paid: PaidLoop, browser: Browser) -> None:
    page = browser(paid.staff["navigator"]).get(f"/people/{paid.person.id}/enrollment").text

    assert "Unverified" in page
    assert "Illustrative" in page


def test_a_navigator_requests_and_the_plan_approves(paid: PaidLoop, browser: Browser) -> None:
    paid.enroll()
    referral = paid.accepted()
    service = queries.service_coded(paid.session, paid.program.id, "FOO-BOXD", "small")
    assert service is not None
    navigator, plan = browser(paid.staff["navigator"]), browser(paid.staff["care_manager"])
    asked = {"service": str(service.id), "units": "6", "starts_on": "2026-11-01", "ends_on": "2026-12-31"}

    assert navigator.get(f"/referrals/{referral.id}/authorization").status_code == 200
    made = navigator.post(f"/referrals/{referral.id}/authorization", data=asked)
    url = made.headers["Location"]
    assert "Maria Garcia" in plan.get(url).text
    same = {"units": "6", "starts_on": "2026-11-01", "ends_on": "2026-12-31"}
    assert plan.post(f"{url}/approve", data=same).status_code == 303

    paid.session.expire_all()
    authorization = paid.session.query(ServiceAuthorization).one()
    assert authorization.state is AuthorizationState.APPROVED
    assert "In force" in navigator.get(url).text


def test_other_terms_without_a_reason_come_back(paid: PaidLoop, browser: Browser) -> None:
    paid.enroll()
    authorization = paid.request(paid.accepted())

    answer = browser(paid.staff["care_manager"]).post(
        f"/authorizations/{authorization.id}/approve", data={"units": "2"}
    )

    assert answer.status_code == 409
    assert "Say why you approve other terms" in answer.text


def test_the_other_plan_does_not_find_the_authorization(paid: PaidLoop, browser: Browser) -> None:
    from referral.organizations.rules import Role

    paid.enroll()
    authorization = paid.request(paid.accepted())
    other = paid.world.staff(paid.world.other_plan, Role.PLAN_CARE_MGR)

    assert browser(other).get(f"/authorizations/{authorization.id}").status_code == 404
    assert authorization.number not in browser(other).get("/authorizations").text


@pytest.mark.parametrize("role", ["navigator", "intake", "biller", "lead", "care_manager", "finance"])
def test_every_party_opens_the_list(paid: PaidLoop, browser: Browser, role: str) -> None:
    paid.authorized()

    page = browser(paid.staff[role]).get("/authorizations?state=approved")

    assert page.status_code == 200
    assert "Healthy Food Box" in page.text


def test_the_plan_approves_what_it_ticked_and_reads_why_another_one_is_left(
    paid: PaidLoop, browser: Browser, api: Callable[[Membership], dict[str, str]]
) -> None:
    paid.enroll()
    referral = paid.accepted()
    fine = paid.request(referral, starts_on=date(2026, 11, 1), ends_on=date(2026, 11, 30))
    other = paid.request(referral, starts_on=date(2026, 12, 1), ends_on=date(2026, 12, 31))
    paid.session.commit()
    plan = browser(paid.staff["care_manager"])
    assert "Approve the ticked requests" in plan.get("/authorizations").text
    assert "Approve the ticked" not in browser(paid.staff["navigator"]).get("/authorizations").text
    boxes = [f"{fine.id}:{fine.version}", f"{other.id}:{other.version + 7}"]
    answer = plan.post("/authorizations/approve", data={"ticked[]": boxes})
    assert answer.status_code == 200
    assert f"{other.number}</strong>: Somebody changed it meanwhile." in answer.text
    assert f'value="{other.id}:{other.version}" checked' in answer.text
    paid.session.expire_all()
    assert (fine.state, other.state) == (AuthorizationState.APPROVED, AuthorizationState.REQUESTED)

    asked = {"ticked": [{"id": str(fine.id)}, {"id": str(other.id)}]}
    told = plan.post("/api/v1/service-authorizations/approve", json=asked, headers=api(paid.staff["care_manager"])).json
    assert {one["id"]: one["is_done"] for one in told["items"]} == {str(fine.id): False, str(other.id): True}
