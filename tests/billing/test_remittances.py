"""A remittance advice: a payment with what it says of each line, to read, to print and as a file."""

import csv
import io
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import select

from referral.accounts.models import Membership
from referral.audit.models import AuditEvent, Disclosure
from referral.audit.rules import DisclosureWay
from referral.billing import queries, service
from referral.billing.models import Invoice, Payment
from referral.billing.rules import ReasonCode
from referral.organizations.rules import Role
from referral.people.rules import SensitivityLevel
from referral.referrals.models import Referral
from tests.factories.billing import PaidLoop
from tests.factories.fixtures import NOW

Browser = Callable[[Membership], FlaskClient]
Api = Callable[[Membership], dict[str, str]]
READERS = ("biller", "lead", "finance")


@pytest.fixture
def invoice(paid: PaidLoop) -> Invoice:
    """Three boxes: the plan denies the second."""
    found = paid.with_the_plan(paid.authorized()[0], 2, 9, 16)
    second = queries.lines_of(paid.session, found.id)[1]
    service.decide(paid.session, found, denials={second.id: ReasonCode.NO_SERVICE_EVIDENCE}, by=paid.finance, at=NOW)
    return found


def pay(paid: PaidLoop, invoice: Invoice, amount: Decimal, reference: str) -> Payment:
    made = service.record_payment(
        paid.session, invoice, amount=amount, paid_on=NOW.date(), reference=reference, by=paid.finance, at=NOW
    )
    paid.session.commit()
    return made


def read(client: FlaskClient, headers: dict[str, str], payment: Payment) -> Any:
    return client.get(f"/api/v1/payments/{payment.id}", headers=headers)


def test_everybody_around_the_bill_reads_what_was_paid_denied_and_why(
    paid: PaidLoop, invoice: Invoice, browser: Browser, api: Api
) -> None:
    payment = pay(paid, invoice, invoice.approved_amount, "check 17")
    for who in READERS:
        client = browser(paid.staff[who])
        told = read(client, api(paid.staff[who]), payment).json
        assert (told["reference"], told["unshown"], len(told["lines"])) == ("check 17", "0.00", 3), who
        first, second, _ = told["lines"]
        assert (first["paid"], first["adjusted"]) == (first["line"]["billed"], "0.00"), who
        assert (second["paid"], second["adjusted"]) == ("0.00", second["line"]["billed"]), who
        page = client.get(f"/payments/{payment.id}").text
        assert "No contact, delivery or attendance is on record." in page, who
        assert f'href="/payments/{payment.id}"' in client.get(f"/invoices/{invoice.id}").text, who
    event = paid.session.scalars(select(AuditEvent).where(AuditEvent.action == "remittance:read")).first()
    assert event is not None
    assert event.details["people"] == [str(paid.person.id)]


def test_two_payments_of_an_invoice_each_tell_their_own_part_and_a_void_what_was_taken_back(
    paid: PaidLoop, invoice: Invoice, browser: Browser, api: Api
) -> None:
    part = Decimal("50.00")
    first = pay(paid, invoice, part, "check 1")
    second = pay(paid, invoice, invoice.approved_amount - part, "check 2")
    client, headers = browser(paid.staff["finance"]), api(paid.staff["finance"])
    told = [[line["paid"] for line in read(client, headers, one).json["lines"]] for one in (first, second)]
    assert [sum(map(Decimal, lines)) for lines in told] == [first.amount, second.amount]
    assert "the rest is on another payment or still open" in client.get(f"/payments/{first.id}").text
    service.void(paid.session, invoice, reason="Billed twice", by=paid.finance, at=NOW)
    paid.session.commit()
    lines = read(client, headers, first).json["lines"]
    assert sum(Decimal(line["taken_back"]) for line in lines) == first.amount
    assert "Taken back since" in client.get(f"/payments/{first.id}").text


