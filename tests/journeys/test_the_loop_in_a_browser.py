"""From the first question to the equity report, in a browser, as five people and the one they help."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from tests.journeys import navigator, partners
from tests.journeys.conftest import come_in
from tests.journeys.hands import Hands
from tests.journeys.neighbor import deliver_boxes, help_neighbor
from tests.journeys.stage import Stage
from tests.journeys.telling import DEEDS

PHONE_SCREEN = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
JANUARY = datetime(2027, 1, 4, 15, tzinfo=UTC)
FIRST_TO_SENT = ("search and add a person", "screening", "confirm the need", "find help and refer")
pytestmark = pytest.mark.browser
SitDown = Callable[..., Hands]


def test_the_loop(
    stage: Stage, signed_in: SitDown, browser_of: SitDown, record_property: Callable[[str, object], None]
) -> None:
    nora, carla, paula = (signed_in(name) for name in ("nora", "carla", "paula"))
    refer_rosa(nora, stage)
    partners.accept(carla)
    have_it_signed(nora, browser_of("rosa", **PHONE_SCREEN), stage)
    navigator.propose(nora)
    partners.enroll(paula)
    navigator.request(nora)
    partners.approve(paula)
    partners.start(carla)
    help_neighbor(stage, "Ortega")

    stage.hour.go_to(JANUARY)
    deliver_forty_boxes(come_in(carla), stage)
    partners.close(carla)
    hear_from_rosa(stage)
    partners.bill(carla)
    leo = signed_in("leo")
    partners.look_over(leo)
    finn = signed_in("finn")
    partners.decide_and_pay(finn)
    stage.copy_figures()
    partners.read_reports(finn)
    navigator.read_the_thread(come_in(nora))

    everybody = (nora, carla, leo, paula, finn)
    record_property(DEEDS, "\n".join(line for hands in everybody for line in hands.table()))
    assert nora.counted(*FIRST_TO_SENT) <= 60
    assert carla.counted("from the inbox to accepted") == 2
    assert carla.counted("a month's invoice") == 3
    each_sees_what_is_theirs(stage, nora, carla, leo, come_in(paula), finn, signed_in("sid"))


def refer_rosa(nora: Hands, stage: Stage) -> None:
    """From the first search to the sent referral."""
    nora.check()
    navigator.take_in(nora)
    navigator.ask(nora)
    navigator.confirm(nora)
    navigator.refer(nora)
    stage.work()


def have_it_signed(nora: Hands, rosa: Hands, stage: Stage) -> None:
    """One consent is signed on Rosa's phone, the other on paper."""
    navigator.send_link(nora)
    stage.work()
    partners.sign(rosa, stage.texts_to(navigator.PHONE)[-1])
    navigator.record_paper(nora)


def deliver_forty_boxes(carla: Hands, stage: Stage) -> None:
    """Two by hand, the others through the verb behind the page."""
    carla.check()
    partners.deliver(carla, "2026-12-01", "2026-12-02")
    deliver_boxes(stage, "Delgado", 20, first_on=date(2026, 12, 3))
    deliver_boxes(stage, "Ortega", 18, first_on=date(2026, 12, 3))


def hear_from_rosa(stage: Stage) -> None:
    """Ask by text whether help arrived; Twilio signs the reply."""
    stage.work()
    assert "Reply YES, PARTLY or NO" in stage.texts_to(navigator.PHONE)[-1]
    webhook = f"{stage.address}/webhooks/twilio/inbound"
    assert stage.twin.reply(webhook, sender=navigator.PHONE, body="YES") == 200
    stage.work()
    assert stage.twin.contract_breaks == []


def each_sees_what_is_theirs(stage: Stage, nora: Hands, *others: Hands) -> None:
    """Nobody but the care team opens the need; the thread of the referral opens for whom it concerns."""
    need = nora.page.url
    thread = f"/thread/referral/{stage.referral_of('Delgado').id}"
    assert nora.may_open(need) == 200
    assert {other.who: other.may_open(need) for other in others} == dict.fromkeys((o.who for o in others), 404)
    opened = {other.who: other.may_open(thread) for other in (nora, *others)}
    assert opened == {"nora": 200, "carla": 200, "leo": 200, "paula": 200, "finn": 200, "sid": 404}


def test_a_navigator_refers_without_scripts(stage: Stage, signed_in: SitDown) -> None:
    nora = signed_in("nora", java_script_enabled=False)
    take_in_without_scripts(nora)
    navigator.ask_without_scripts(nora)
    nora.click("Yes, help is wanted")
    nora.follow("Find help")
    nora.follow("Refer now")
    nora.choose("Helping Hands Pantry", within=nora.page.get_by_role("group", name="The person said yes to"))
    nora.type("Who listened in", "call recording 4711")
    nora.click("Send")
    nora.is_at("Referral R-")
    nora.sees("is sent.")


def take_in_without_scripts(nora: Hands) -> None:
    """Search and add Rosa with what is needed, and nothing more."""
    nora.type("Find a person", "Rosa Delgado")
    nora.press("Enter")
    nora.click("Add a new person", role=nora.role_of("Add a new person"))
    nora.is_at("Add a person")
    nora.type("ZIP code", "27834")
    nora.choose("^Yes", within=nora.page.get_by_role("group", name="May we keep it?"))
    nora.type("Who listened in", "call recording 4711")
    nora.click("Save and go on")
    nora.is_at("Rosa Delgado")
