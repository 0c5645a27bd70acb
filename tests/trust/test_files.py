"""No formula leaves in a file, numbers and days stay such, and memory does not grow with the rows (T16)."""

import csv
import io
import re
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from tempfile import TemporaryFile
from typing import Any

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import func, update
from sqlalchemy.orm import Session

from referral.accounts.models import Membership
from referral.billing import service as billing
from referral.billing.models import Invoice, InvoiceLine, Payment
from referral.equity.models import InvoiceLineFact, ReferralFact
from referral.foundation.principal import Principal
from referral.foundation.sheets import MIMETYPE, Sheet, harmless, write_sheet
from referral.organizations.models import Organization
from referral.organizations.rules import Role
from referral.people.models import Person
from referral.people.rules import ConsentScope, SensitivityLevel
from referral.referrals.models import RowExport
from referral.web.transaction import Application
from tests.factories.billing import PaidLoop
from tests.factories.equity import add_lines, add_referrals
from tests.factories.fixtures import NOW, World
from tests.factories.people import a_consent

STARTS = ("=", "+", "-", "@", "\t", "\r")
RUNS = re.compile("[=+@\t\r\0-]")
PLANTED: dict[str, dict[str, set[str]]] = {
    "/invoices/lines": {"text": {"invoice", "organization", "plan", "service_code", "variant"}, "money": {"billed"}},
    "/payments/<uuid:payment_id>/lines": {
        "text": {"reference", "invoice", "organization", "plan", "service_code", "variant"},
        "money": {"billed", "adjusted", "paid", "taken_back"},
    },
    "/exports/<uuid:export_id>/rows": {
        "text": {"given_name", "family_name", "sender", "receiver"},
        "money": set(),
    },
    "/members/referrals": {"text": {"given_name", "family_name", "sender", "receiver"}, "money": set()},
    "/reports/plan": {
        "text": {"plan_name", "organization_name", "service_name", "county"},
        "money": set(),
    },
    "/reports/plan/invoices": {
        "text": {"plan_name", "organization_name", "service_code", "service_name", "county"},
        "money": {"billed", "paid"},
    },
}
DAYS = {"served_on", "sent_on", "delivered_on"}


@dataclass(frozen=True)
class Files:
    """Every file, fetched by somebody who may: the plan's staff, or a supervisor of the network."""

    ids: dict[str, str]
    """The one record of its kind that there is, by what an address calls it."""
    plan: FlaskClient
    supervisor: FlaskClient

    def get(self, address: str, kind: str, query: str = "") -> Any:
        """Fetch the file of this kind."""
        real = re.sub(r"<uuid:(\w+)>", lambda found: self.ids[found[1]], address)
        client = self.supervisor if address.startswith("/exports/") else self.plan
        return client.get(f"{real}.{kind}{query}", buffered=True)


@pytest.fixture
def files(
    session: Session,
    world: World,
    principal_of: Callable[[Membership], Principal],
    browser: Callable[[Membership], FlaskClient],
) -> Files:
    """One of each kind of row, and who may take it along."""
    paid = PaidLoop(session, world, principal_of)
    invoice = paid.with_the_plan(paid.authorized()[0])
    billing.decide(session, invoice, by=paid.finance, at=NOW)
    owed = {"amount": invoice.approved_amount, "paid_on": NOW.date(), "reference": "check 1"}
    payment = billing.record_payment(session, invoice, **owed, by=paid.finance, at=NOW)
    add_referrals(session, world, 1)
    add_lines(session, world, 1)
    plan = {"recipient_organization_id": world.plan.id, "shares_content": True}
    a_consent(session, paid.person, paid.navigator, scope=ConsentScope.PLAN_SHARE, **plan)
    supervisor, second = paid.staff["supervisor"], paid.staff["navigator"]
    asked = {"reason": "?", "asked_at": NOW, "asked_by_user_id": supervisor.user_id}
    decided = {"is_approved": True, "decided_at": NOW, "decided_by_user_id": second.user_id}
    export = RowExport(network_id=world.network.id, **asked, **decided)
    session.add(export)
    both = world.staff(world.plan, Role.PLAN_FINANCE, Role.PLAN_CARE_MGR, name="Both")
    session.commit()
    ids = {"payment_id": str(payment.id), "export_id": str(export.id)}
    return Files(ids, browser(both), browser(supervisor))


def plant(session: Session, start: str) -> None:
    """Let every free text that a file shows begin with a formula, whatever our own screens would let in."""
    cmd = f"{start}cmd|' /C calc'!A0"
    session.execute(update(Organization).values(name=func.concat(cmd, Organization.id)))
    session.execute(update(Invoice).values(number=cmd))
    session.execute(update(Payment).values(reference=cmd))
    session.execute(update(Person).values(given_name=cmd, family_name=cmd))
    session.execute(update(InvoiceLine).values(service_code=cmd, variant=cmd))
    names = dict.fromkeys(("plan_name", "organization_name", "service_name", "county"), cmd)
    session.execute(update(ReferralFact).values(**names))
    session.execute(update(InvoiceLineFact).values(**names, service_code=cmd))
    session.commit()


