"""The pages of money, as each role meets them; a month's invoice in three actions."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient

from referral.accounts.models import Membership
from referral.billing import queries, service
from referral.billing.models import Invoice
from referral.billing.queries import lines_of
from referral.billing.rules import InvoiceState
from referral.people.service import access as people
from referral.referrals.rules import Action
from tests.factories.billing import BOX_PRICE, PaidLoop
from tests.factories.fixtures import NOW

Browser = Callable[[Membership], FlaskClient]


def test_a_delivery_is_recorded_on_its_referral(paid: PaidLoop, browser: Browser) -> None:
    referral, authorization = paid.authorized()
    client = browser(paid.staff["intake"])
    url = f"/referrals/{referral.id}/deliveries"

    assert client.get(url).status_code == 200
    answer = client.post(url, data={"authorization": str(authorization.id), "delivered_on": "2026-11-12"})

    assert answer.status_code == 303
    assert "Nov 12, 2026" in client.get(url).text
    assert "FOO-BOXD" not in client.get(url).text


def test_a_bad_delivery_comes_back_with_what_was_typed(paid: PaidLoop, browser: Browser) -> None:
    referral, _ = paid.authorized()
    url = f"/referrals/{referral.id}/deliveries"

    answer = browser(paid.staff["intake"]).post(url, data={"delivered_on": "2026-11-12", "minutes": "soon"})

    assert answer.status_code == 422
    assert "Write a whole number." in answer.text
    assert 'value="soon"' in answer.text


def test_a_month_of_forty_deliveries_is_billed_in_three_actions(paid: PaidLoop, browser: Browser) -> None:
    referral, _ = paid.authorized(units=40, starts_on=date(2026, 11, 1), ends_on=date(2026, 11, 30))
    for number in range(40):
        paid.deliver(referral, 1 + number % 14)
    client = browser(paid.staff["biller"])

    page = client.get("/deliveries")
    assert "Make the invoice: 40 lines" in page.text
    drafted = client.post("/deliveries/invoice", data={"plan_id": str(paid.world.plan.id), "month_on": "2026-11-01"})
    submitted = client.post(f"{drafted.headers['Location']}/submit")

    assert submitted.status_code == 303
    invoice = _only_invoice(paid)
    assert (invoice.state, invoice.billed_amount) == (InvoiceState.SUBMITTED, 40 * BOX_PRICE)


def test_what_cannot_be_billed_says_why_on_the_page(paid: PaidLoop, browser: Browser) -> None:
    referral, _ = paid.authorized(ends_on=date(2026, 11, 5))
    paid.deliver(referral, 9)

    page = browser(paid.staff["biller"]).get("/deliveries")

    assert "The date lies outside the service authorization." in page.text
    assert "Make the invoice" not in page.text


def test_a_line_says_why_the_name_is_gone_to_everybody_but_who_bills(paid: PaidLoop, browser: Browser) -> None:
    referral, _ = paid.authorized()
    paid.deliver(referral, 2)
    invoice = paid.draft()
    paid.do(referral, Action.START)
    paid.do(referral, Action.SERVE, reason_code="service_delivered")
    referral.ended_at = NOW - timedelta(days=91)
    people.revoke(paid.session, basis_id=referral.id, at=NOW)
    paid.session.commit()

    url = f"/invoices/{invoice.id}"
    billers, admins = browser(paid.staff["biller"]).get(url).text, browser(paid.staff["admin"]).get(url).text

    assert "Maria Garcia" in billers
    assert referral.number in admins
    assert "Name closed: the referral ended more than 90 days ago" in admins
    assert "Garcia" not in admins
    assert "/thread/line/" not in billers + admins, "what would not open is not linked"


def test_the_lead_approves_the_plan_decides_and_pays(paid: PaidLoop, browser: Browser) -> None:
    referral, _ = paid.authorized()
    paid.deliver(referral)
    invoice = paid.draft()
    service.submit(paid.session, invoice, by=paid.biller, at=NOW)
    paid.session.commit()
    url = f"/invoices/{invoice.id}"
    lead, plan = browser(paid.staff["lead"]), browser(paid.staff["finance"])

    assert "Maria Garcia" in lead.get(url).text
    assert plan.get(url).status_code == 404
    assert lead.post(f"{url}/approve").status_code == 303
    assert "No invoice waits for the network lead" in lead.get("/invoices").text
    page = plan.get(url).text
    assert "Your decision" in page
    assert f"Accept ${BOX_PRICE}" in page
    assert f"/thread/line/{lines_of(paid.session, invoice.id)[0].id}" in page
    assert plan.post(f"{url}/decide", data={"denied[]": [""]}).status_code == 303
    paying = {"amount": str(BOX_PRICE), "paid_on": "2026-11-16", "reference": "check 7"}
    assert plan.post(f"{url}/payments", data=paying).status_code == 303

    assert "check 7" in plan.get(url).text
    paid.session.refresh(invoice)
    assert invoice.state is InvoiceState.PAID


def test_a_refused_deed_changes_nothing_and_says_why(paid: PaidLoop, browser: Browser) -> None:
    referral, _ = paid.authorized()
    invoice = paid.with_the_plan(referral)
    paid.session.commit()

    answer = browser(paid.staff["finance"]).post(
        f"/invoices/{invoice.id}/payments",
        data={"amount": "5.00", "paid_on": "2026-11-16", "reference": "x"},
    )

    assert answer.status_code == 409
    assert "Only an accepted invoice can be paid." in answer.text


def test_the_list_opens_where_work_waits_and_leads_to_the_prices(paid: PaidLoop, browser: Browser) -> None:
    referral, _ = paid.authorized()
    invoice = paid.with_the_plan(referral)
    service.return_invoice(paid.session, invoice, reason="Whose box was it?", by=paid.finance, at=NOW)
    paid.session.commit()

    page = browser(paid.staff["biller"]).get("/invoices").text

    assert invoice.number in page
    assert 'href="/fee-schedule"' in page
    assert "Discarded" not in page, "a state that holds nothing is left out"


@pytest.mark.parametrize(
    ("role", "url", "status"),
    [
        ("biller", "/invoices", 200),
        ("lead", "/invoices", 200),
        ("finance", "/invoices", 200),
        ("care_manager", "/invoices", 200),
        ("navigator", "/invoices", 403),
        ("navigator", "/deliveries", 403),
        ("intake", "/deliveries", 200),
        ("navigator", "/fee-schedule", 200),
        ("finance", "/deliveries", 403),
    ],
)
def test_each_role_opens_what_it_may(paid: PaidLoop, browser: Browser, role: str, url: str, status: int) -> None:
    assert browser(paid.staff[role]).get(url).status_code == status


def test_another_organization_does_not_find_the_invoice(paid: PaidLoop, browser: Browser) -> None:
    from referral.organizations.rules import Role

    referral, _ = paid.authorized()
    invoice = paid.with_the_plan(referral)
    stranger = paid.world.staff(paid.world.shelter, Role.CBO_BILLER)

    assert browser(stranger).get(f"/invoices/{invoice.id}").status_code == 404


def test_unverified_amounts_are_marked_on_the_fee_schedule(paid: PaidLoop, browser: Browser) -> None:
    page = browser(paid.staff["biller"]).get("/fee-schedule").text

    assert "Illustrative" in page
    assert "Unverified" in page
    assert "$104.97" in page
    assert "percent of the fair market rent" in page


def test_the_csv_of_lines_holds_only_what_the_asker_may_see(paid: PaidLoop, browser: Browser) -> None:
    referral, _ = paid.authorized()
    paid.with_the_plan(referral)
    from referral.organizations.rules import Role

    mine = browser(paid.staff["biller"]).get("/invoices/lines.csv", buffered=True)
    theirs = browser(paid.world.staff(paid.world.shelter, Role.CBO_BILLER)).get("/invoices/lines.csv", buffered=True)

    assert mine.text.splitlines()[0].startswith("invoice,line,organization")
    assert "104.97" in mine.text
    assert len(theirs.text.splitlines()) == 1


def _only_invoice(paid: PaidLoop) -> Invoice:
    paid.session.expire_all()
    invoices = queries.invoices(paid.session, by=paid.biller)
    assert len(invoices) == 1
    return invoices[0]
