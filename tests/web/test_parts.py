"""The macros: every field labelled, every message at its field, nothing that the security policy refuses."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from flask import render_template, render_template_string

from referral.web import charts, chips
from referral.web.charts import Point
from referral.web.forms import FormState
from tests.factories.fixtures import NOW

TYPED = {
    "given_name": "<b>Ana</b>",
    "family_name": "",
    "birth_on": "1986-13-04",
    "worried": "sometimes",
    "needs": ["food"],
}
MESSAGES = {"family_name": ["Missing data for required field."], "birth_on": ["Not a valid date."], "_schema": ["No."]}


@pytest.fixture
def patterns(app) -> str:
    """The pattern library, with a form that came back."""
    points = [Point("Screened", 0.9, "A", 0.8, 0.95), Point("Served", None, "A")]
    with app.test_request_context("/"):
        return render_template(
            "patterns.html",
            broken_form=FormState(TYPED, MESSAGES),
            rows=[],
            events=[],
            born_on=date(1986, 4, 28),
            sent_at=NOW,
            price=Decimal("1234.50"),
            statuses=list(chips.STATUS_LOOKS),
            needs=list(chips.NEED_ICONS),
            cascade=charts.cascade("Cascade", "x", points),
            bars=charts.bars("Bars", "y", [Point("Food", 3)]),
            trend=charts.lines("Trend", "z", [Point("2026-01", 3)]),
        )


def test_the_pattern_library_holds_nothing_that_the_security_policy_refuses(patterns):
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=\"|javascript:", patterns)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", patterns))


def test_every_input_has_a_label(patterns):
    labels = set(re.findall(r'<label[^>]*\sfor="([^"]+)"', patterns))
    inputs = re.findall(r"<(?:input|select|textarea)\b[^>]*>", patterns)
    named = [re.search(r'\bid="([^"]+)"', tag) for tag in inputs if "hidden" not in tag and "data-shortcut" not in tag]
    assert named
    assert {found[1] for found in named if found} <= labels
    assert all(named)


def test_no_id_is_used_twice(patterns):
    ids = re.findall(r'\sid="([^"]+)"', patterns)
    assert sorted(ids) == sorted(set(ids))


def test_what_was_typed_comes_back_escaped(patterns):
    assert 'value="&lt;b&gt;Ana&lt;/b&gt;"' in patterns
    assert "<b>Ana" not in patterns


def test_a_message_is_linked_from_its_field_and_from_the_summary(patterns):
    assert 'href="#field-family_name"' in patterns
    field = re.search(r'<input[^>]*id="field-family_name"[^>]*>', patterns)[0]
    assert 'aria-describedby="field-family_name-error"' in field
    assert 'aria-invalid="true"' in field


def test_the_summary_calls_a_field_by_its_label(patterns):
    assert '<a href="#field-birth_on">Date of birth: Write a real date: month, day and year.</a>' in patterns


def test_the_digits_1_to_9_are_offered_where_asked(patterns):
    assert "data-digits" in patterns
    assert "<kbd>1</kbd>" in patterns


def test_a_form_that_changes_something_carries_its_token(app):
    with app.test_request_context("/"):
        page = render_template_string("{% call ui.form('/x') %}{% endcall %}{{ ui.post_button('Go', '/y') }}")
    assert page.count('name="csrf_token"') == 2


def test_a_chip_never_speaks_by_colour_alone(app):
    with app.test_request_context("/"):
        for status in chips.STATUS_LOOKS:
            chip = chips.status_chip(status)
            assert "<svg" in chip
            assert re.sub(r"<[^>]+>", "", chip).strip()


def test_an_unknown_macro_is_said_by_name(app):
    with app.test_request_context("/"), pytest.raises(Exception, match="no_such_part"):
        render_template_string("{{ ui.no_such_part() }}")


def test_every_icon_that_pages_use_is_in_the_sprite():
    sprite = Path("referral/web/static/vendor/uswds/img/sprite.svg")
    if not sprite.exists():
        pytest.skip("the browser assets were not fetched")
    drawn = {look.icon for look in chips.STATUS_LOOKS.values()} | set(chips.NEED_ICONS.values())
    known = set(re.findall(r'id="([a-z_0-9]+)"', sprite.read_text(encoding="utf-8")))
    assert drawn <= known


@pytest.mark.parametrize("status", [400, 403, 404, 409, 412, 413, 422, 428, 429, 500, 503])
def test_each_error_page_says_what_happened_and_what_to_do(app, status):
    with app.test_request_context("/"):
        page = render_template(
            f"errors/{status}.html", title="It did not work", detail="", errors={"units": ["Write a number."]}
        )
    assert "What you can do" in page
    assert "<li>" in page.split("What you can do")[1]
