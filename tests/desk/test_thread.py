"""The thread: one chain from the answer to the dollar, from any of its points."""

from uuid import uuid4

import pytest
from sqlalchemy import select

from referral.audit.models import AuditEvent
from referral.billing.models import Delivery, InvoiceLine, Payment
from referral.desk import service
from referral.desk.queries.threads import FINDERS, Thread
from referral.foundation.refusals import NotFound
from referral.people.rules import NeedCategory
from referral.programs.models import ServiceAuthorization
from referral.referrals.models import OutcomeEvidence, Referral
from referral.screening.models import NeedAnswer
from tests.factories.billing import PaidLoop
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
    try:
        thread = opened(loop, acting_as, "navigator", kind, points[kind])
    except NotFound:
        # A navigator sees no money: those threads begin at the deliverer, the lead and the plan.
        assert kind in {"line", "payment", "delivery"}
        return
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
