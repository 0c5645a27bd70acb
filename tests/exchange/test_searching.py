"""Searching for Tasks: the lists of both sides, narrowed as FHIR narrows, page by page."""

from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import event

from referral.exchange.fhir.searching import searched
from referral.exchange.fhir.statuses import MAPPED
from referral.foundation.database import Database
from referral.referrals.models import Referral
from referral.referrals.rules import Action, Status
from tests.exchange.conftest import Fhir
from tests.factories.referrals import Loop, a_listing

BASE = "https://fhir.example.org/fhir/R4"


def ids(bundle: dict[str, Any], kind: str = "Task") -> list[str]:
    found = (one["resource"] for one in bundle.get("entry", []))
    return [one["id"] for one in found if one["resourceType"] == kind]


def links(bundle: dict[str, Any]) -> dict[str, str]:
    return {link["relation"]: link["url"] for link in bundle["link"]}


def path_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path.removeprefix('/fhir/R4')}?{parts.query}"


@pytest.fixture
def two(loop: Loop, sent: Referral) -> list[str]:
    """A second referral of Maria's, accepted already, after the first that waits."""
    second = loop.send(a_listing(loop.session, loop.world.pantry, "Warm meals"))
    loop.do(second, Action.ACCEPT)
    loop.session.commit()
    return [str(sent.id), str(second.id)]


def test_each_side_finds_its_own_tasks(loop: Loop, fhir: Fhir, two: list[str]) -> None:
    for who in ("intake", "navigator"):
        bundle = fhir(loop.staff[who], "/Task").json
        assert (bundle["resourceType"], bundle["type"]) == ("Bundle", "searchset")
        assert ids(bundle) == two
        assert "total" not in bundle
        assert {one["search"]["mode"] for one in bundle["entry"]} == {"match"}
    assert ids(fhir(loop.staff["stranger"], "/Task").json) == []


def test_a_role_that_opens_no_list_is_told_so(loop: Loop, fhir: Fhir, two: list[str]) -> None:
    for who, path in (("lead", "/Task"), ("biller", "/Task"), ("intake", f"/Task?requester={loop.world.pantry.id}")):
        answer = fhir(loop.staff[who], path)
        assert (answer.status_code, answer.json["issue"][0]["code"]) == (403, "forbidden"), (who, path)


def test_what_a_list_shows_is_less_than_the_task_and_says_so(loop: Loop, fhir: Fhir, two: list[str]) -> None:
    loop.person.email = "maria@example.org"
    loop.session.commit()
    bundle = fhir(loop.staff["intake"], "/Task")
    assert {one["resource"]["meta"]["tag"][0]["code"] for one in bundle.json["entry"]} == {"SUBSETTED"}
    assert "maria@example.org" not in bundle.text
    read = fhir(loop.staff["intake"], f"/Task/{two[1]}")
    assert "maria@example.org" in read.text
    assert "tag" not in read.json["meta"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("status=requested", [0]),
        ("status=accepted", [1]),
        ("status=requested,accepted", [0, 1]),
        ("status=http://hl7.org/fhir/task-status|accepted", [1]),
        ("status=http://example.org|accepted", []),
        ("status=no-such-status", []),
        ("status:not=accepted", [0]),
        ("status:not=accepted,requested", []),
        ("status=requested&status:not=requested", []),
        ("code=fulfill", [0, 1]),
        ("code=http://hl7.org/fhir/CodeSystem/task-code|fulfill", [0, 1]),
        ("code=approve", []),
        ("owner={pantry}", [0, 1]),
        ("owner=Organization/{pantry}", [0, 1]),
        ("owner={base}/Organization/{pantry}", [0, 1]),
        ("owner=https://elsewhere.example/fhir/Organization/{pantry}", []),
        ("owner={shelter}", []),
        ("owner={shelter},{pantry}", [0, 1]),
        ("requester={center}", [0, 1]),
        ("requester={center}&owner={pantry}", [0, 1]),
        ("_id={first}", [0]),
        ("_id={first},{second}", [0, 1]),
        ("_id={first}&_id={second}", []),
        ("_id=no-id", []),
        ("focus=ServiceRequest/{second}", [1]),
        ("focus={second}&status=requested", []),
        ("patient={maria}", [0, 1]),
        ("patient=Patient/{maria}&status=accepted", [1]),
        ("patient={first}", []),
    ],
)
def test_a_parameter_narrows(loop: Loop, fhir: Fhir, app: Flask, two: list[str], asked: str, found: list[int]) -> None:
    base = f"{app.config['PUBLIC_BASE_URL']}/fhir/R4"
    world = {"pantry": loop.world.pantry.id, "shelter": loop.world.shelter.id, "center": loop.world.center.id}
    world |= {"maria": loop.person.id}
    query = asked.format(**world, base=base, first=two[0], second=two[1])
    assert ids(fhir(loop.staff["navigator"], f"/Task?{query}").json) == [two[place] for place in found]


