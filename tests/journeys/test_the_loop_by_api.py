"""The same loop through the JSON API, as the same five people with bearer tokens."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.journeys.stage import Stage

PHONE = "+12525550123"
JANUARY = datetime(2027, 1, 4, 15, tzinfo=UTC)
ANSWERS = {"1": "yes", "2": "yes", "3": "no", "4": "no", "5": "no", "6": "no", "11": "yes"}
PERSON = {
    "given_name": "Rosa",
    "family_name": "Delgado",
    "birth_on": "1986-04-28",
    "phone": PHONE,
    "postal_code": "27834",
    "agrees": True,
    "witness": "call recording 4711",
    "can_text": True,
}
MONEY = ("carla", "leo", "paula", "finn")
"""Who handles the bill: they see what it rests on, and no answer of the person."""
BOX = {"service_code": "FOO-BOXD", "variant": "small"}


class Programs:
    """Five programs, each with the token of the person it works for."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.client = stage, stage.app.test_client()

    def ask(self, who: str, verb: str, path: str, status: int = 200, /, **body: Any) -> Any:
        """Send one request as somebody; any other status than expected fails."""
        token = {"Authorization": f"Bearer {self.stage.tokens[who]}"}
        given = {} if verb == "GET" else {"json": body}
        answer = self.client.open(f"/api/v1{path}", method=verb, headers=token, **given)
        assert answer.status_code == status, f"{verb} {path}: {answer.status_code} {answer.text}"
        return answer.json


@pytest.fixture
def programs(stage: Stage) -> Programs:
    """Programs that know the address and their tokens, and nothing else."""
    return Programs(stage)


def test_the_loop_by_api(stage: Stage, programs: Programs) -> None:
    plan_id = programs.ask("paula", "GET", "/me")["organization_id"]
    person_id = take_in(programs, plan_id)
    need_id = screen(programs, person_id)
    referral_id = refer(programs, person_id, need_id)
    programs.ask("carla", "POST", f"/referrals/{referral_id}/accept")
    authorize(programs, person_id, plan_id, referral_id)
    programs.ask("carla", "POST", f"/referrals/{referral_id}/start")
    stage.hour.go_to(JANUARY)
    serve(stage, programs, referral_id)
    bill(programs, plan_id)
    report(stage, programs)
    see_the_thread(programs, need_id, referral_id)


def take_in(programs: Programs, plan_id: str) -> str:
    """Search, find nobody, and take Rosa in with her plan."""
    assert programs.ask("nora", "POST", "/people/search", name="Rosa Delgado")["items"] == []
    person = programs.ask("nora", "POST", "/people", 201, **PERSON, plan_id=plan_id, member_id="900123456K")
    assert person["coverages"][0]["plan_id"] == plan_id
    return person["id"]


def screen(programs: Programs, person_id: str) -> str:
    """Ask the state's questions and confirm the need for food."""
    offered = programs.ask("nora", "GET", "/instruments")["items"]
    (questions,) = (one["id"] for one in offered if one["name"] == "NcDhhsSdoh")
    path = f"/people/{person_id}/screenings"
    begun = programs.ask("nora", "POST", path, 201, instrument_id=questions, is_alone=False)
    for question, code in ANSWERS.items():
        programs.ask("nora", "PUT", f"/screenings/{begun['id']}/answers/{question}", codes=[code])
    (need,) = programs.ask("nora", "POST", f"/screenings/{begun['id']}/complete")["items"]
    assert need["category"] == "food-insecurity"
    confirmed = programs.ask("nora", "POST", f"/needs/{need['id']}/move", action="confirm")
    assert confirmed["state"] == "confirmed"
    return need["id"]


def refer(programs: Programs, person_id: str, need_id: str) -> str:
    """Find the pantry, record that Rosa agrees, and send; without her yes nothing is sent."""
    (hit,) = programs.ask("nora", "GET", "/directory?need=food-insecurity&zip_code=27834")["items"]
    order = {"need_id": need_id, "service_at_location_id": [hit["service_at_location_id"]]}
    programs.ask("nora", "POST", "/referrals", 409, **order)
    programs.ask(
        "nora",
        "POST",
        f"/people/{person_id}/consents",
        201,
        scope="referral.share",
        method="verbal",
        witness="call recording 4711",
        recipient_organization_id=hit["organization_id"],
        domains=["food"],
    )
    sent = programs.ask("nora", "POST", "/referrals", 201, **order, note="Please call in the afternoon.")
    return sent["items"][0]["referral"]["id"]


