"""Each role reaches its work with the keyboard alone, also on a phone, and no page is wider than the screen."""

from collections.abc import Callable

import pytest

from tests.journeys.hands import Hands
from tests.journeys.stage import Stage

pytestmark = pytest.mark.browser
PHONE = {"viewport": {"width": 390, "height": 844}}
DESKTOP = {"viewport": {"width": 1280, "height": 900}}
MOST_TABS = 40
FOCUSED = "(document.activeElement.innerText || '').trim()"
TOO_WIDE = "document.documentElement.scrollWidth - window.innerWidth"
ROLES = [
    ("nora", DESKTOP, ("Find help", "Messages", "Authorizations")),
    ("carla", PHONE, ("Inbox", "My services", "Deliveries", "Invoices")),
    ("leo", DESKTOP, ("Invoices", "Report", "Equity")),
    ("paula", DESKTOP, ("Authorizations", "Report", "Equity")),
    ("ada", DESKTOP, ("Colleagues", "Waiting work")),
]

FOLDED = ("Colleagues", "Waiting work")
"""Opened with the keyboard under *More* first."""


@pytest.mark.parametrize(("who", "screen", "places"), ROLES, ids=[who for who, *_ in ROLES])
def test_a_role_reaches_its_work_by_keyboard(
    stage: Stage, signed_in: Callable[..., Hands], who: str, screen: dict[str, object], places: tuple[str, ...]
) -> None:
    hands = signed_in(who, **screen)
    hands.check()
    for place in places:
        hands.page.get_by_role("link", name="Skip to the page").focus()
        if place in FOLDED:
            tab_to(hands, "More")
            hands.press("Enter")
        tab_to(hands, place)
        with hands.page.expect_navigation():
            hands.press("Enter")
        hands.check()
        assert hands.page.evaluate(TOO_WIDE) <= 0, hands.page.url


def tab_to(hands: Hands, place: str) -> None:
    """Press the Tab key until the focus is on a link of this name."""
    for _ in range(MOST_TABS):
        hands.press("Tab")
        if hands.page.evaluate(FOCUSED).split("\n")[0].strip().startswith(place):
            return
    raise AssertionError(f"{place} is not within {MOST_TABS} tabs of {hands.page.url}")
