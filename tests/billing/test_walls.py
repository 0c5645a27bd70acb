"""The second wall: what row-level security shows of bills, whatever a query forgets."""

from collections.abc import Callable

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from referral.accounts.models import Membership
from referral.billing import service
from referral.billing.models import Delivery, Invoice, InvoiceLine, LedgerEntry
from referral.organizations.rules import Role
from referral.people.models import Person
from referral.programs.models import Enrollment, ServiceAuthorization
from tests.factories.billing import PaidLoop
from tests.factories.fixtures import NOW

ActingAs = Callable[[Membership], Session]
TABLES = (Delivery, Invoice, InvoiceLine, ServiceAuthorization)


@pytest.fixture
def billed(paid: PaidLoop) -> PaidLoop:
    referral, _ = paid.authorized()
    invoice = paid.with_the_plan(referral)
    service.decide(paid.session, invoice, by=paid.finance, at=NOW)
    paid.session.commit()
    return paid


@pytest.mark.parametrize("role", ["biller", "lead", "finance"])
def test_every_party_sees_the_bill_and_the_name_on_it(billed: PaidLoop, acting_as: ActingAs, role: str) -> None:
    with acting_as(billed.staff[role]) as session:
        assert [_count(session, table) for table in TABLES] == [1, 1, 1, 1]
        assert _count(session, LedgerEntry) == 1
        assert session.scalars(select(Person.family_name)).all() == ["Garcia"]


def test_another_organization_another_lead_and_another_plan_see_nothing(billed: PaidLoop, acting_as: ActingAs) -> None:
    world = billed.world
    strangers = [
        world.staff(world.shelter, Role.CBO_BILLER),
        world.staff(world.other_lead, Role.NETWORK_LEAD),
        world.staff(world.other_plan, Role.PLAN_FINANCE),
        world.staff(world.other_plan, Role.PLAN_CARE_MGR),
    ]
    billed.session.commit()
    for stranger in strangers:
        with acting_as(stranger) as session:
            assert [_count(session, table) for table in (*TABLES, LedgerEntry, Enrollment, Person)] == [0] * 7


def test_the_care_team_sees_what_was_delivered_and_authorized(billed: PaidLoop, acting_as: ActingAs) -> None:
    with acting_as(billed.staff["navigator"]) as session:
        assert _count(session, Delivery) == 1
        assert _count(session, ServiceAuthorization) == 1
        assert _count(session, Invoice) == 0


@pytest.mark.parametrize("statement", ["UPDATE ledger_entry SET amount = 0", "DELETE FROM ledger_entry"])
def test_the_ledger_is_never_edited(billed: PaidLoop, acting_as: ActingAs, statement: str) -> None:
    with acting_as(billed.staff["finance"]) as session, pytest.raises(DBAPIError, match="permission denied"):
        session.execute(text(statement))


def _count(session: Session, table: type) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0
