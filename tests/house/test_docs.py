"""What the documents say is what the program does."""

import re
from pathlib import Path

import click
import pytest

from referral.cli import cli
from referral.web.transaction import Application
from tests.house.printing import doors
from tests.house.source import PROGRAM, ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])


def test_every_setting_is_explained() -> None:
    source = (PROGRAM / "foundation" / "settings.py").read_text(encoding="utf-8")
    names = set(re.findall(r"environment(?:\.get\(|, )\"([A-Z_]+)\"", source))
    assert len(names) > 10
    assert {name for name in names if f"`{name}`" not in README} == set()


def commands(group: click.Group, path: str = "") -> list[str]:
    found: list[str] = []
    for name, command in group.commands.items():
        full = f"{path} {name}".strip()
        found += commands(command, full) if isinstance(command, click.Group) else [full]
    return found


def test_every_command_is_named_and_helps() -> None:
    assert [
        command for command in commands(cli) if f"`{command}`" not in README and f"referral {command}" not in README
    ] == []


def test_the_printed_doors_are_the_doors(app: Application) -> None:
    printed = (ROOT / "docs" / "doors.md").read_text(encoding="utf-8")
    assert printed == doors(app), "print it again: python -m tests.house.printing > docs/doors.md"


def test_decisions_are_numbered_without_a_gap() -> None:
    numbers = [int(path.name[:4]) for path in sorted((ROOT / "docs" / "adr").glob("*.md"))]
    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize("path", DOCUMENTS, ids=[path.relative_to(ROOT).as_posix() for path in DOCUMENTS])
def test_links_and_paths_in_documents_lead_somewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    links = [link.split("#")[0] for link in re.findall(r"\]\((?!https?:|mailto:)([^)]+)\)", text)]
    assert [link for link in links if link and not (path.parent / link).exists()] == []
    named = re.findall(r"`((?:referral|docs|tests|seed|templates|migrations|bench)/[\w./-]+\.\w+)`", text)
    assert [name for name in named if not (ROOT / name).exists()] == []
