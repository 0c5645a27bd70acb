"""Pages work without script, by keyboard, and say one thing as their heading."""

import re
from pathlib import Path

import pytest

from tests.house.source import ROOT, files

TEMPLATES = ROOT / "templates"
PAGES = sorted(path for path in TEMPLATES.rglob("*.html"))
NAMES = [path.relative_to(TEMPLATES).as_posix() for path in PAGES]
COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)


def read(path: Path) -> str:
    return COMMENT.sub("", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", PAGES, ids=NAMES)
def test_a_template_holds_no_script_style_or_handler_of_its_own(path: Path) -> None:
    text = read(path)
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert not re.search(r"<style\b|\sstyle=", text)
    assert not re.search(r"\son[a-z]+=\"", text)
    assert "javascript:" not in text
    assert "hx-on" not in text


@pytest.mark.parametrize("path", PAGES, ids=NAMES)
def test_a_page_has_one_title_which_is_its_heading(path: Path) -> None:
    text = read(path)
    headings = len(re.findall(r"<h1\b", text))
    if 'extends "layout.html"' in text and "block heading" not in text:
        assert re.search(r"\{%-?\s*set title", text) or path.parent.name == "errors"
        assert headings == 0, "the layout draws the h1"
    else:
        assert headings <= 1


@pytest.mark.parametrize("path", PAGES, ids=NAMES)
def test_every_field_has_a_label(path: Path) -> None:
    outside_labels = re.sub(r"<label\b.*?</label>", "", read(path), flags=re.DOTALL)
    for tag in re.findall(r"<(?:input|select|textarea)\b(?:[^>]|\{\{.*?\}\})*>", outside_labels):
        assert re.search(r"\bid=|aria-label|type=\"hidden\"|type=\"submit\"", tag), tag


@pytest.mark.parametrize("path", PAGES, ids=NAMES)
def test_every_form_that_changes_something_carries_its_token(path: Path) -> None:
    for form in re.findall(r"<form\b.*?</form>", read(path), re.DOTALL):
        if re.search(r"method=\"post\"", form, re.IGNORECASE):
            assert "csrf_token" in form


@pytest.mark.parametrize("path", PAGES, ids=NAMES)
def test_nothing_is_marked_safe_by_hand(path: Path) -> None:
    assert not re.search(r"\|\s*safe\b", read(path))


def test_every_template_is_used() -> None:
    sources = [path.read_text(encoding="utf-8") for path in [*files(), *PAGES]]
    used = "\n".join(sources)
    unused = [
        name
        for name in NAMES
        if f'"{name}"' not in used
        and f"'{name}'" not in used
        and not name.startswith(("parts/", "errors/"))
        and name != "patterns.html"
    ]
    assert unused == []
