"""A page asks the database as much for many rows as for one: nothing is asked row by row."""

from collections.abc import Callable, Iterator

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event

from referral.accounts.models import Membership
from referral.billing import service
from referral.billing.models import Invoice
from referral.foundation.database import Database
from referral.organizations.rules import Role
from referral.people.rules import NeedCategory
from referral.referrals import service as referrals
from referral.referrals.models import RowExport
from referral.screening.service import add_need
from tests.factories.billing import PaidLoop
from tests.factories.fixtures import NOW
from tests.factories.people import a_consent, a_person

Browser = Callable[[Membership], FlaskClient]
MEMBERS = ("biller", "lead", "finance", "care_manager", "navigator", "intake", "supervisor")


def served(paid: PaidLoop) -> None:
    """Let another member of the plan be served twice, and both sides of the referral write to each other."""
    paid.person = a_person(paid.session, paid.navigator)
    a_consent(paid.session, paid.person, paid.navigator)
    paid.sign_up(paid.person)
    paid.need = add_need(paid.session, paid.person, NeedCategory.FOOD_INSECURITY, by=paid.navigator, at=NOW)
    referral, _ = paid.authorized()
    for writer in (paid.intake, paid.navigator):
        referrals.comment(paid.session, referral, note="Hello", by=writer, at=NOW)
    for day in (2, 9):
        paid.deliver(referral, day)


def billed(paid: PaidLoop) -> Invoice:
    """Bill all of it, and let the network lead approve."""
    invoice = paid.draft()
    service.submit(paid.session, invoice, by=paid.biller, at=NOW)
    service.approve_by_lead(paid.session, invoice, by=paid.lead, at=NOW)
    paid.session.commit()
    return invoice


def paid_for(paid: PaidLoop, invoice: Invoice) -> str:
    """Let the plan decide and pay; returns the address of the remittance."""
    service.decide(paid.session, invoice, by=paid.finance, at=NOW)
    money = {"amount": invoice.approved_amount, "paid_on": NOW.date(), "reference": "check 1"}
    payment = service.record_payment(paid.session, invoice, **money, by=paid.finance, at=NOW)
    paid.session.commit()
    return f"/payments/{payment.id}"


@pytest.fixture
def statements(database: Database, paid: PaidLoop, browser: Browser) -> Iterator[Callable[[str], dict[str, int]]]:
    """Return how many statements a page takes for each who may open it, the second time they do."""
    clients = {who: browser(paid.staff[who]) for who in MEMBERS}
    asked: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    def measured(address: str) -> dict[str, int]:
        found = {}
        for who, client in clients.items():
            if client.get(address).status_code == 200:
                asked.clear()
                client.get(address)
                found[who] = len(asked)
        return found

    event.listen(database.engine, "before_cursor_execute", count)
    yield measured
    event.remove(database.engine, "before_cursor_execute", count)


def test_pages_of_many_rows_ask_no_more_than_pages_of_one(
    paid: PaidLoop, statements: Callable[[str], dict[str, int]]
) -> None:
    lists = ("/", "/authorizations", "/invoices", "/exports", "/contracts")

    def look(members: int) -> dict[str, dict[str, int]]:
        for number in range(members):
            served(paid)
            asker = paid.world.staff(paid.world.center, Role.COORD_SUPERVISOR, name=f"Asks {members} {number}")
            asked = {"reason": "?", "asked_at": NOW, "asked_by_user_id": asker.user_id}
            paid.session.add(RowExport(network_id=paid.world.network.id, **asked))
        invoice = billed(paid)
        found = {address: statements(address) for address in lists}
        found["to decide"] = statements(f"/invoices/{invoice.id}")
        found["remittance"] = statements(paid_for(paid, invoice))
        return found

    one, many = look(1), look(4)
    assert all(one.values())
    assert {address: found for address, found in many.items() if found != one[address]} == {}
