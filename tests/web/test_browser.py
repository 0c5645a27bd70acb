"""What scripts add, in a real browser: shortcuts, focus, quick exit, and nothing typed is lost."""

import shutil
import threading
from collections.abc import Iterator

import pytest
from flask import Flask, render_template_string
from playwright.sync_api import Page, sync_playwright
from werkzeug.serving import make_server

from referral.app import create_app
from referral.foundation.database import Database
from referral.foundation.settings import Settings
from referral.web.forms import FormState
from referral.web.guard import public
from referral.web.transaction import Application

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")]

PAGE = """
{% extends "layout.html" %}
{% set title = "Sample" %}
{% set quick_exit = true %}
{% block content %}
{{ ui.text(none, "find", "Find", attributes={"data-key": "/"}) }}
{% call ui.form("/sample", guard=true) %}
{{ ui.radios(form, "worried", "Worried?", [("often", "Often"), ("never", "Never")], keys=true) }}
{{ ui.submit("Save") }}
{% endcall %}
<details id="decline"><summary>Decline</summary><input id="why" name="why" aria-label="Why"></details>
<button type="button" hx-get="/whole" hx-target="#part">Fetch</button>
<div id="part"></div>
{% endblock %}
"""


def _add_pages(app: Flask) -> None:
    sent: list[str] = []
    app.extensions["sample_sent"] = sent

    @app.get("/sample")
    @public
    def sample() -> str:
        return render_template_string(PAGE, form=FormState())

    @app.post("/sample")
    @public
    def save() -> tuple[str, int]:
        sent.append("sent")
        return render_template_string(PAGE, form=FormState({"worried": ""}, {"worried": ["Choose one."]})), 422

    @app.get("/whole")
    @public
    def whole() -> tuple[str, int]:
        return render_template_string(PAGE.replace("Sample", "It moved on"), form=FormState()), 409


@pytest.fixture
def sample_app(settings: Settings, database: Database) -> Application:
    """The application with the sample page."""
    app = create_app(settings, database)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    _add_pages(app)
    return app


@pytest.fixture
def page(sample_app: Application) -> Iterator[Page]:
    """A browser on the sample page, with nothing in its console at the end."""
    server = make_server("127.0.0.1", 0, sample_app)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    complaints: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(base_url=f"http://127.0.0.1:{server.server_port}")
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda line: complaints.append(line.text) if "Content Security" in line.text else None)
        page.goto("/sample")
        yield page
        browser.close()
    server.shutdown()
    thread.join()
    server.server_close()
    assert complaints == []


def test_a_key_leads_to_its_control_and_the_list_of_keys_names_it(page: Page) -> None:
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "field-find"
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("?")
    words = page.inner_text("#keyboard-help")
    assert "Find" in words
    assert "Shift ×3" in words


def test_shortcuts_can_be_turned_off(page: Page) -> None:
    page.keyboard.press("?")
    page.uncheck("[data-shortcut-switch]")
    page.keyboard.press("Escape")
    page.keyboard.press("2")
    assert page.locator("input:checked").count() == 0


def test_a_digit_chooses_an_answer(page: Page) -> None:
    page.keyboard.press("2")
    assert page.locator("input[value=never]").is_checked()


def test_typing_a_digit_into_a_field_chooses_nothing(page: Page) -> None:
    page.fill("#field-find", "")
    page.type("#field-find", "2")
    assert page.input_value("#field-find") == "2"
    assert page.locator("input:checked").count() == 0


@pytest.mark.parametrize("way", ["click", "shift"])
def test_t09_the_way_out_leaves_for_a_neutral_page_and_out_of_history(page: Page, way: str) -> None:
    page.route("**/s/leave", lambda route: route.fulfill(body="weather"))
    if way == "click":
        page.click("[data-quick-exit]")
    else:
        for _ in range(3):
            page.keyboard.press("Shift")
    page.wait_for_url("**/s/leave")
    page.go_back()
    assert "Leave this page now" not in page.content()


def test_quick_exit_is_the_first_stop_of_the_tab_key(page: Page) -> None:
    page.keyboard.press("Tab")
    assert "Leave this page now" in page.evaluate("document.activeElement.textContent")


def test_a_form_that_came_back_puts_the_focus_on_what_is_wrong(page: Page) -> None:
    page.click("text=Save")
    page.wait_for_selector("[role=alert]:focus")
    page.click("a[href='#field-worried']")
    assert page.evaluate("document.activeElement.id") == "field-worried"


def test_a_form_is_sent_once_however_often_one_clicks(page: Page, sample_app: Application) -> None:
    page.evaluate("const b = document.querySelector('main form button'); b.click(); b.click(); b.click()")
    page.wait_for_selector("[role=alert]")
    assert sample_app.extensions["sample_sent"] == ["sent"]


def test_a_whole_page_that_answers_a_part_replaces_the_page_not_the_part(page: Page) -> None:
    page.click("text=Fetch")
    page.wait_for_selector("h1:has-text('It moved on')")
    assert page.locator("h1").count() == 1
    assert page.locator("#part #main").count() == 0


def test_a_link_to_a_folded_form_opens_it_and_the_hands_go_on_there(page: Page) -> None:
    page.evaluate("location.hash = 'decline'")
    page.wait_for_function("document.activeElement.id === 'why'")
    assert page.locator("#decline").get_attribute("open") is not None
