"""Rules about the code that no linter knows."""

import ast
import re

import pytest

from tests.house.source import ROOT, calls, files, name_of, tree

MAY_COMMIT = {
    "referral/web/transaction.py",  # one transaction a request
    "referral/worker.py",
    "referral/cli.py",
    "referral/foundation/database.py",  # `transaction`, and the role a connection takes
    "referral/foundation/migrations.py",
}
LOOKS_BEYOND_ITS_ASKER = {
    "referral/audit/queries/log.py": "deeds without whom they were about, and how far the log is sealed",
    "referral/billing/service/checking.py": "caps and consents of a member, over every organization and plan",
    "referral/billing/queries/billed_people.py": "name, birth and member id of who stands on one's own bills",
    "referral/billing/queries/deliveries.py": "which program a delivery is of, also where its authorization is closed",
    "referral/billing/service/decisions.py": "the same when the plan judges, under the member's lock",
    "referral/billing/service/invoices.py": "an invoice moves whole, also with lines that its reader may not read",
    "referral/billing/service/payments.py": "a bill is paid whole, and is evidence on referrals that stay closed",
    "referral/billing/service/reversals.py": "and is taken back whole, there too, when the bill is void",
    "referral/people/service/access.py": "what a consent opened closes, also to whom the asker knows nothing of",
    "referral/people/service/disclosing.py": "who took somebody in, so that what others open stands in the account",
    "referral/people/service/emergencies.py": "whom an emergency names exactly, once its reason is on record",
    "referral/people/service/intake.py": "somebody whom a search showed agrees to be opened here",
    "referral/people/service/persons.py": "who is likely the same person, in the whole network",
    "referral/referrals/queries/nameless.py": "number or code of whom a closed referral is about, for one's own bills",
    "referral/referrals/service/restricted.py": "how many safety items a team holds, for its supervisor: a number only",
    "referral/programs/service/grounds.py": "whether permissions, membership and enrollment stand: yes or no",
    "referral/billing/service/contracts.py": "whether a contract may end although something was delivered: yes or no",
    "referral/billing/service/prices.py": "whether a service is billed for a day already: yes or no",
    "referral/programs/service/authorizations.py": "what is left of the plan's budget answers at once",
}
"""Every place inside somebody's request that sees more than its asker, and what it decides by that."""
NAMES_THE_ASKER = {
    "referral/foundation/database.py",
    "referral/foundation/elevation.py",
    "referral/web/transaction.py",
}
JUNK_DRAWERS = {"util", "utils", "helper", "helpers", "common", "misc", "shared", "base", "core"}
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|NotImplementedError")


def test_only_the_edge_commits() -> None:
    committing = {
        name_of(path) for path in files() if any(calls(path, "commit")) and not name_of(path).endswith("commands.py")
    }
    assert {name for name in committing if not name.startswith("referral/demo/")} <= MAY_COMMIT


def test_few_and_known_places_see_more_than_their_asker() -> None:
    looking = {name_of(path) for path in files() if any(calls(path, "seeing_all"))}
    assert looking == LOOKS_BEYOND_ITS_ASKER.keys()


def test_the_asker_changes_only_at_the_edge_and_in_elevation() -> None:
    changing = {name_of(path) for path in files() if any(calls(path, "become"))}
    assert changing <= NAMES_THE_ASKER


def test_no_module_is_a_junk_drawer() -> None:
    names = {part for path in files() for part in path.relative_to(ROOT).with_suffix("").parts}
    assert names & JUNK_DRAWERS == set()


def test_there_are_no_signals_and_no_events_for_business() -> None:
    importing = [name_of(path) for path in files() if "blinker" in path.read_text(encoding="utf-8")]
    listening = [name_of(path) for path in files() if any(calls(path, "listens_for", "event.listen"))]
    assert importing == []
    assert listening == ["referral/foundation/database.py"]


def test_nothing_is_left_unfinished() -> None:
    found = [
        f"{name_of(path)}:{number}"
        for path in files()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if UNFINISHED.search(line)
    ]
    assert found == []


def test_rules_never_ask_what_time_it_is() -> None:
    asking = [
        f"{name_of(path)}: {ast.unparse(call)}"
        for path in files()
        if "/rules" in name_of(path)
        for call in calls(path, "now", "today", "utcnow", "time.time")
    ]
    assert asking == []


def test_services_never_see_http_and_never_print() -> None:
    printing = [name_of(path) for path in files() if "/service" in name_of(path) and any(calls(path, "print"))]
    assert printing == []


@pytest.mark.parametrize("folder", ["service", "rules"])
def test_deeds_and_rules_have_one_sentence_that_says_what_they_do(folder: str) -> None:
    silent = [
        f"{name_of(path)}: {node.name}"
        for path in files()
        if f"/{folder}" in name_of(path)
        for node in tree(path).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
        if not ast.get_docstring(node)
    ]
    assert silent == []


def test_no_file_is_longer_than_a_person_reads() -> None:
    long = [f"{name_of(path)}: {lines}" for path in files() if (lines := len(path.read_text().splitlines())) > 400]
    assert long == []