def rows_of(answer: Any) -> list[list[Any]]:
    """Return the rows of a CSV file or of a spreadsheet, without the lines of its notice."""
    if answer.mimetype == "text/csv":
        rows: list[list[Any]] = list(csv.reader(io.StringIO(answer.text, newline="")))
    else:
        assert answer.mimetype == MIMETYPE
        (sheet,) = load_workbook(io.BytesIO(answer.data), read_only=False).worksheets
        rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    return [row for row in rows if not str(row[0]).startswith("# ")]


@pytest.mark.parametrize("start", STARTS)
def test_t16_no_text_in_any_file_begins_like_a_formula(session: Session, files: Files, start: str) -> None:
    plant(session, start)
    for address, planted in PLANTED.items():
        for kind in ("csv", "xlsx"):
            heading, *rows = rows_of(files.get(address, kind))
            assert rows, address
            found = {heading[place] for row in rows for place, cell in enumerate(row) if "cmd" in str(cell)}
            assert found == planted["text"], f"{address}.{kind}"
            unescaped = [cell for row in rows for cell in row if isinstance(cell, str) and RUNS.match(cell)]
            assert unescaped == [], f"{address}.{kind}"


def test_t16_the_sweep_knows_every_file_that_leaves(app: Application) -> None:
    found = {str(rule) for rule in app.url_map.iter_rules() if re.search(r"\.(csv|xlsx)$", str(rule))}
    api = {f"/api/v1/reports/{name}" for name in ("referrals", "invoices")}
    assert found == {f"{address}.{kind}" for address in {*PLANTED, *api} for kind in ("csv", "xlsx")}


def test_t16_money_is_a_number_and_a_day_is_a_day(session: Session, files: Files) -> None:
    plant(session, "=")
    for address, planted in PLANTED.items():
        heading, *rows = rows_of(files.get(address, "xlsx"))
        for row in rows:
            cells = dict(zip(heading, row, strict=True))
            assert all(isinstance(cells[name], int | float) for name in planted["money"]), cells
            assert all(isinstance(cells[name], datetime) for name in DAYS & cells.keys()), cells
            assert not DAYS.isdisjoint(cells)
        heading, *rows = rows_of(files.get(address, "csv"))
        for row in rows:
            cells = dict(zip(heading, row, strict=True))
            assert all(re.fullmatch(r"\d+\.\d\d", cells[name]) for name in planted["money"]), cells
            assert all(re.fullmatch(r"\d{4}-\d\d-\d\d", cells[name]) for name in DAYS & cells.keys()), cells


def test_a_file_has_a_name_that_we_made(files: Files) -> None:
    for address in PLANTED:
        for kind in ("csv", "xlsx"):
            said = files.get(address, kind, "?county=..%2F%E2%80%AEx").headers["Content-Disposition"]
            assert re.fullmatch(rf'attachment; filename="?[a-z0-9-]+\.{kind}"?', said), said


@pytest.mark.usefixtures("files")
def test_what_must_travel_along_stands_above_the_heading_which_stays_in_sight(
    session: Session, world: World, browser: Callable[[Membership], FlaskClient]
) -> None:
    biller = browser(world.staff(world.pantry, Role.CBO_BILLER, name="Biller of the file"))
    session.execute(update(InvoiceLine).values(level=SensitivityLevel.L2))
    session.commit()
    sheet = load_workbook(io.BytesIO(biller.get("/invoices/lines.xlsx", buffered=True).data)).active
    told = [str(row[0].value) for row in sheet.iter_rows() if str(row[0].value).startswith("# ")]
    assert told
    assert sheet.cell(len(told) + 1, 1).value == "invoice"
    assert sheet.freeze_panes == f"A{len(told) + 2}"
    assert sheet.cell(len(told) + 2, 5).value == "SERVICE"


@pytest.mark.parametrize("text", [f"{start}1" for start in (*STARTS, "\0=", "\0")])
def test_text_that_a_spreadsheet_would_run_gets_an_apostrophe_also_after_a_nul(text: str) -> None:
    assert harmless(text).startswith("'")
    assert "\0" not in harmless(text)


def test_memory_does_not_grow_with_the_rows() -> None:
    def peak(rows: int) -> int:
        tracemalloc.start()
        numbers = ((number, "Food box", 10.5) for number in range(rows))
        with TemporaryFile() as file:
            write_sheet(Sheet(chain([("number", "name", "billed")], numbers)), file)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(10)
    assert peak(4000) < 2 * peak(1000) + 200_000
