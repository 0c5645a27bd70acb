"""T13: what somebody types is shown as text, in every field and on every screen; no listing runs script."""

import itertools
import shutil
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import sync_playwright
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from referral.accounts import service as accounts
from referral.accounts.models import Membership
from referral.app import create_app
from referral.directory.rules.problems import Unusable
from referral.directory.rules.values import url
from referral.foundation.database import Database
from referral.foundation.principal import Principal
from referral.foundation.settings import Settings
from referral.people import service as people
from referral.referrals import service as referrals
from referral.referrals.rules import ContactResult, ContactWay
from referral.web.transaction import Application
from tests.factories.fixtures import NOW, SEED, World, make_world
from tests.factories.referrals import Loop
from tests.house.stage import Story, addresses, tell

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
BREAKS = ["", '"', "'", '">', "'>", "</textarea>", "</title>", "</script>", "-->", "{{"]
RUNS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg/onload=alert`1`>",
    "<body onload=alert(1)>",
    "<iframe src=javascript:alert(1)>",
    "<a href=javascript:alert(1) autofocus onfocus=alert(1)>x</a>",
    "<input autofocus onfocus=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<video><source onerror=alert(1)>",
    "<marquee onstart=alert(1)>",
    "<math><mi xlink:href=javascript:alert(1)>",
    "<object data=javascript:alert(1)>",
    "<form><button formaction=javascript:alert(1)>",
    " onmouseover=alert(1) x=",
    " autofocus onfocus=alert(1) x=",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "7*7}}{{config}}",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
]
CORPUS = ["".join(pair) for pair in itertools.product(BREAKS, RUNS)]
RAW = (
    "<script>alert",
    "<img src=x",
    "<svg onload",
    "<svg/onload",
    "<iframe src",
    "<input autofocus onfocus",
    "<details open ontoggle",
)
PrincipalOf = Callable[[Membership], Principal]


def test_there_are_two_hundred_strings() -> None:
    assert len(set(CORPUS)) == 200


def reflected(page: str) -> list[str]:
    return [raw for raw in RAW if raw in page]


@pytest.fixture
def story(session: Session, world: World, principal_of: PrincipalOf) -> Story:
    return tell(session, Loop(session, world, principal_of))


def test_no_page_gives_back_raw_what_its_address_or_form_says(
    app: Application, story: Story, browser: Callable[[Membership], FlaskClient]
) -> None:
    client = browser(story.loop.staff["navigator"])
    asked = {name: RUNS[number % len(RUNS)] for number, name in enumerate(("words", "need", "zip_code", "next", "box"))}
    bad = {}
    for endpoint, address in addresses(app, story.ids):
        bad |= {endpoint: found} if (found := reflected(client.get(address, query_string=asked).text)) else {}
    form = {"given_name": CORPUS[0], "family_name": '"><svg onload=alert(1)>', "called": CORPUS[21], "version": "999"}
    clash = client.post(f"/people/{story.loop.person.id}/edit", data=form)
    assert (clash.status_code, reflected(clash.text), bad) == (412, [], {})
    assert "&lt;script&gt;" in clash.text


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        'https://x.org/"onclick="x',
        "//evil.example",
    ],
)
def test_a_listing_takes_no_address_that_could_run_script(text: str) -> None:
    with pytest.raises(Unusable):
        url(text)


@pytest.fixture
def served(settings: Settings, committed_database: Database) -> Iterator[tuple[str, Database, Application]]:
    app = create_app(settings, committed_database)
    app.extensions["limits"] = {}
    server = make_server("127.0.0.1", 0, app)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", committed_database, app
    server.shutdown()
    thread.join()
    server.server_close()


def plant(session: Session, app: Application, texts: list[str]) -> dict[str, list[str]]:
    """Store every text in some field, each field in several stories; returns cookie -> the pages to look at."""
    loop = Loop(
        session, make_world(session), lambda one: accounts.principal_of_membership(one, app.extensions["grants"])
    )
    loop.allow()
    nora, carla = loop.navigator, loop.intake
    first = loop.send(note=texts[0])
    pages = [f"/referrals/{first.id}", f"/thread/referral/{first.id}", "/", f"/needs/{loop.need.id}"]
    for text in texts:
        people.change_person(session, loop.person, {"called": text[:100]}, by=nora, at=NOW)
        called = {"way": ContactWay.PHONE, "result": ContactResult.REACHED, "note": text}
        referrals.log_contact(session, first, **called, by=carla, at=NOW)
    for start in range(0, len(texts), 6):
        six = texts[start : start + 6]
        given, family, called_, line, city, note = [*six, *RUNS][:6]
        names = {"given_name": given[:100], "family_name": family[:100], "called": called_[:100], "safe_note": note}
        person = people.add_person(session, by=nora, at=NOW, **names)
        people.move_to(session, person, line_1=line, city=city, by=nora, at=NOW)
        pages += [f"/people/{person.id}{page}" for page in ("", "/edit", "/consents")]
    cookies = {
        name: accounts.open_session(session, loop.staff[name], at=datetime.now(UTC)).secret
        for name in ("navigator", "intake")
    }
    return {cookies["navigator"]: [*pages, "/referrals"], cookies["intake"]: [pages[0], "/inbox", "/"]}


@pytest.mark.full
@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
def test_t13_of_two_hundred_stored_scripts_none_runs(served: tuple[str, Database, Application]) -> None:
    base, database, app = served
    with database.transaction(SEED) as session:
        looks = plant(session, app, CORPUS)
    ran: list[str] = []
    seen, is_shown = 0, False
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for secret, pages in looks.items():
            context = browser.new_context(base_url=base)
            context.add_cookies([{"name": "sid", "value": secret, "url": base}])
            page = context.new_page()
            page.on("dialog", lambda dialog: (ran.append(dialog.message), dialog.dismiss()))
            for address in pages:
                answer = page.goto(address)
                assert answer is not None
                assert (answer.status, page.url) == (200, base + address)
                assert page.locator("main h1").count() == 1, f"{address} is broken"
                is_shown |= "alert(1)" in page.locator("main").inner_text()
                page.keyboard.press("Tab")
                seen += 1
            context.close()
        browser.close()
    assert ran == []
    assert seen > 100
    assert is_shown, "nothing of the corpus was on any page: looking elsewhere proves nothing"
