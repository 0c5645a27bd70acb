"""What the program is made of: licenses that we may ship, a bill of materials, and rules about the code (T30).

ruff refuses formatted SQL, raw HTML, requests without a time-out, shells, pickle, eval, unsafe YAML and secrets in the
code (its S rules, from bandit) and a clock without a zone (DTZ). Here stands what it does not look at.
"""

import ast
import json
import re
import subprocess
import sys
import tomllib
from importlib.metadata import Distribution, distributions
from pathlib import Path

import pytest

from tests.house.source import ROOT, calls, files, name_of, tree

MAY_SHIP = re.compile(r"MIT|BSD|Apache|ISC|PSF|Python Software Foundation|MPL|Mozilla|0BSD|Zlib|CNRI|CC0|Unlicense")
OWN = {"referral"}
WITH_CONDITIONS = {
    "psycopg": "LGPL: used as it is, replaceable, its source is public",
    "psycopg-binary": "LGPL: used as it is, replaceable, its source is public",
    "djlint": "GPL: lints templates while we work, is not part of the program",
    "axe-playwright-python": "MIT in its repository, not in its metadata; checks pages in tests",
}
RULES_OF_RUFF = {"S", "DTZ", "BLE", "T10"}
S_MAY_SLEEP = {"tests/**", "bench/**", "referral/foundation/rls.py", "migrations/**"}
CALLS_OUT = {"referral/foundation/outbound.py", "referral/messaging/twilio.py", "referral/accounts/oidc.py"}
"""The rule itself, the carrier (a fixed address, and only errors by name), and sign-in, which goes through the rule."""


def license_of(package: Distribution) -> str:
    """Return the license as a package tells it: an expression, a classifier, or words."""
    said = package.metadata
    classes = [text for text in said.get_all("Classifier", []) if text.startswith("License ::")]
    return str(said.get("License-Expression") or " ".join(classes) or said.get("License") or "").split("\n")[0]


def test_t30_every_package_has_a_license_that_we_may_ship() -> None:
    packages = {package.metadata["Name"]: license_of(package) for package in distributions()}
    unclear = {name: said for name, said in packages.items() if not MAY_SHIP.search(said) or "GPL" in said}
    assert len(packages) > 50
    assert unclear.keys() - OWN <= WITH_CONDITIONS.keys(), unclear


def test_t30_nothing_of_the_gpl_is_needed_to_run() -> None:
    needed = {re.split("[=;@ ]", line)[0] for line in (ROOT / "requirements.txt").read_text().splitlines()}
    assert {"flask", "psycopg"} <= {name.lower() for name in needed}
    assert not {"djlint", "axe-playwright-python"} & needed


def test_t30_every_package_to_run_is_pinned_with_its_hash() -> None:
    text = (ROOT / "requirements.txt").read_text().replace("\\\n", " ")
    pinned = [line for line in text.splitlines() if re.match(r"[A-Za-z]", line)]
    assert pinned
    assert [line for line in pinned if "==" not in line or "--hash=sha256:" not in line] == []


@pytest.mark.full
def test_t30_the_bill_of_materials_names_every_package_to_run(tmp_path: Path) -> None:
    file = tmp_path / "sbom.json"
    make = [sys.executable, "-m", "cyclonedx_py", "requirements", "requirements.txt", "-o", str(file)]
    subprocess.run(make, cwd=ROOT, check=True, capture_output=True)
    named = {part["name"].lower() for part in json.loads(file.read_text())["components"]}
    asked = {
        line.split("==")[0].lower() for line in (ROOT / "requirements.txt").read_text().splitlines() if "==" in line
    }
    assert {name.split("[")[0] for name in asked} - {name.split("[")[0] for name in named} == set()
    assert "sbom:" in (ROOT / "Makefile").read_text()


def test_t30_the_linters_rules_about_safety_are_on_and_nobody_turns_them_off_at_large() -> None:
    lint = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["ruff"]["lint"]
    assert set(lint["select"]) >= RULES_OF_RUFF
    assert [rule for rule in lint["ignore"] if re.match(r"(S|DTZ|BLE)\d", rule)] == []
    asleep = {place for place, rules in lint["per-file-ignores"].items() if any(re.match(r"S\d*$", r) for r in rules)}
    assert asleep <= S_MAY_SLEEP


def test_t30_a_rule_of_safety_is_silenced_with_a_reason_only() -> None:
    silenced = [
        f"{name_of(path)}: {line.strip()}"
        for path in files()
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.search(r"noqa: .*\b(S|DTZ|BLE)\d+", line) and not re.search(r"noqa: [A-Z0-9, ]+(--|  #) \S", line)
    ]
    assert silenced == []


def test_t30_no_template_writes_html_as_it_comes() -> None:
    templates = [
        p for p in (ROOT / "templates").rglob("*.*") if re.search(r"\|\s*safe\b|autoescape false", p.read_text())
    ]
    assert templates == []


def test_t30_nobody_turns_off_the_check_of_a_certificate_or_reads_xml_unguarded() -> None:
    unchecked = [
        f"{name_of(path)}: {ast.unparse(call)}"
        for path in files()
        for call in calls(path, "get", "post", "put", "request", "Session", "Client")
        for word in call.keywords
        if word.arg == "verify" and isinstance(word.value, ast.Constant) and word.value.value is False
    ]
    assert unchecked == []
    parsers = {"xml.etree", "xml.sax", "xml.dom", "lxml"}
    assert [(where, what) for where, what in imported() if what.startswith(tuple(parsers))] == []


def test_t30_only_one_place_calls_addresses_that_somebody_typed_in() -> None:
    calling = {where for where, what in imported() if what.split(".")[0] in {"requests", "urllib3", "httpx", "aiohttp"}}
    assert "referral/foundation/outbound.py" in calling
    assert calling <= CALLS_OUT


def imported() -> list[tuple[str, str]]:
    """Return which file imports what."""
    found = []
    for path in files():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Import):
                found += [(name_of(path), name.name) for name in node.names]
            elif isinstance(node, ast.ImportFrom):
                found.append((name_of(path), node.module or ""))
    return found
