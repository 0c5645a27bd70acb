"""Two people decide at once: the same units are never spent twice, the same invoice never decided twice."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from decimal import Decimal
from threading import Barrier
from uuid import UUID

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from referral.accounts import service as accounts
from referral.accounts.models import Membership
from referral.billing import service
from referral.billing.models import Invoice, InvoiceLine, Payment
from referral.billing.rules import Decision, InvoiceState
from referral.billing.service import together
from referral.foundation import clock
from referral.foundation.database import Database
from referral.foundation.principal import Principal
from referral.foundation.refusals import Refused
from referral.foundation.ticked import Tick
from referral.people.rules import NeedCategory
from referral.permissions import GRANTS
from referral.screening.service import add_need
from tests.factories.billing import BOX_PRICE, PaidLoop
from tests.factories.fixtures import NOW, SEED, make_world
from tests.factories.people import a_consent, a_person


@pytest.fixture
def stage(committed_database: Database) -> Iterator[PaidLoop]:
    with committed_database.session(SEED) as session:
        paid = PaidLoop(session, make_world(session), _principal_of)
        yield paid


def test_two_invoices_decided_at_once_share_the_units_of_one_authorization(
    stage: PaidLoop, committed_database: Database
) -> None:
    referral, authorization = stage.authorized(units=Decimal(2))
    first = stage.with_the_plan(referral, 2)
    second = stage.with_the_plan(referral, 3)
    authorization.approved_units = Decimal(1)
    stage.session.commit()

    _at_once(committed_database, stage.finance, [_decide(first.id), _decide(second.id)])

    stage.session.expire_all()
    query = select(func.sum(InvoiceLine.approved_units), func.sum(InvoiceLine.approved_amount))
    assert stage.session.execute(query).one() == (1, BOX_PRICE)


def test_one_payment_recorded_twice_at_once_is_paid_once(stage: PaidLoop, committed_database: Database) -> None:
    referral, _ = stage.authorized()
    invoice = stage.with_the_plan(referral, 2)
    service.decide(stage.session, invoice, by=stage.finance, at=NOW)
    stage.session.commit()

    outcomes = _at_once(committed_database, stage.finance, [_pay(invoice.id, f"check {n}") for n in range(4)])

    assert outcomes.count("done") == 1
    assert _count(stage.session, Payment) == 1


def test_one_months_deliveries_drafted_twice_at_once_make_one_live_line_each(
    stage: PaidLoop, committed_database: Database
) -> None:
    referral, _ = stage.authorized()
    for day in (2, 3, 4):
        stage.deliver(referral, day)
    stage.session.commit()
    month = {
        "organization_id": stage.world.pantry.id,
        "plan_id": stage.world.plan.id,
        "program": stage.program,
        "month_on": NOW.date().replace(day=1),
    }

    def draft(session: Session, by: Principal) -> None:
        service.draft_invoice(session, by=by, at=NOW, **month)

    outcomes = _at_once(committed_database, stage.biller, [draft, draft, draft])

    assert outcomes.count("done") == 1
    assert _count(stage.session, InvoiceLine) == 3
    assert _count(stage.session, Invoice) == 1


def test_two_who_accept_bills_of_the_same_members_wait_for_each_other_and_both_are_done(
    stage: PaidLoop, committed_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    maria = stage.authorized()[0]
    luis = _another_member(stage).authorized()[0]
    bills = [stage.with_the_plan(who, day).id for day, who in enumerate((maria, luis, luis, maria), 2)]
    stage.session.commit()
    in_the_middle: list[Session] = []

    def decide_and_wait(session: Session, invoice: Invoice, *, by: Principal, at: datetime) -> Decision:
        decided = service.decide(session, invoice, by=by, at=at)
        if session not in in_the_middle:
            in_the_middle.append(session)
            assert any(len(in_the_middle) + _waiting(session) >= 2 for _ in range(10_000))
        return decided

    monkeypatch.setattr(together, "decide", decide_and_wait)
    outcomes = _at_once(committed_database, stage.finance, [_accept_each(bills[:2]), _accept_each(bills[2:])])

    assert outcomes == ["done", "done"]
    stage.session.expire_all()
    assert [stage.session.get_one(Invoice, id_).state for id_ in bills] == [InvoiceState.ACCEPTED] * 4


Deed = Callable[[Session, Principal], None]


def _at_once(database: Database, by: Principal, deeds: list[Deed]) -> list[str]:
    """Let everybody begin at the same moment, each in a transaction of its own; returns what became of each."""
    gate = Barrier(len(deeds))

    def run(deed: Deed) -> str:
        gate.wait()
        try:
            with clock.standing_at(NOW), database.transaction(by) as session:
                deed(session, by)
        except (Refused, StaleDataError) as refusal:
            return type(refusal).__name__
        return "done"

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


def _decide(invoice_id: UUID) -> Deed:
    return lambda session, by: _ignore(service.decide(session, session.get_one(Invoice, invoice_id), by=by, at=NOW))


def _accept_each(invoice_ids: list[UUID]) -> Deed:
    def accept(session: Session, by: Principal) -> None:
        outcomes = service.accept_each(session, [Tick(id_) for id_ in invoice_ids], by=by, at=NOW)
        assert [one.reason for one in outcomes] == [None] * len(invoice_ids)

    return accept


def _waiting(session: Session) -> int:
    """Return how many wait for a lock that somebody else holds for a member."""
    waits = "SELECT count(*) FROM pg_locks JOIN pg_database ON oid = database"
    here = " WHERE NOT granted AND locktype = 'advisory' AND datname = current_database()"
    return session.scalar(text(waits + here)) or 0


def _another_member(stage: PaidLoop) -> PaidLoop:
    """Let the next verbs be about Luis, whom the same plan pays for."""
    stage.person = a_person(stage.session, stage.navigator, given_name="Luis")
    a_consent(stage.session, stage.person, stage.navigator)
    stage.sign_up(stage.person)
    stage.need = add_need(stage.session, stage.person, NeedCategory.FOOD_INSECURITY, by=stage.navigator, at=NOW)
    return stage


def _pay(invoice_id: UUID, reference: str) -> Deed:
    def pay(session: Session, by: Principal) -> None:
        service.record_payment(
            session,
            session.get_one(Invoice, invoice_id),
            amount=BOX_PRICE,
            paid_on=NOW.date(),
            reference=reference,
            by=by,
            at=NOW,
        )

    return pay


def _ignore(_decided: object) -> None:
    """Forget what was decided: the test looks at the tables."""


def _principal_of(membership: Membership) -> Principal:
    return accounts.principal_of_membership(membership, GRANTS)


def _count(session: Session, table: type) -> int:
    session.expire_all()
    return session.scalar(select(func.count()).select_from(table)) or 0
