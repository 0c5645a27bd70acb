"""From the first question to the equity report, in a browser, as five people and the one they help."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from tests.journeys.conftest import come_in
from tests.journeys.hands import Hands
from tests.journeys.neighbor import deliver_boxes, help_neighbor
from tests.journeys.stage import Stage

JANUARY = datetime(2027, 1, 4, 15, tzinfo=UTC)
PHONE = "+12525550123"
pytestmark = pytest.mark.browser


def show(h):
    print("=====", h.page.url); print(h.page.locator("main").inner_text())

def take_in(nora):
    nora.begin("search and add")
    nora.type("Find a person", "Rosa Delgado")
    nora.press("Enter")
    nora.arrives("Find or add a person", "Nobody like this is here yet.")
    nora.press("n")
    nora.arrives("Add a person")
    nora.type("Month", "4")
    nora.type("Day", "28")
    nora.type("Year", "1986")
    nora.type("Phone", PHONE)
    nora.type("ZIP code", "27834")
    nora.choose("^Yes", within=nora.page.locator("#field-agrees"))
    nora.type("Who listened in", "call recording 4711")
    nora.choose("^Yes", within=nora.page.locator("#field-can_text"))
    nora.open("More")
    nora.pick("Health plan", "Blue Plan")
    nora.type("Member ID", "900123456K")
    nora.click("Save and go on")
    nora.arrives("Rosa Delgado")

def ask(nora):
    nora.begin("screening")
    nora.press("q")
    nora.arrives("Ask what is needed")
    nora.choose("^No", within=nora.page.locator("#field-is_alone"))
    nora.click("Begin")
    for number, key in (("1", "1"), ("2", "1"), ("3", "2"), ("4", "2"), ("5", "2"), ("6", "2"), ("11", "1")):
        nora.arrives(f"Question {number}")
        nora.press(key)
    nora.arrives("Look over the answers")
    nora.press("f")
    nora.arrives("What was found", "Food")

def confirm(nora):
    nora.begin("confirm")
    nora.click("Yes, help is wanted")
    nora.sees("Find help")
    nora.check()
    nora.begin("refer")
    nora.follow("Find help")
    nora.arrives("Find help", "Healthy food boxes", "miles")
    nora.follow("Refer now")
    nora.arrives("Refer: ", "Ask for permission")
    nora.choose("Helping Hands Pantry", within=nora.page.locator("#field-allowed_organization_id"))
    nora.type("Who listened in", "call recording 4711")
    nora.type("Note to the service", "Please call in the afternoon.")
    nora.click("Send")
    nora.arrives("Referral R-", "is sent.")

def accept(carla):
    carla.begin("accept")
    carla.navigate("Inbox")
    carla.arrives("Inbox", "Rosa", "ZIP 278xx")
    carla.sees_not("Delgado", "555-0123")
    carla.click("Accept")
    carla.arrives("Referral R-", "Rosa Delgado", "(252) 555-0123")

def signs(nora, browser_of, stage):
    nora.begin("consents of the program")
    nora.follow("Rosa Delgado")
    nora.is_at("Rosa Delgado")
    nora.press("c")
    nora.arrives("What Rosa allows")
    nora.pick("What for?", "rogram")
    nora.click("Show what to read")
    nora.sees("For whom?")
    nora.check()
    nora.pick("For whom?", "Blue Plan")
    nora.click("Show what to read")
    nora.sees("They agree")
    nora.check()
    nora.choose("By a link")
    nora.click("They agree: record it")
    nora.arrives("What Rosa allows", "on its way")
    stage.work()
    link = next(word for word in stage.texts_to(PHONE)[-1].split() if "/s/" in word)
    rosa = browser_of("rosa", viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
    rosa.begin("signs at home")
    rosa.page.goto(link.strip("."))
    rosa.check()
    rosa.type("Month", "4")
    rosa.type("Day", "28")
    rosa.type("Year", "1986")
    rosa.press("Enter")
    rosa.sees("Blue")
    rosa.check()

    rosa.type("Type your full name", "Rosa Delgado")
    rosa.choose("Yes, I agree")
    rosa.click("Sign")
    rosa.sees("Join a program")
    rosa.check()
    rosa.page.context.close()
    nora.pick("What for?", "Share what a bill needs")
    nora.click("Show what to read")
    nora.sees("For whom?")
    nora.pick("For whom?", "Blue Plan")
    nora.click("Show what to read")
    nora.sees("They agree")
    nora.check()
    nora.choose("On paper")
    nora.type("On paper: where", "binder 7")
    nora.click("They agree: record it")
    nora.arrives("What Rosa allows", "recorded", "Share what a bill needs")

def propose(nora):
    nora.begin("propose for the program")
    nora.follow("Rosa Delgado")
    nora.is_at("Rosa Delgado")
    nora.follow("Check eligibility")
    nora.arrives("Healthy Opportunities Pilots")
    nora.choose("2 or more chronic")
    nora.click("Propose to the plan")
    nora.sees("Proposed")
    nora.check()

def enroll(paula):
    paula.begin("enroll")
    paula.navigate("Authorizations")
    paula.arrives("Service authorizations")
    paula.follow("Decide")
    paula.arrives("Healthy Opportunities Pilots")
    paula.press("e")
    paula.sees("Enrolled")
    paula.check()

def request(nora):
    nora.begin("ask the plan to pay")
    nora.follow("Rosa Delgado")
    nora.is_at("Rosa Delgado")
    nora.follow("R-")
    nora.arrives("Referral R-")
    nora.follow("Ask the plan to pay")
    nora.arrives("Ask the plan to pay")
    nora.pick("Service", "Box")
    nora.type("Units", "30")
    nora.type("First day", "2026-11-16")
    nora.type("Last day", "2027-05-15")
    nora.click("Ask the plan")
    nora.sees("Requested")
    nora.check()

def approve(paula):
    paula.begin("approve")
    paula.navigate("Authorizations")
    paula.arrives("Service authorizations", "Rosa Delgado")
    paula.follow("Rosa Delgado")
    paula.sees("Ask for information")
    paula.press("a")
    paula.sees("Approved")
    paula.check()

def start(carla):
    carla.begin("start")
    carla.click("Start the service")
    carla.arrives("Referral R-", "The service has started.")

def deliver(carla):
    carla.begin("deliver by hand")
    carla.navigate("Inbox")
    carla.arrives("Inbox")
    carla.follow("Being helped")
    carla.sees("In service")
    carla.follow("Rosa Delgado")
    carla.arrives("Referral R-")
    carla.follow("Record a delivery")
    carla.arrives("Deliveries")
    for day in ("2026-12-01", "2026-12-02"):
        carla.type("Day", day)
        carla.type("Units", "1")
        carla.click("Record it")
        carla.arrives("Deliveries", "The delivery is recorded.")

def close(carla):
    carla.begin("close as served")
    carla.follow("Referral R-")
    carla.is_at("Referral R-")
    carla.open("Close as served")
    carla.choose("Service delivered")
    carla.click("Close as served")
    carla.arrives("Referral R-", "Served")

def answers(stage, nora):
    stage.work()
    print(stage.texts_to(PHONE))
    assert stage.twin.reply(f"{stage.address}/webhooks/twilio/inbound", sender=PHONE, body="YES") == 200
    stage.work()
    print(stage.texts_to(PHONE))

def bill(carla):
    carla.begin("a month's invoice")
    carla.navigate("Deliveries")
    carla.arrives("Deliveries to bill")
    carla.click("Make the invoice")
    carla.arrives("Invoice ")
    carla.click("Submit")
    carla.arrives("Invoice ", "Submitted")

def look_over(leo):
    leo.begin("network lead")
    leo.follow("Open")
    leo.arrives("Invoice ", "Submitted")
    leo.press("a")
    leo.sees("With the plan")
    leo.check()

def decide_and_pay(finn):
    finn.begin("decide and pay")
    finn.follow("Open")
    finn.arrives("Invoice ")
    finn.click("Decide the invoice")
    finn.sees("Record a payment")
    finn.check()
    finn.type("Reference", "EFT-2027-0001")
    finn.click("Record the payment")
    finn.sees("Paid on")
    finn.check()

def report(finn, paula, stage):
    stage.copy_figures()
    finn.begin("reports")
    finn.navigate("Report")
    finn.arrives("Referrals: what became of them", "Closed-loop rate", "Connection rate")
    show(finn)
    finn.follow("Equity")
    finn.arrives("Equity: for whom the loop closes")
    show(finn)

def thread(nora):
    nora.begin("the thread")
    nora.type("Find a person", "Rosa Delgado")
    nora.press("Enter")
    nora.arrives("Find or add a person")
    nora.follow("Open")
    nora.arrives("Rosa Delgado")
    nora.follow("The thread")
    nora.arrives("The thread")
    show(nora)

def test_the_loop(stage: Stage, signed_in: Callable[..., Hands], browser_of) -> None:
    nora = signed_in("nora")
    nora.check()
    take_in(nora)
    ask(nora)
    confirm(nora)
    stage.work()
    carla = signed_in("carla")
    carla.check()
    accept(carla)
    signs(nora, browser_of, stage)
    propose(nora)
    paula = signed_in("paula")
    paula.check()
    enroll(paula)
    request(nora)
    approve(paula)
    start(carla)
    help_neighbor(stage, "Ortega")
    stage.hour.go_to(JANUARY)
    for hands in (carla,):
        come_in(hands)
    deliver(carla)
    deliver_boxes(stage, "Delgado", 20, first_on=date(2026, 12, 3))
    deliver_boxes(stage, "Ortega", 18, first_on=date(2026, 12, 3))
    close(carla)
    answers(stage, nora)
    carla.navigate("Home")
    bill(carla)
    leo = signed_in("leo")
    leo.check()
    look_over(leo)
    finn = signed_in("finn")
    finn.check()
    decide_and_pay(finn)
    come_in(nora)
    report(finn, paula, stage)
    thread(nora)
