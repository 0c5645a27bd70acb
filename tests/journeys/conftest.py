"""Fixtures of the journeys: a stage that is served, and people with browsers."""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from playwright.sync_api import Browser, sync_playwright

from referral.foundation.database import Database
from referral.foundation.settings import Settings
from tests.factories.fixtures import PASSWORD
from tests.journeys.hands import CHROMIUM, FLAGS, NO_CHROMIUM, PATIENCE_MS, Hands
from tests.journeys.stage import Stage, standing


@pytest.fixture
def stage(at: datetime, committed_database: Database, settings: Settings) -> Iterator[Stage]:
    """A small network with real commits, served at one hour for pages, worker and test."""
    with standing(committed_database, settings) as stage:
        yield stage


@pytest.fixture
def chromium() -> Iterator[Browser]:
    """The Chromium of this machine; a test without one is skipped, and the run says so."""
    if CHROMIUM is None:
        pytest.skip(NO_CHROMIUM)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def browser_of(chromium: Browser, stage: Stage) -> Iterator[Callable[..., Hands]]:
    """Seat somebody at a browser of their own; at the end nobody's browser may have complained."""
    seated: list[Hands] = []

    def sit_down(who: str, **screen: object) -> Hands:
        context = chromium.new_context(base_url=stage.address, **screen)
        context.set_default_navigation_timeout(PATIENCE_MS)
        seated.append(Hands(context.new_page(), who))
        return seated[-1]

    yield sit_down
    complaints = [line for hands in seated for line in hands.complaints]
    for hands in seated:
        hands.page.context.close()
    assert complaints == []


@pytest.fixture
def signed_in(browser_of: Callable[..., Hands]) -> Callable[..., Hands]:
    """Seat somebody who works here, and let them sign in."""

    def sign_in(who: str, **screen: object) -> Hands:
        hands = browser_of(who, **screen)
        return come_in(hands)

    return sign_in


def come_in(hands: Hands) -> Hands:
    """Sign in as oneself."""
    hands.begin("sign in")
    hands.page.goto("/sign-in")
    hands.type("E-mail address", f"{hands.who}@example.org")
    hands.type("Password", PASSWORD)
    hands.press("Enter")
    hands.is_at("Work waiting")
    return hands