def authorize(programs: Programs, person_id: str, plan_id: str, referral_id: str) -> None:
    """Let Rosa sign on paper, the plan enroll her, and approve fifty boxes."""
    for scope in ("pilot.enrol", "invoice.share"):
        programs.ask(
            "nora",
            "POST",
            f"/people/{person_id}/consents",
            201,
            scope=scope,
            method="written",
            paper_reference="binder 7",
            recipient_organization_id=plan_id,
        )
    proposed = programs.ask("nora", "POST", f"/people/{person_id}/enrollments", 201, met=["2plus_chronic"])
    programs.ask("paula", "POST", f"/enrollments/{proposed['id']}/enroll")
    path = f"/referrals/{referral_id}/service-authorizations"
    asked = programs.ask("nora", "POST", path, 201, **BOX, units="50", starts_on="2026-11-16", ends_on="2027-05-15")
    approved = programs.ask("paula", "POST", f"/service-authorizations/{asked['id']}/approve")
    assert approved["state"] == "approved"


def serve(stage: Stage, programs: Programs, referral_id: str) -> None:
    """Bring a box on each day of December, close, and hear from Rosa that help arrived."""
    for day in range(31):
        delivered_on = date(2026, 12, 1) + timedelta(days=day)
        path = f"/referrals/{referral_id}/deliveries"
        programs.ask("carla", "POST", path, 201, **BOX, delivered_on=delivered_on.isoformat())
    programs.ask("carla", "POST", f"/referrals/{referral_id}/serve", reason_code="service_delivered")
    stage.work()
    assert "Reply YES, PARTLY or NO" in stage.texts_to(PHONE)[-1]
    assert stage.twin.reply(f"{stage.address}/webhooks/twilio/inbound", sender=PHONE, body="YES") == 200
    stage.work()
    story = programs.ask("nora", "GET", f"/referrals/{referral_id}/story")["items"]
    assert "person_confirmation" in str(story)


def bill(programs: Programs, plan_id: str) -> None:
    """Draft, submit, approve, decide and pay the month."""
    invoice = programs.ask("carla", "POST", "/invoices", 201, plan_id=plan_id, month_on="2026-12-01")
    path = f"/invoices/{invoice['id']}"
    assert (len(invoice["lines"]), invoice["billed_amount"]) == (31, "3254.07")
    programs.ask("carla", "POST", f"{path}/submit")
    programs.ask("finn", "POST", f"{path}/decide", 404, denials=[])
    programs.ask("leo", "POST", f"{path}/approve")
    decided = programs.ask("finn", "POST", f"{path}/decide", denials=[])
    assert {line["outcome"] for line in decided["lines"]} == {"pay"}
    paid = programs.ask(
        "finn", "POST", f"{path}/payments", amount="3254.07", paid_on="2027-01-04", reference="EFT-2027-0001"
    )
    assert (paid["state"], paid["paid_amount"]) == ("paid", "3254.07")


def report(stage: Stage, programs: Programs) -> None:
    """Read the plan's report with both rates, and the equity report, which shows nobody."""
    stage.copy_figures()
    total = programs.ask("finn", "GET", "/reports/referrals")["total"]
    assert (total["sent"], total["closed_rate"], total["connected_rate"], total["confirmed"]) == (1, 1.0, 1.0, 1)
    equity = programs.ask("finn", "GET", "/reports/equity")
    assert (equity["table"], equity["gaps"], equity["completeness"]["share"]) == (None, [], None)
    programs.ask("nora", "GET", "/reports/equity", 403)


PAID = {"Delivery", "Invoice line", "Payment"}
"""The care team sees where these stand, without amounts."""


def see_the_thread(programs: Programs, need_id: str, referral_id: str) -> None:
    """Read the thread as each of the five; a stranger finds nothing."""
    from_need = programs.ask("nora", "GET", f"/thread/need/{need_id}")
    path = f"/thread/referral/{referral_id}"
    seen = {who: told_to(programs.ask(who, "GET", path)) for who in ("nora", *MONEY)}
    assert told_to(from_need) == seen["nora"]
    assert seen["nora"] - PAID == {"Answer", "Need", "Consent", "Referral", "Authorization", "Did help arrive?"}
    assert seen["nora"] >= PAID
    for who in MONEY:
        assert {"Referral", "Authorization", "Delivery", "Invoice line", "Payment"} <= seen[who]
        assert not {"Answer", "Need"} & seen[who]
    for who in MONEY:
        programs.ask(who, "GET", f"/thread/need/{need_id}", 404)
    programs.ask("sid", "GET", path, 404)


def told_to(thread: dict[str, Any]) -> set[str]:
    """Return the stages of a thread that tell something."""
    return {stage["heading"] for stage in thread["stages"] if stage["steps"]}
