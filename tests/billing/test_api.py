"""The same loop of money through the JSON API."""

from collections.abc import Callable
from typing import Any

import pytest

from referral.accounts.models import Membership
from referral.web.transaction import Application
from tests.factories.billing import PaidLoop

Headers = Callable[[Membership], dict[str, str]]


@pytest.fixture
def call(app: Application, api: Headers, paid: PaidLoop) -> Callable[..., Any]:
    client = app.test_client()
    tokens = {name: api(member) for name, member in paid.staff.items()}

    def send(who: str, method: str, path: str, status: int = 200, **body: Any) -> Any:
        given = {"json": body} if body else {}
        answer = client.open(f"/api/v1{path}", method=method, headers=tokens[who], **given)
        assert answer.status_code == status, answer.text
        return answer.json

    return send


def test_from_enrollment_to_payment(paid: PaidLoop, call: Callable[..., Any]) -> None:
    person, referral = paid.person.id, paid.accepted().id
    paid.session.commit()
    proposed = call("navigator", "POST", f"/people/{person}/enrollments", 201, met=["2plus_chronic"])
    assert proposed["verdict"] == "yes"
    call("care_manager", "POST", f"/enrollments/{proposed['id']}/enroll")
    terms = {"service_code": "FOO-BOXD", "variant": "small", "units": "6"}
    days = {"starts_on": "2026-09-01", "ends_on": "2026-12-31"}
    asked = call("navigator", "POST", f"/referrals/{referral}/service-authorizations", 201, **terms, **days)
    approved = call("care_manager", "POST", f"/service-authorizations/{asked['id']}/approve", units="6")
    assert approved["state"] == "approved"

    given = {"service_code": "FOO-BOXD", "variant": "small", "delivered_on": "2026-11-02"}
    call("intake", "POST", f"/referrals/{referral}/deliveries", 201, **given)
    month = {"plan_id": str(paid.world.plan.id), "month_on": "2026-11-01"}
    invoice = call("biller", "POST", "/invoices", 201, **month)
    path = f"/invoices/{invoice['id']}"
    assert invoice["billed_amount"] == "104.97"
    call("biller", "POST", f"{path}/submit")
    call("lead", "POST", f"{path}/approve")
    decided = call("finance", "POST", f"{path}/decide", denials=[])
    assert [line["outcome"] for line in decided["lines"]] == ["pay"]
    settled = call("finance", "POST", f"{path}/payments", amount="104.97", paid_on="2026-11-16", reference="EFT 1")

    assert (settled["state"], settled["paid_amount"]) == ("paid", "104.97")


@pytest.mark.parametrize(
    ("who", "method", "path", "status"),
    [
        ("navigator", "GET", "/invoices", 403),
        ("biller", "GET", "/invoices", 200),
        ("intake", "POST", "/invoices", 403),
        ("navigator", "GET", "/service-authorizations", 200),
        ("navigator", "GET", "/fee-schedule", 200),
    ],
)
def test_roles_hold_in_the_api(call: Callable[..., Any], who: str, method: str, path: str, status: int) -> None:
    call(who, method, path, status)


def test_bad_input_is_said_field_by_field(paid: PaidLoop, call: Callable[..., Any]) -> None:
    referral = paid.accepted().id
    paid.session.commit()

    problem = call("intake", "POST", f"/referrals/{referral}/deliveries", 422, delivered_on="soon", units="-1")

    assert "delivered_on" in str(problem)
    assert "units" in str(problem)


def test_what_belongs_to_others_is_not_found(paid: PaidLoop, call: Callable[..., Any]) -> None:
    referral, _ = paid.authorized()
    paid.deliver(referral)
    draft = paid.draft()
    paid.session.commit()

    call("lead", "GET", f"/invoices/{draft.id}", 404)
    call("finance", "GET", f"/invoices/{draft.id}", 404)


def test_a_month_is_looked_over_before_it_is_billed_and_an_error_is_taken_back(
    paid: PaidLoop, call: Callable[..., Any]
) -> None:
    referral, _ = paid.authorized()
    paid.session.commit()
    path = f"/referrals/{referral.id}/deliveries"
    given = {"service_code": "FOO-BOXD", "variant": "small", "delivered_on": "2026-11-02"}
    kept, mistaken = (call("intake", "POST", path, 201, **given, units=units) for units in ("1", "9"))

    checked = call("biller", "GET", "/deliveries?month_on=2026-11-15")["items"]
    assert [line["delivery"]["id"] for line in checked] == [kept["id"], mistaken["id"]]
    assert [bool(line["problems"]) for line in checked] == [False, True]
    assert checked[0]["plan_id"] == str(paid.world.plan.id)

    voided = call("intake", "POST", f"{path}/{mistaken['id']}/void")
    assert voided["voided_at"] is not None
    call("intake", "POST", f"/referrals/{paid.world.plan.id}/deliveries/{kept['id']}/void", 404)
    assert len(call("biller", "GET", "/deliveries?month_on=2026-11-01")["items"]) == 1
    assert call("biller", "GET", "/deliveries?month_on=2026-10-01")["items"] == []


def test_the_plan_reads_what_would_be_decided_and_everybody_what_was_done(
    paid: PaidLoop, call: Callable[..., Any]
) -> None:
    referral, _ = paid.authorized()
    invoice = paid.with_the_plan(referral, 2, 9)
    paid.session.commit()
    path = f"/invoices/{invoice.id}"

    previewed = call("finance", "GET", f"{path}/preview")["items"]
    assert [line["outcome"] for line in previewed] == ["pay", "pay"]
    assert {line["paid"] for line in previewed} == {"104.97"}
    call("biller", "GET", f"{path}/preview", 403)
    call("finance", "POST", f"{path}/decide", denials=[])
    call("finance", "POST", f"{path}/payments", amount="209.94", paid_on="2026-11-16", reference="EFT 2")

    read = call("biller", "GET", path)
    assert [payment["reference"] for payment in read["payments"]] == ["EFT 2"]
    assert [change["to_state"] for change in read["changes"]][-1] == "paid"
    assert call("biller", "GET", "/invoices?limit=1")["next"] == str(invoice.id)
