"""From the first question to the equity report, in a browser, as five people and the one they help."""

from collections.abc import Callable

import pytest

from tests.journeys.conftest import come_in
from tests.journeys.hands import Hands
from tests.journeys.stage import Stage

PHONE = "+12525550123"
pytestmark = pytest.mark.browser


def take_in(nora):
    nora.begin("search and add")
    nora.type("Find a person", "Rosa Delgado")
    nora.press("Enter")
    nora.sees("Nobody like this is here yet.")
    nora.check()
    nora.press("n")
    nora.is_at("Add a person")
    nora.check()
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
    nora.is_at("Rosa Delgado")
    nora.check()

def ask(nora):
    nora.begin("screening")
    nora.press("q")
    nora.is_at("Ask what is needed")
    nora.check()
    nora.choose("^No", within=nora.page.locator("#field-is_alone"))
    nora.click("Begin")
    for key in "1122221":
        before = nora.page.locator("legend").inner_text()
        nora.press(key)
        nora.page.wait_for_function("before => !document.querySelector('legend') || document.querySelector('legend').innerText !== before", arg=before)
        nora.check()
    nora.press("f")
    nora.is_at("What was found")
    nora.check()

def show(h):
    print("=====", h.page.url); print(h.page.locator("main").inner_text())

def confirm(nora):
    nora.begin("confirm")
    nora.click("Yes, help is wanted")
    nora.check()
    nora.begin("refer")
    nora.follow("Find help")
    nora.check()
    show(nora)
    nora.follow("Find services")
    nora.check()
    show(nora)
    nora.follow("Refer now")
    nora.check()
    show(nora)
    nora.choose("Helping Hands Pantry", within=nora.page.locator("#field-allowed_organization_id"))
    nora.type("Who listened in", "call recording 4711")
    nora.type("Note to the service", "Please call in the afternoon.")
    nora.click("Send")
    nora.check()
    show(nora)

def accept(carla):
    carla.navigate("Inbox")
    carla.check()
    carla.begin("accept")
    show(carla)
    carla.click("Accept")
    carla.check()
    show(carla)

def test_the_loop(stage: Stage, signed_in: Callable[..., Hands]) -> None:
    nora = signed_in("nora")
    nora.check()
    take_in(nora)
    ask(nora)
    confirm(nora)
    stage.work()
    carla = signed_in("carla")
    carla.check()
    accept(carla)
