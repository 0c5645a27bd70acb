"""What a bill says of somebody: to a plan nothing sensitive without a signature that names it (T05)."""

import zipfile
from collections.abc import Callable
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from referral.accounts.models import Membership
from referral.billing import service as billing
from referral.billing.models import Delivery, Invoice, InvoiceLine, LedgerEntry
from referral.billing.rules import LineState
from referral.foundation.principal import Principal
from referral.people import service
from referral.people.models import AccessGrant, Consent
from referral.people.rules import ConsentScope, GrantBasis, SensitivityLevel
from referral.people.rules.part2 import NEUTRAL_SERVICE
from referral.programs import service as programs
from referral.web.transaction import Application
from tests.factories.billing import BOX_PRICE, PaidLoop
from tests.factories.fixtures import NOW, World
from tests.factories.levels import ON_PAPER
from tests.factories.people import a_consent

Api = Callable[[Membership], dict[str, str]]
Browser = Callable[[Membership], FlaskClient]


@pytest.fixture
def billed(session: Session, world: World, principal_of: Callable[..., Principal]) -> tuple[PaidLoop, Invoice, Consent]:
    """A sensitive delivery on an invoice with the plan, and the signature on paper that names the plan."""
    paid = PaidLoop(session, world, principal_of)
    paid.person.family_name = "Canaryfamily"
    paid.enroll()
    referral = paid.accepted()
    referral.level = SensitivityLevel.L2
    signed = {"scope": ConsentScope.PART2_DISCLOSE, "level": SensitivityLevel.L2, **ON_PAPER}
    named = a_consent(session, paid.person, paid.navigator, recipient_organization_id=world.plan.id, **signed)
    programs.approve(session, paid.request(referral), by=paid.care_manager, at=NOW)
    invoice = paid.with_the_plan(referral)
    session.commit()
    return paid, invoice, named


def test_t05_a_plan_reads_whom_an_l2_line_is_about_only_while_a_signature_names_it(
    billed: tuple[PaidLoop, Invoice, Consent], app: Application, api: Api, browser: Browser
) -> None:
    paid, invoice, named = billed
    client = app.test_client()
    for is_open in (True, False):
        for who in ("finance", "care_manager"):
            answer = client.get(f"/api/v1/invoices/{invoice.id}", headers=api(paid.staff[who])).json
            assert [line["person_id"] for line in answer["lines"]] == [str(paid.person.id)] * is_open, who
            assert answer["billed_amount"] == f"{BOX_PRICE}"
            left = (
                None if is_open else {"billed_amount": f"{BOX_PRICE}", "approved_amount": "0.00", "paid_amount": "0.00"}
            )
            assert answer["unshown"] == left, who
            page = browser(paid.staff[who]).get(f"/invoices/{invoice.id}").text
            assert ("Canaryfamily" in page, "Not shared with you" in page) == (is_open, not is_open), who
        finance = browser(paid.staff["finance"])
        assert ("Not shared with you" in finance.get("/invoices/lines.csv").text) == (not is_open)
        assert (NEUTRAL_SERVICE in finance.get("/invoices/lines.csv").text) == is_open
        assert (NEUTRAL_SERVICE in sheet_text(finance.get("/invoices/lines.xlsx").data)) == is_open
        if is_open:
            service.withdraw_consent(paid.session, named, by=paid.navigator, at=NOW)
            paid.session.commit()


def test_t05_row_level_security_alone_closes_an_l2_bill_to_the_plan_when_the_signature_ends(
    billed: tuple[PaidLoop, Invoice, Consent], acting_as: Callable[[Membership], Session]
) -> None:
    paid, invoice, named = billed
    billing.decide(paid.session, invoice, by=paid.finance, at=NOW)
    paid.session.commit()
    tables = (Delivery, InvoiceLine, LedgerEntry)
    for is_open in (True, False):
        for who in ("finance", "care_manager"):
            with acting_as(paid.staff[who]) as session:
                seen = [table for table in tables if session.scalars(select(table)).all()]
                bill = select(AccessGrant).where(AccessGrant.basis == GrantBasis.BILLING_PARTY)
                assert (seen, bool(session.scalars(bill).all())) == (list(tables) * is_open, is_open), who
        if is_open:
            service.withdraw_consent(paid.session, named, by=paid.navigator, at=NOW)
            paid.session.commit()


def test_t05_a_plan_decides_and_pays_what_it_may_not_read_and_denies_only_what_it_reads(
    billed: tuple[PaidLoop, Invoice, Consent], app: Application, api: Api, browser: Browser
) -> None:
    paid, invoice, named = billed
    service.withdraw_consent(paid.session, named, by=paid.navigator, at=NOW)
    line_id = paid.session.scalars(select(InvoiceLine.id)).one()
    paid.session.commit()
    client, headers = app.test_client(), api(paid.staff["finance"])
    page = browser(paid.staff["finance"]).get(f"/invoices/{invoice.id}").text
    assert page.count(f"${BOX_PRICE}") >= 2, "what would be paid stands there as a sum"
    address = f"/api/v1/invoices/{invoice.id}"
    denied = {"denials": [{"line_id": str(line_id), "code": "NO_SERVICE_EVIDENCE"}]}
    assert client.post(f"{address}/decide", json=denied, headers=headers).status_code == 404
    decided = client.post(f"{address}/decide", json={}, headers=headers).json
    assert (decided["state"], decided["unshown"]["approved_amount"]) == ("accepted", f"{BOX_PRICE}")
    payment = {"amount": f"{BOX_PRICE}", "paid_on": "2026-11-16", "reference": "check 1"}
    assert client.post(f"{address}/payments", json=payment, headers=headers).json["state"] == "paid"
    paid.session.expire_all()
    line = paid.session.get_one(InvoiceLine, line_id)
    assert (line.state, line.paid_amount) == (LineState.PAID, BOX_PRICE)


def sheet_text(book: bytes) -> str:
    with zipfile.ZipFile(BytesIO(book)) as opened:
        return "\n".join(opened.read(name).decode() for name in opened.namelist())
