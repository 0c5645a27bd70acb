"""The thread: one chain from the answer to the dollar, from any of its points."""

from uuid import uuid4

import pytest
from sqlalchemy import select

from referral.audit.models import AuditEvent
from referral.billing.models import Delivery, InvoiceLine, Payment
from referral.desk import service
from referral.desk.queries.threads import FINDERS, Thread
from referral.desk.schemas import ThreadOut
from referral.foundation.refusals import NotFound
from referral.organizations.rules import Role
from referral.people.rules import NeedCategory
from referral.programs.models import ServiceAuthorization
from referral.referrals.models import OutcomeEvidence, Referral
from referral.screening.models import NeedAnswer
from tests.factories.billing import BOX_PRICE, PaidLoop
from tests.factories.fixtures import NOW
from tests.factories.screening import a_screening, answer_all


def opened(loop: PaidLoop, acting_as, who: str, kind: str, id_: object) -> Thread:
    with acting_as(loop.staff[who]) as session:
        thread = service.open_thread(session, kind, id_, by=loop.principal_of(loop.staff[who]), at=NOW)
        session.rollback()
        return thread


def filled(thread: Thread) -> set[str]:
    return {stage.heading for stage in thread.stages if stage.steps}


@pytest.fixture
def points(loop: PaidLoop, paid: Referral) -> dict[str, object]:
    """One record of each kind on Maria's thread."""
    first = {
        "authorization": ServiceAuthorization,
        "delivery": Delivery,
        "line": InvoiceLine,
        "payment": Payment,
        "evidence": OutcomeEvidence,
    }
    found = {kind: loop.session.scalars(select(model.id)).first() for kind, model in first.items()}
    return {**found, "need": paid.need_id, "referral": paid.id, "consent": paid.consent_id}


@pytest.mark.parametrize("kind", sorted(FINDERS.keys() - {"answer"}))
def test_the_thread_is_the_same_from_each_of_its_points(loop: PaidLoop, points, acting_as, kind):
    if kind == "payment":  # no navigator begins at a payment: its reference and its other people are not theirs
        with pytest.raises(NotFound):
            opened(loop, acting_as, "navigator", kind, points[kind])
        return
    thread = opened(loop, acting_as, "navigator", kind, points[kind])
    assert {"Need", "Consent", "Referral", "Did help arrive?"} <= filled(thread)
    assert thread.person_name == "Maria Garcia"


def test_the_biller_follows_the_dollar_but_sees_no_answer(loop: PaidLoop, points, acting_as):
    thread = opened(loop, acting_as, "biller", "payment", points["payment"])
    assert {"Referral", "Authorization", "Delivery", "Invoice line", "Payment"} <= filled(thread)
    assert not {"Answer", "Need", "Consent"} & filled(thread)


def test_the_plan_sees_what_it_pays_for(loop: PaidLoop, points, acting_as):
    thread = opened(loop, acting_as, "finance", "line", points["line"])
    assert {"Referral", "Invoice line", "Payment"} <= filled(thread)
    assert "Answer" not in filled(thread)


def test_a_payment_shows_only_what_reached_this_thread(loop: PaidLoop, points, acting_as):
    thread = opened(loop, acting_as, "biller", "line", points["line"])
    payments = next(stage for stage in thread.stages if stage.heading == "Payment")
    assert [step.what.split()[0] for step in payments.steps] == ["$104.97", "$104.97"]


def steps_of(thread: Thread, heading: str):
    return next(stage for stage in thread.stages if stage.heading == heading).steps


MONEY = ("Delivery", "Invoice line", "Payment")


@pytest.mark.parametrize("who", ["navigator", "supervisor"])
def test_the_care_team_sees_where_the_money_stands_but_no_amount(loop: PaidLoop, points, acting_as, browser, who):
    thread = opened(loop, acting_as, who, "referral", points["referral"])
    assert [[step.status for step in steps_of(thread, heading)] for heading in MONEY] == [
        ["delivered", "delivered"],
        ["paid", "paid"],
        ["paid", "paid"],
    ]
    page = browser(loop.staff[who]).get(f"/thread/referral/{points['referral']}").text
    assert "$" not in page
    assert "EFT-1" not in page
    assert "day of the help" in page
    said_to_programs = str(ThreadOut().dump(thread))
    assert "$" not in said_to_programs
    assert "104.97" not in said_to_programs


