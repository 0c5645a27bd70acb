"""T15: a referral, its consent and an invoice through HTTP, beside a model that knows the rules from the paper only."""

from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from referral.accounts import service as accounts
from referral.app import HANDLERS, create_app
from referral.billing.models import Invoice
from referral.foundation import clock, jobs
from referral.foundation.database import Database
from referral.foundation.settings import Settings
from referral.people.rules import NeedCategory
from referral.screening.service import add_need
from referral.web.transaction import Application
from tests.factories.billing import PaidLoop
from tests.factories.fixtures import NOW, SEED, make_world
from tests.factories.people import a_consent, a_person

AWAITING, ON_HOLD = {"sent", "in_review"}, {"waitlisted", "needs_person"}
OPEN = {*AWAITING, *ON_HOLD, "accepted", "in_service"}
ENDED = {"served", "not_served", "declined", "recalled", "expired", "withdrawn", "entered_in_error"}
MISTAKE = {"reason_code": "created_by_mistake", "note": "x"}
MOVES: dict[str, tuple[str, set[str], str, dict[str, str]]] = {
    "review": ("intake", {"sent"}, "in_review", {}),
    "accept": ("intake", AWAITING | ON_HOLD, "accepted", {}),
    "waitlist": ("intake", AWAITING | {"accepted", "needs_person"}, "waitlisted", {}),
    "ask_person": ("intake", OPEN - {"needs_person"}, "needs_person", {"reason_code": "awaiting_contact"}),
    "start": ("intake", ON_HOLD | {"accepted"}, "in_service", {}),
    "serve": ("intake", {"accepted", "in_service"}, "served", {"reason_code": "service_delivered"}),
    "close_unserved": ("intake", {"accepted", "in_service"}, "not_served", {"reason_code": "no_show"}),
    "decline": ("intake", AWAITING | ON_HOLD, "declined", {"reason_code": "no_capacity"}),
    "recall": ("navigator", OPEN - {"in_service"}, "recalled", {"reason_code": "rerouted"}),
    "expire": ("clock", AWAITING, "expired", {"reason_code": "no_response"}),
    "withdraw": ("both", OPEN, "withdrawn", {"reason_code": "person_declined"}),
    "mark_error": (
        "both",
        OPEN | ENDED - {"entered_in_error"},
        "entered_in_error",
        {"reason_code": "created_by_mistake", "note": "x"},
    ),
}
"""Action -> who, from which statuses, to which, and what must be said with it: section 6 of the design, by hand."""
VOIDABLE = ("draft", "submitted", "returned", "accepted", "paid")
BILL: dict[str, tuple[set[str], dict[str, str], dict[str, Any]]] = {
    "submit": ({"biller"}, {"draft": "submitted", "returned": "submitted"}, {}),
    "approve": ({"lead"}, {"submitted": "approved_by_lead"}, {}),
    "return": (
        {"lead", "finance"},
        {"submitted": "returned", "approved_by_lead": "returned"},
        {"reason": "A day."},
    ),
    "decide": ({"finance"}, {"approved_by_lead": "accepted", "disputed": "accepted"}, {}),
    "payments": ({"finance"}, {"accepted": "paid"}, {"paid_on": str(NOW.date()), "reference": "check 1"}),
    "dispute": ({"biller", "lead"}, {"accepted": "disputed"}, {"reason": "One box is missing."}),
    "void": (
        {"biller", "lead", "finance"},
        dict.fromkeys(("draft", "submitted", "returned", "accepted", "paid"), "voided"),
        {"reason": "x"},
    ),
}
"""Action -> who, from which state to which, and what must be said with it."""
MOVERS = {
    ("return", "submitted"): {"lead"},
    ("return", "approved_by_lead"): {"finance"},
    **{("void", state): {"biller"} for state in ("draft", "submitted", "returned")},
}
"""Where fewer may do it than in another state."""


class Stage:
    """The network, its programs with their tokens, and everything that lives through one try after another."""

    def __init__(self, app: Application, database: Database) -> None:
        self.app, self.database, self.client = app, database, app.test_client()
        self.session = database.session(SEED)
        grants = app.extensions["grants"]
        self.loop = PaidLoop(
            self.session, make_world(self.session), lambda one: accounts.principal_of_membership(one, grants)
        )
        names = ("navigator", "intake", "biller", "lead", "finance")
        self.headers = {name: self._token(name) for name in names}
        self.session.commit()

    def _token(self, name: str) -> dict[str, str]:
        made = accounts.make_token(self.session, self.loop.staff[name], name="test", by=SEED, at=NOW)
        return {"Authorization": f"Bearer {made}"}

    def somebody_new(self) -> None:
        """Take somebody in who needs food, is enrolled and got one box that nobody billed yet."""
        loop = self.loop
        loop.person = a_person(self.session, loop.navigator)
        a_consent(self.session, loop.person, loop.navigator)
        loop.need = add_need(self.session, loop.person, NeedCategory.FOOD_INSECURITY, by=loop.navigator, at=NOW)
        loop.sign_up(loop.person)
        paid, _ = loop.authorized()
        loop.deliver(paid)
        loop.need = add_need(self.session, loop.person, NeedCategory.MATERIAL_HARDSHIP, by=loop.navigator, at=NOW)
        self.session.commit()

    def ask(self, who: str, verb: str, path: str, **body: Any) -> tuple[int, Any]:
        """Send one request as somebody's program; returns status and answer."""
        sent = {} if verb == "GET" else {"json": body}
        answer = self.client.open(f"/api/v1{path}", method=verb, headers=self.headers[who], **sent)
        assert answer.status_code < 500, f"{verb} {path}: {answer.status_code}"
        return answer.status_code, answer.json

    def work(self) -> None:
        """Let the worker do what waits."""
        jobs.drain(self.database, HANDLERS)


