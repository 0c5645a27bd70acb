"""Several invoices decided in one go: each by its own verb, and what needs somebody's eye is left for it."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from referral.accounts.models import Membership
from referral.audit.models import AuditEvent
from referral.billing import service
from referral.billing.models import Invoice
from referral.billing.queries import lines_of
from referral.billing.rules import InvoiceState
from referral.organizations.rules import Role
from tests.factories.billing import PaidLoop
from tests.factories.fixtures import NOW
from tests.house.page import Page

Browser = Callable[[Membership], FlaskClient]
Token = Callable[[Membership], dict[str, str]]


@pytest.fixture
def two(paid: PaidLoop) -> tuple[Invoice, Invoice]:
    """Two submitted invoices of one month."""
    referral, _ = paid.authorized(units=10)
    made = []
    for day in (2, 3):
        paid.deliver(referral, day)
        invoice = paid.draft()
        service.submit(paid.session, invoice, by=paid.biller, at=NOW)
        made.append(invoice)
    paid.session.commit()
    return made[0], made[1]


def box(invoice: Invoice, version: int | None = None) -> str:
    return f"{invoice.id}:{invoice.version if version is None else version}"


def states(paid: PaidLoop, *invoices: Invoice) -> list[InvoiceState]:
    paid.session.commit()
    paid.session.expire_all()
    return [invoice.state for invoice in invoices]


def test_a_lead_ticks_all_and_approves_them_in_one_go(
    paid: PaidLoop, browser: Browser, two: tuple[Invoice, Invoice]
) -> None:
    lead = browser(paid.staff["lead"])
    ticked = lead.get("/invoices?is_all=true").text
    assert all(f'value="{box(one)}" checked' in ticked for one in two)
    assert lead.post("/invoices/approve", data={"ticked[]": [box(one) for one in two]}).status_code == 303
    assert states(paid, *two) == [InvoiceState.APPROVED_BY_LEAD] * 2
    moved = select(AuditEvent).where(AuditEvent.subject_kind == "invoice", AuditEvent.user_id == paid.lead.user_id)
    about = [event.subject_id for event in paid.session.scalars(moved) if event.action != "invoice:read"]
    assert {str(one.id) for one in two} <= set(map(str, about)), "each has an audit event of its own"


def test_what_changed_meanwhile_is_named_with_its_reason_and_stays_ticked(
    paid: PaidLoop, browser: Browser, two: tuple[Invoice, Invoice]
) -> None:
    first, second = two
    answer = browser(paid.staff["lead"]).post("/invoices/approve", data={"ticked[]": [box(first), box(second, 99)]})
    assert answer.status_code == 200
    assert Page(answer.text).problems() == []
    assert f"{second.number}</strong>: Somebody changed it meanwhile." in answer.text
    assert f'value="{box(second)}" checked' in answer.text
    assert states(paid, first, second) == [InvoiceState.APPROVED_BY_LEAD, InvoiceState.SUBMITTED]


def test_who_ticks_nothing_is_told_so(paid: PaidLoop, browser: Browser, two: tuple[Invoice, Invoice]) -> None:
    answer = browser(paid.staff["lead"]).post("/invoices/approve", data={})
    assert answer.status_code == 422
    assert "Tick at least one." in answer.text
    assert two[0].number in answer.text


def test_the_plan_accepts_as_billed_and_looks_at_the_rest_itself(
    paid: PaidLoop, browser: Browser, two: tuple[Invoice, Invoice]
) -> None:
    first, second = two
    for invoice in two:
        service.approve_by_lead(paid.session, invoice, by=paid.lead, at=NOW)
    lines_of(paid.session, second.id)[0].billed += 1
    paid.session.commit()
    plan = browser(paid.staff["finance"])
    assert "Accept the ticked invoices as billed" in plan.get("/invoices").text
    answer = plan.post("/invoices/decide", data={"ticked[]": [box(first), box(second)]})
    assert answer.status_code == 200
    assert f"{second.number}</strong>: Some lines would not be paid as billed." in answer.text
    assert states(paid, first, second) == [InvoiceState.ACCEPTED, InvoiceState.APPROVED_BY_LEAD]


def test_a_program_is_answered_for_each(
    app: object, paid: PaidLoop, browser: Browser, api: Token, two: tuple[Invoice, Invoice]
) -> None:
    client, headers = browser(paid.staff["lead"]), api(paid.staff["lead"])
    first, second = two
    asked = {"ticked": [{"id": str(first.id), "version": first.version}, {"id": str(second.id), "version": 99}]}
    found = {
        one["number"]: one for one in client.post("/api/v1/invoices/approve", json=asked, headers=headers).json["items"]
    }
    assert (found[first.number]["is_done"], found[first.number]["reason"]) == (True, None)
    assert found[second.number]["is_done"] is False
    again = client.post("/api/v1/invoices/approve", json={"ticked": [{"id": str(first.id)}]}, headers=headers).json
    assert again["items"][0]["is_done"] is False, "done once"
    other = api(paid.world.staff(paid.world.other_lead, Role.NETWORK_LEAD))
    strange = client.post("/api/v1/invoices/approve", json={"ticked": [{"id": str(second.id)}]}, headers=other).json
    assert strange["items"] == [
        {"id": str(second.id), "number": None, "is_done": False, "reason": "We could not find it."}
    ]