def test_a_navigator_sees_the_lines_of_their_own_clients_only(loop: PaidLoop, points, acting_as):
    loop.staff["colleague"] = loop.world.staff(loop.world.center, Role.NAVIGATOR, name="Another Navigator")
    loop.session.commit()
    thread = opened(loop, acting_as, "colleague", "referral", points["referral"])
    assert "Delivery" in filled(thread)
    assert not {"Invoice line", "Payment"} & filled(thread)


def test_intake_sees_the_lines_of_its_own_organization_and_that_they_are_paid(loop: PaidLoop, points, acting_as):
    thread = opened(loop, acting_as, "intake", "referral", points["referral"])
    assert {step.amount for step in steps_of(thread, "Invoice line")} == {BOX_PRICE}
    assert {step.amount for step in steps_of(thread, "Payment")} == {None}


def test_a_care_manager_sees_that_a_line_is_paid_but_not_the_payment(loop: PaidLoop, points, acting_as):
    thread = opened(loop, acting_as, "care_manager", "line", points["line"])
    assert [step.kind for step in steps_of(thread, "Payment")] == ["line", "line"]


def test_many_deliveries_stand_behind_one_line_that_opens_and_the_api_keeps_each(loop: PaidLoop, acting_as, browser):
    referral, _ = loop.authorized()
    for day in range(2, 14):
        loop.deliver(referral, day)
    loop.session.commit()
    page = browser(loop.staff["intake"]).get(f"/thread/referral/{referral.id}").text
    assert "12 deliveries, Nov 2 – Nov 13, 2026" in page
    assert "12 deliveries that prove it" in page
    assert page.count('<details class="thread__step thread__bundle">') == 2
    told = ThreadOut().dump(opened(loop, acting_as, "intake", "referral", referral.id))
    assert len(next(stage["steps"] for stage in told["stages"] if stage["heading"] == "Delivery")) == 12


def test_a_bundle_is_open_where_one_came_from_a_record_in_it(loop: PaidLoop, browser):
    referral, _ = loop.authorized()
    recorded = [loop.deliver(referral, day) for day in range(2, 8)]
    loop.session.commit()
    page = browser(loop.staff["intake"]).get(f"/thread/delivery/{recorded[3].id}").text
    assert '<details class="thread__step thread__bundle" open>' in page


def test_a_thread_begins_at_an_answer(loop: PaidLoop, acting_as):
    need = answer_all(loop.session, a_screening(loop.session, loop.person, loop.navigator), loop.navigator, q3="yes")[0]
    loop.session.commit()
    answer_id = loop.session.scalars(select(NeedAnswer.answer_id).where(NeedAnswer.need_id == need.id)).first()
    thread = opened(loop, acting_as, "navigator", "answer", answer_id)
    assert {"Answer", "Need"} <= filled(thread)
    assert NeedCategory(thread.category) is need.category


def test_a_stranger_finds_no_thread(loop: PaidLoop, points, acting_as):
    for kind, id_ in points.items():
        with pytest.raises(NotFound):
            opened(loop, acting_as, "stranger", kind, id_)


def test_an_unknown_kind_is_not_found(loop: PaidLoop, browser):
    assert browser(loop.staff["navigator"]).get(f"/thread/secret/{uuid4()}").status_code == 404


def test_the_page_marks_where_one_stands_and_is_written_down(loop: PaidLoop, points, browser):
    page = browser(loop.staff["navigator"]).get(f"/thread/referral/{points['referral']}")
    assert page.status_code == 200
    assert page.text.count('aria-current="true"') == 1
    assert loop.session.scalars(select(AuditEvent).where(AuditEvent.action == "thread:read")).all()