class Network(RuleBasedStateMachine):
    """What the model says must be what the program answers, after every step."""

    stage: ClassVar[Stage]

    @initialize()
    def begin(self) -> None:
        self.stage.somebody_new()
        self.consent: str | None = None
        self.referral: str | None = None
        self.status: str | None = None
        self.invoice: str | None = None
        self.bill: str | None = None

    def share(self) -> dict[str, Any]:
        said = {"scope": "referral.share", "method": "verbal", "witness": "call 1", "domains": ["money"]}
        return said | {"recipient_organization_id": str(self.stage.loop.world.pantry.id)}

    @precondition(lambda self: self.consent is None)
    @rule()
    def the_person_agrees(self) -> None:
        status, answer = self.stage.ask(
            "navigator", "POST", f"/people/{self.stage.loop.person.id}/consents", **self.share()
        )
        assert status == 201, answer
        self.consent = answer["id"]

    @precondition(lambda self: self.consent is not None)
    @rule()
    def the_person_takes_it_back(self) -> None:
        path = f"/people/{self.stage.loop.person.id}/consents/{self.consent}/withdraw"
        assert self.stage.ask("navigator", "POST", path)[0] == 200
        self.stage.work()
        self.consent = None
        if self.status in OPEN:
            self.status = "withdrawn"

    @precondition(lambda self: self.referral is None)
    @rule()
    def the_navigator_refers(self) -> None:
        asked = {"need_id": str(self.stage.loop.need.id), "service_at_location_id": [str(self.stage.loop.food_box.id)]}
        status, answer = self.stage.ask("navigator", "POST", "/referrals", **asked)
        assert status == (201 if self.consent else 409), answer
        if status == 201:
            self.referral, self.status = answer["items"][0]["referral"]["id"], "sent"

    @precondition(lambda self: self.referral is not None)
    @rule(action=st.sampled_from(sorted(MOVES)), who=st.sampled_from(["intake", "navigator"]))
    def somebody_moves_it(self, action: str, who: str) -> None:
        mover, sources, target, said = MOVES[action]
        status, answer = self.stage.ask(who, "POST", f"/referrals/{self.referral}/{action}", **said)
        if self.status in sources and mover in {who, "both"}:
            assert status == 200, f"{self.status} {action} {who}: {answer}"
            self.status = target
            self.stage.work()
        else:
            assert status in {403, 404, 409}, f"{self.status} {action} {who}: {status} {answer}"

    @precondition(lambda self: self.bill in {None, "voided"})
    @rule(who=st.sampled_from(["biller", "lead"]))
    def somebody_drafts(self, who: str) -> None:
        asked = {"plan_id": str(self.stage.loop.world.plan.id), "month_on": "2026-11-01"}
        status, answer = self.stage.ask(who, "POST", "/invoices", **asked)
        assert status == (201 if who == "biller" else 403), answer
        if status == 201:
            self.invoice, self.bill = answer["id"], "draft"

    @precondition(lambda self: self.invoice is not None)
    @rule(action=st.sampled_from(sorted(BILL)), who=st.sampled_from(["biller", "lead", "finance"]))
    def somebody_handles_the_bill(self, action: str, who: str) -> None:
        movers, steps, said = BILL[action]
        may = who in MOVERS.get((action, str(self.bill)), movers)
        owed = {"amount": str(self.stage.loop.session.scalar(self._owed()))} if action == "payments" else {}
        status, answer = self.stage.ask(who, "POST", f"/invoices/{self.invoice}/{action}", **said, **owed)
        if may and self.bill in steps:
            assert status == 200, f"{self.bill} {action} {who}: {answer}"
            self.bill = steps[self.bill]
        else:
            assert status in {403, 404, 409}, f"{self.bill} {action} {who}: {status} {answer}"

    def _owed(self) -> Any:
        self.stage.session.rollback()
        return select(Invoice.approved_amount - Invoice.paid_amount).where(Invoice.id == self.invoice)

    @invariant()
    def the_program_says_what_the_model_says(self) -> None:
        if getattr(self, "referral", None):
            _, answer = self.stage.ask("navigator", "GET", f"/referrals/{self.referral}")
            assert answer["referral"]["status"] == self.status
        if getattr(self, "invoice", None):
            _, answer = self.stage.ask("biller", "GET", f"/invoices/{self.invoice}")
            assert answer["state"] == self.bill

    def teardown(self) -> None:
        if getattr(self, "bill", "") in {None, "voided"}:
            self.somebody_drafts(who="biller")


@pytest.fixture
def stage(settings: Settings, committed_database: Database) -> Stage:
    app = create_app(settings, committed_database)
    app.extensions["limits"] = {}
    app.config.update(TESTING=False)
    return Stage(app, committed_database)


def run(stage: Stage, *, tries: int) -> None:
    """Take fifty steps in each try."""
    with clock.standing_at(NOW):
        run_state_machine_as_test(
            type("Run", (Network,), {"stage": stage}),
            settings=settings(
                max_examples=tries,
                stateful_step_count=50,
                deadline=None,
                database=None,
                derandomize=tries < 10,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            ),
        )
    stage.session.close()


def test_t15_a_hundred_and_fifty_steps_and_no_difference(stage: Stage) -> None:
    run(stage, tries=3)


@pytest.mark.full
def test_t15_ten_thousand_steps_and_no_difference(stage: Stage) -> None:
    run(stage, tries=200)
