"""What is known of a person never stands in an address: addresses are logged, remembered and sent on."""

import re
from pathlib import Path

import pytest
from flask import Flask

from tests.house.source import ROOT

TEMPLATES = ROOT / "templates"
PAGES = sorted(TEMPLATES.rglob("*.html"))
NAMES = [path.relative_to(TEMPLATES).as_posix() for path in PAGES]

PERSONAL = frozenset(
    {"name", "given_name", "family_name", "called", "birth_on", "phone", "email", "member_id", "line_1", "note"}
)
FORM = re.compile(
    r"<form\b(?P<plain>(?:[^>]|\{\{.*?\}\})*)>.*?</form>"
    r"|\{% call (?P<macro>ui\.(?:form|filters)\(.*?\)) %\}(?P<body>.*?)\{% endcall %\}",
    re.DOTALL,
)
FIELD = re.compile(r"ui\.\w+\(form, \"(\w+)\"|\bname=\"(\w+)[\".]")
URL = re.compile(r"(?:url_for|reachable)\((.*?)\) ?(?:\}\}|or|if|,|\))", re.DOTALL)


def is_by_address(form: re.Match[str]) -> bool:
    """Tell whether the browser puts the fields of this form into the address."""
    if form["plain"] is not None:
        return 'method="post"' not in form["plain"]
    return form["macro"].startswith("ui.filters") or 'method="get"' in form["macro"]


def asked_by_address(text: str) -> set[str]:
    """Return the fields about a person that a template's forms put into an address."""
    forms = [form for form in FORM.finditer(text) if is_by_address(form)]
    return {field for form in forms for pair in FIELD.findall(form[0]) for field in pair} & PERSONAL


@pytest.mark.parametrize("path", PAGES, ids=NAMES)
def test_no_form_puts_what_is_known_of_a_person_into_an_address(path: Path) -> None:
    assert asked_by_address(path.read_text(encoding="utf-8")) == set()


@pytest.mark.parametrize("path", PAGES, ids=NAMES)
def test_no_link_carries_what_is_known_of_a_person(path: Path) -> None:
    carried = {
        word
        for url in URL.findall(path.read_text(encoding="utf-8"))
        for word in re.findall(r"[\"']?(\w+)(?:\.\w+)?[\"']? ?(?:=|:)", url)
    }
    assert carried & PERSONAL == set()


@pytest.mark.parametrize("path", PAGES, ids=NAMES)
def test_no_part_of_a_page_is_fetched_with_the_fields_of_a_form_in_its_address(path: Path) -> None:
    tags = re.findall(r"<\w+\b(?:[^>]|\{\{.*?\}\})*>", path.read_text(encoding="utf-8"))
    assert [tag for tag in tags if "hx-get" in tag and ("hx-include" in tag or tag.startswith("<form"))] == []


def test_no_program_asks_for_a_person_by_an_address(app: Flask) -> None:
    document = app.test_client().get("/openapi.json").json
    assert document is not None
    deeds = [part for item in document["paths"].values() for part in item.values() if isinstance(part, dict)]
    named = {parameter["name"] for deed in deeds for parameter in deed.get("parameters", ())}
    assert {"after", "limit"} <= named, "the document names its parameters here"
    assert named & PERSONAL == set()


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ('<form action="/x" method="get"><input name="phone"></form>', {"phone"}),
        ('<form action="/x"><input name="birth_on.year"></form>', {"birth_on"}),
        ('{% call ui.filters(url_for("x")) %}{{ ui.text(form, "family_name", "Name") }}{% endcall %}', {"family_name"}),
        ('{% call ui.form("", method="get") %}{{ ui.text(form, "member_id", "Id") }}{% endcall %}', {"member_id"}),
        ('{% call ui.form("") %}{{ ui.text(form, "member_id", "Id") }}{% endcall %}', set()),
        ('<form method="post"><input name="name"></form>', set()),
    ],
)
def test_the_look_at_forms_finds_what_it_looks_for(template: str, found: set[str]) -> None:
    assert asked_by_address(template) == found