def test_a_receiver_cannot_ask_whose_record_a_referral_belongs_to(loop: Loop, fhir: Fhir, two: list[str]) -> None:
    assert ids(fhir(loop.staff["intake"], f"/Task?patient={loop.person.id}").json) == []


@pytest.mark.parametrize("status", Status)
def test_each_status_is_found_by_its_task_status_and_by_no_other(status: Status) -> None:
    word = MAPPED[status].task
    assert status in searched([("status", word)], base=BASE).statuses
    assert status not in searched([("status:not", word)], base=BASE).statuses
    assert {MAPPED[one].task for one in searched([("status", word)], base=BASE).statuses} == {word}


def test_a_page_leads_to_the_next_one_until_there_is_none(loop: Loop, fhir: Fhir, two: list[str]) -> None:
    path, seen = "/Task?status=requested,accepted&_count=1&_nonsense=1", []
    for _ in range(3):
        bundle = fhir(loop.staff["intake"], path).json
        assert "_nonsense" not in str(bundle["link"]), "only what was used stands in the links"
        assert "_count=1" in links(bundle)["self"]
        seen += ids(bundle)
        if "next" not in links(bundle):
            break
        path = path_of(links(bundle)["next"])
    assert seen == two
    assert ids(bundle) == []


def test_the_request_of_each_task_is_included_when_asked_for(loop: Loop, fhir: Fhir, two: list[str]) -> None:
    bundle = fhir(loop.staff["navigator"], "/Task?_include=Task:focus").json
    assert ids(bundle) == ids(bundle, "ServiceRequest") == two
    modes = [(one["resource"]["resourceType"], one["search"]["mode"]) for one in bundle["entry"]]
    assert modes == [("Task", "match")] * 2 + [("ServiceRequest", "include")] * 2


def test_unknown_parameters_are_ignored_unless_strict_handling_is_preferred(
    loop: Loop, fhir: Fhir, two: list[str]
) -> None:
    nora, path = loop.staff["navigator"], "/Task?_sort=status&status=requested&_include=Task:output"
    bundle = fhir(nora, path).json
    assert ids(bundle) == two[:1]
    assert links(bundle)["self"].endswith("/Task?status=requested")
    strict = fhir(nora, path, headers={"Prefer": "return=minimal, handling=strict"})
    assert strict.status_code == 400
    assert "_sort, _include" in strict.json["issue"][0]["diagnostics"]
    assert fhir(nora, "/Task?status=requested", headers={"Prefer": "handling=strict"}).status_code == 200


@pytest.mark.parametrize("asked", ["_count=0", "_count=-1", "_count=x", "_count=¹", "_after=x"])
def test_a_parameter_that_cannot_be_read_is_named(loop: Loop, fhir: Fhir, asked: str) -> None:
    answer = fhir(loop.staff["navigator"], f"/Task?{asked}")
    assert (answer.status_code, answer.json["issue"][0]["expression"]) == (422, [asked.split("=", maxsplit=1)[0]])


def test_a_longer_list_asks_the_database_no_oftener(loop: Loop, fhir: Fhir, sent: Referral, database: Database) -> None:
    asked: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    fhir(loop.staff["intake"], "/Task")  # whoever uses a door for the first time in an hour is counted
    counts = []
    event.listen(database.engine, "before_cursor_execute", count)
    try:
        for name in ("Warm meals", "Cold meals"):
            asked.clear()
            fhir(loop.staff["intake"], "/Task?_include=Task:focus")
            counts.append(len(asked))
            loop.send(a_listing(loop.session, loop.world.pantry, name))
            loop.session.commit()
    finally:
        event.remove(database.engine, "before_cursor_execute", count)
    assert counts[0] == counts[1]