def test_the_file_holds_the_lines_without_names_and_taking_it_is_written_down(
    paid: PaidLoop, invoice: Invoice, browser: Browser
) -> None:
    payment = pay(paid, invoice, invoice.approved_amount, "check 17")
    answer = browser(paid.staff["lead"]).get(f"/payments/{payment.id}/lines.csv", buffered=True)
    rows = rows_of(answer.text)
    assert [row["paid"] for row in rows] == [rows[0]["billed"], "0.00", rows[2]["billed"]]
    assert [row["reasons"] for row in rows] == ["", ReasonCode.NO_SERVICE_EVIDENCE.value, ""]
    assert "Garcia" not in answer.text
    actions = paid.session.scalars(select(AuditEvent.action).where(AuditEvent.subject_id == str(payment.id))).all()
    assert "remittance:exported" in actions
    given = paid.session.scalars(select(Disclosure).where(Disclosure.how == DisclosureWay.EXPORT)).all()
    assert [one.to_organization_id for one in given] == [paid.world.lead.id] * 3


def test_the_files_add_up_also_for_who_may_not_read_every_line(
    paid: PaidLoop, invoice: Invoice, browser: Browser
) -> None:
    payment = pay(paid, invoice, invoice.approved_amount, "check 17")
    queries.lines_of(paid.session, invoice.id)[2].level = SensitivityLevel.L2
    paid.session.commit()
    paid_by_file = {"/invoices/lines": "paid_amount", f"/payments/{payment.id}/lines": "paid"}
    for who, is_closed in (("biller", False), ("finance", True)):
        for address, cell in paid_by_file.items():
            rows = rows_of(browser(paid.staff[who]).get(f"{address}.csv", buffered=True).text)
            assert [row["line"] for row in rows] == ["1", "2", "" if is_closed else "3"], who
            sums = [sum(Decimal(row[name]) for row in rows) for name in ("billed", "approved_amount", cell)]
            assert sums == [invoice.billed_amount, invoice.approved_amount, payment.amount], who
            assert (rows[2]["service_code"] == "Not shared with you") == is_closed, who
            assert (rows[2]["served_on"] == "") == is_closed, who
            assert {row["invoice"] for row in rows} == {invoice.number}, who
            sheet = load_workbook(io.BytesIO(browser(paid.staff[who]).get(f"{address}.xlsx", buffered=True).data))
            (told,) = [row for row in sheet.active.iter_rows(values_only=True) if "billed" in row]
            column = told.index("billed")
            *_, last = sheet.active.iter_rows(values_only=True)
            assert Decimal(str(last[column])) == Decimal(rows[2]["billed"]), who
            assert ("Not shared with you" in last) == is_closed, who


def test_what_is_closed_of_several_invoices_stands_below_each(
    paid: PaidLoop, invoice: Invoice, browser: Browser
) -> None:
    referral = paid.session.get_one(Referral, queries.lines_of(paid.session, invoice.id)[0].referral_id)
    second = paid.with_the_plan(referral, 3)
    for one in (invoice, second):
        queries.lines_of(paid.session, one.id)[0].level = SensitivityLevel.L2
    paid.session.commit()
    rows = rows_of(browser(paid.staff["finance"]).get("/invoices/lines.csv", buffered=True).text)
    told = [(row["invoice"], row["line"]) for row in rows]
    assert told == [(invoice.number, "2"), (invoice.number, "3"), (invoice.number, ""), (second.number, "")]


def rows_of(text: str) -> list[dict[str, str]]:
    """Return the rows of a file, without what travels along above its heading."""
    lines = io.StringIO(text, newline="")
    return list(csv.DictReader(line for line in lines if not line.startswith('"# ')))


def test_who_takes_no_part_in_the_money_finds_no_remittance(paid: PaidLoop, invoice: Invoice, browser: Browser) -> None:
    payment = pay(paid, invoice, invoice.approved_amount, "check 17")
    stranger = paid.world.staff(paid.world.shelter, Role.CBO_BILLER, name="Stranger")
    for address in (f"/payments/{payment.id}", f"/payments/{payment.id}/lines.csv"):
        assert browser(stranger).get(address).status_code == 404
        for who in ("navigator", "intake", "care_manager"):
            assert browser(paid.staff[who]).get(address).status_code == 403, who
