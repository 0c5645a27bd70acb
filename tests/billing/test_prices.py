"""New prices: looked at first, kept exactly, from a day on, and never for a day that is billed already."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from referral.accounts.models import Membership
from referral.billing import queries, service
from referral.billing.models import FeeRow
from referral.billing.rules.prices import BadPriceFile, read_prices
from referral.organizations.rules import Role
from referral.people.rules import SensitivityLevel
from referral.programs.models import ProgramService
from referral.programs.rules import FactStatus
from referral.web.transaction import Application
from tests.factories.billing import FOLDER, PaidLoop
from tests.factories.fixtures import NOW, SEED
from tests.house.page import Page

Browser = Callable[[Membership], FlaskClient]
HEAD = "service_code,variant,amount,starts_on\n"
SMALL = "FOO-BOXD,small,110.1234,2026-12-01\n"
SOURCE = {"source": "Fee schedule of December, page 3"}
ONE = {"service": "FOO-BOXD small", "amount": "110.1234", "starts_on": "2026-12-01", **SOURCE}


@pytest.fixture
def lead(paid: PaidLoop, session: Session, browser: Browser) -> FlaskClient:
    session.commit()
    return browser(paid.staff["lead"])


def versions(session: Session, paid: PaidLoop, code: str = "FOO-BOXD", variant: str | None = "small") -> list[FeeRow]:
    session.expire_all()
    schedule = queries.current_schedule(session, paid.program.id)
    found = queries.fee_rows(session, schedule.id)
    return [row for row in found if (row.service_code, row.variant) == (code, variant)]


def keep(client: FlaskClient, rows: str, **marks: str) -> int:
    return client.post("/fee-schedule/prices", data={"rows": HEAD + rows, **SOURCE, **marks}).status_code


# --- reading ---


@given(st.decimals(min_value=0, max_value=99_999_999, places=4))
def test_an_amount_of_four_decimals_is_read_exactly(amount: Decimal) -> None:
    (line,) = read_prices(f"{HEAD}FOO,,{amount},2026-12-01")
    assert (line.amount, line.starts_on, line.problem) == (amount, date(2026, 12, 1), "")


@pytest.mark.parametrize("amount", ["", "ten", "-1", "1.00001", "NaN", "Infinity", "1e9", "100000000"])
def test_what_is_no_amount_of_the_column_is_said_at_its_line(amount: str) -> None:
    fine, wrong = read_prices(f"{HEAD}A,,1,2026-12-01\nB,,{amount},2026-12-01")
    assert (fine.problem, wrong.problem) == ("", "Write an amount of dollars, with at most four decimals.")


@pytest.mark.parametrize("day", ["", "12/01/2026", "2026-02-30", "0026-12-01"])
def test_what_is_no_day_is_said_at_its_line(day: str) -> None:
    (line,) = read_prices(f"{HEAD}A,,1,{day}")
    assert line.problem == "Write the first day as 2026-12-31."


def test_a_service_stands_in_a_file_once() -> None:
    lines = read_prices(f"{HEAD}A,,1,2026-12-01\nA,,2,2027-12-01\nA,x,2,2027-12-01")
    assert [bool(line.problem) for line in lines] == [True, True, False]


@pytest.mark.parametrize("text", ["", "price\n1", HEAD, HEAD + "A,,1,2026-12-01\n" * 501])
def test_what_is_no_file_of_prices_is_refused_as_a_whole(text: str) -> None:
    with pytest.raises(BadPriceFile):
        read_prices(text)


# --- at the page ---


def test_one_price_is_looked_at_and_nothing_is_kept_before_it_was(lead, paid, session) -> None:
    page = lead.post("/fee-schedule/prices/preview", data=ONE)
    assert page.status_code == 200
    for words in ("$104.97", "$110.1234", "up $5.1534", "Keep these prices"):
        assert words in page.text, words
    assert Page(page.text).problems() == []
    assert len(versions(session, paid)) == len(versions(session, paid, variant="large"))
    assert [row.brought_in_at for row in versions(session, paid) if row.brought_in_at] == []


def test_a_kept_price_holds_from_its_day_and_the_one_before_until_the_day_before(lead, paid, session) -> None:
    before = versions(session, paid)[-1]
    assert keep(lead, SMALL) == 303
    *_, old, new = versions(session, paid)
    assert (old.id, old.price, old.effective_to) == (before.id, Decimal("104.97"), date(2026, 11, 30))
    assert (new.price, new.effective_from, new.effective_to) == (Decimal("110.1234"), date(2026, 12, 1), None)
    assert (new.unit, new.evidence, new.domain) == (old.unit, old.evidence, old.domain)


@pytest.mark.parametrize(("ticked", "status"), [({}, "unverified"), ({"is_verified": "true"}, "verified")])
def test_the_schedule_says_who_brought_a_price_in_from_where_and_how_well_it_is_known(
    lead, paid, session, ticked, status
) -> None:
    keep(lead, SMALL, **ticked)
    assert versions(session, paid)[-1].status is FactStatus(status)
    page = lead.get("/fee-schedule").text
    assert "$110.1234" in page
    assert (
        "Fee schedule of December, page 3. Brought in by network_lead at East Lead, East Lead on Nov 16, 2026" in page
    )


def test_a_file_is_looked_at_line_by_line_and_a_wrong_line_keeps_the_whole_back(lead, paid, session) -> None:
    rows = HEAD + SMALL + "NONE,,1,2026-12-01\nFOO-BOXD,large,x,2026-12-01\nHOU-DEP,security_deposit,5,2026-12-01\n"
    file = (BytesIO(b"\xef\xbb\xbf" + rows.encode()), "prices.csv")
    page = lead.post("/fee-schedule/prices/preview", data={"file": file, **SOURCE}, content_type="multipart/form-data")
    for words in (
        "Line 2: The schedule has no such service.",
        "Line 3: Write an amount of dollars",
        "Line 4: This service is paid up to a percentage",
        "NONE,,1,2026-12-01",
    ):
        assert words in page.text, words
    assert "Keep these prices" not in page.text
    refused = lead.post("/fee-schedule/prices", data={"rows": rows, **SOURCE})
    assert refused.status_code == 409
    assert "NONE,,1,2026-12-01" in refused.text
    assert versions(session, paid)[-1].price == Decimal("104.97")


def test_what_is_wrong_is_said_at_its_field_and_the_lines_of_a_file_stay(lead) -> None:
    missing = lead.post("/fee-schedule/prices/preview", data={"amount": "7", **SOURCE})
    assert missing.status_code == 422
    assert "Fill this in, or choose a file." in missing.text
    assert 'value="7"' in missing.text
    file = (BytesIO((HEAD + SMALL).encode()), "prices.csv")
    page = lead.post("/fee-schedule/prices/preview", data={"file": file}, content_type="multipart/form-data")
    assert page.status_code == 422
    assert "Write where the prices stand." in page.text
    assert SMALL.strip() in page.text


def test_what_is_paid_at_cost_gets_a_new_cap_in_whole_cents(lead, paid, session) -> None:
    assert keep(lead, "TRA-PUB,,1.005,2026-12-01") == 409
    assert keep(lead, "TRA-PUB,,333.10,2026-12-01") == 303
    last = versions(session, paid, "TRA-PUB", None)[-1]
    assert (last.price, last.cap_amount) == (None, Decimal("333.10"))


def test_a_service_without_a_known_start_begins_with_its_first_price(lead, paid, session) -> None:
    row = next(
        row for row in queries.fee_rows(session, queries.current_schedule(session, paid.program.id).id)
        if row.effective_from is None
    )  # fmt: skip
    code = row.service_code
    assert keep(lead, f"{code},,7.50,2026-12-01") == 303
    (kept,) = versions(session, paid, code, None)
    assert (kept.price, kept.effective_from) == (Decimal("7.50"), date(2026, 12, 1))
    query = select(ProgramService.starts_on).where(ProgramService.code == code)
    assert session.scalars(query).one() == date(2026, 12, 1)


def test_a_price_put_in_between_ends_before_the_next_one_and_the_same_day_is_put_right(lead, paid, session) -> None:
    keep(lead, "FOO-BOXD,small,120,2027-01-01")
    keep(lead, SMALL)
    keep(lead, "FOO-BOXD,small,111,2026-12-01")
    spans = [(row.price, row.effective_from, row.effective_to) for row in versions(session, paid)][-3:]
    assert [(price, end) for price, _, end in spans] == [
        (Decimal("104.97"), date(2026, 11, 30)),
        (Decimal(111), date(2026, 12, 31)),
        (Decimal(120), None),
    ]


# --- what is billed stays billed ---


def test_a_day_that_is_billed_already_keeps_its_price(lead, paid, session) -> None:
    referral, _ = paid.authorized()
    invoice = paid.with_the_plan(referral, 4)
    session.commit()
    assert keep(lead, "FOO-BOXD,small,1,2026-11-04") == 409
    assert keep(lead, "FOO-BOXD,small,1,2026-11-05") == 303
    service.decide(session, session.get(type(invoice), invoice.id, populate_existing=True), by=paid.finance, at=NOW)
    (line,) = queries.lines_of(session, invoice.id)
    assert line.approved_amount == Decimal("104.97")


def test_a_bill_that_the_asker_may_not_read_holds_its_price_too_and_its_day_is_not_told(lead, paid, session) -> None:
    referral, _ = paid.authorized()
    invoice = paid.with_the_plan(referral, 4)
    for line in queries.lines_of(session, invoice.id):
        line.level = SensitivityLevel.L3
    session.commit()
    page = lead.post("/fee-schedule/prices/preview", data={**ONE, "starts_on": "2026-11-02"})
    assert "choose a later first day" in page.text
    assert "Nov 4" not in page.text


def test_what_people_brought_in_stays_when_the_operator_loads_the_schedule_anew(lead, paid, session) -> None:
    keep(lead, SMALL)
    service.load_fee_schedule(session, paid.program, FOLDER, by=SEED, at=NOW)
    session.commit()
    *_, old, new = versions(session, paid)
    assert (old.effective_to, new.price) == (date(2026, 11, 30), Decimal("110.1234"))
    assert new.brought_in_by == "network_lead at East Lead, East Lead"


# --- who may ---


def test_a_plan_brings_prices_in_too_and_everybody_else_only_reads(paid, session, browser) -> None:
    session.commit()
    assert keep(browser(paid.staff["finance"]), SMALL) == 303
    assert "Bring in new prices" not in browser(paid.staff["biller"]).get("/fee-schedule").text
    for role in (Role.CBO_ADMIN, Role.PLAN_CARE_MGR, Role.COORD_SUPERVISOR):
        client = browser(paid.world.staff(paid.world.center, role, name=f"Reader {role}"))
        assert client.get("/fee-schedule/prices").status_code == 403


def test_a_program_looks_first_and_brings_in_by_the_same_rules(app: Application, paid, session, api) -> None:
    client, headers = app.test_client(), api(paid.staff["finance"])
    price = {"service_code": "FOO-BOXD", "variant": "small", "amount": "110.1234", "starts_on": "2026-12-01"}
    told = {"prices": [price, {**price, "service_code": "NONE"}], **SOURCE}
    seen = client.post("/api/v1/fee-schedule/prices/preview", json=told, headers=headers).json["items"]
    assert (seen[0]["amount_before"], seen[0]["difference"], seen[0]["problem"]) == ("104.9700", "5.1534", "")
    assert seen[1]["problem"] == "The schedule has no such service."
    refused = client.post("/api/v1/fee-schedule/prices", json=told, headers=headers)
    assert refused.status_code == 409
    kept = client.post("/api/v1/fee-schedule/prices", json={**told, "prices": [price]}, headers=headers)
    assert kept.status_code == 200
    (row,) = [one for one in kept.json["items"] if one["effective_from"] == "2026-12-01"]
    assert (row["price"], row["brought_in_by"]) == ("110.1234", "plan_finance at Blue Plan, Blue Plan")
