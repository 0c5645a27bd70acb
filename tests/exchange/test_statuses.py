"""The tables of the facts are the program's: how each status reads in FHIR, and which may follow which."""

import csv
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from referral.exchange.fhir.statuses import FOLLOWING, MAPPED, TASK_STATUSES
from referral.exchange.fhir.systems import REFERRAL_STATUS
from referral.referrals.rules import Status
from referral.web.transaction import Application
from tests.exchange.conftest import Fhir
from tests.exchange.standing import ASKS, PAUSED, standing
from tests.factories.referrals import Loop

DATA = Path(__file__).parent / "data"


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


MAPPING = rows("status_mapping")
PAIRS = {(row["from"], row["to"]): row["set_by"] for row in rows("referral_task_transitions")}
EVERY = sorted(TASK_STATUSES)
FIRST = {MAPPED[status].task: status for status in reversed(Status)}
"""Task.status -> the first of our statuses that it stands for."""


def set_by(source: str, target: str) -> set[str]:
    """Return who may set the status, by the guide's table."""
    who = PAIRS.get((source, target), "")
    if target == "entered-in-error" and source != target:
        who = PAIRS["(any)", target]
    return {party for party in ("requester", "owner") if party in who}


def test_the_tables_name_every_status() -> None:
    assert {row["referral_status"] for row in MAPPING} == set(Status)
    assert {source for source, _ in PAIRS if not source.startswith("(")} | {target for _, target in PAIRS} == set(EVERY)


@pytest.mark.parametrize("row", MAPPING, ids=[row["referral_status"] for row in MAPPING])
def test_a_referral_reads_as_its_row_says(loop: Loop, fhir: Fhir, row: dict[str, str]) -> None:
    referral = standing(loop, Status(row["referral_status"]))
    read = fhir(loop.staff["navigator"], f"/Task/{referral.id}").json
    assert read["status"] == row["task_status"]
    codings = read.get("businessStatus", {}).get("coding", [])
    business = row["business_status"]
    assert codings == ([{"system": REFERRAL_STATUS, "code": business}] if business else [])
    if row["status_reason_text"] == "should":
        assert read["statusReason"]["text"]
    assert len(read.get("output", [])) == (1 if row["task_status"] == "completed" else 0)
    request = fhir(loop.staff["navigator"], f"/ServiceRequest/{referral.id}").json
    ends = {"completed": "completed", "draft": "draft", "entered-in-error": "entered-in-error"}
    revoked = {"cancelled", "rejected", "failed"}
    expected = "revoked" if row["task_status"] in revoked else ends.get(row["task_status"], "active")
    assert request["status"] == expected


@pytest.mark.parametrize("source", EVERY)
def test_the_table_of_the_program_is_the_table_of_the_guide(source: str) -> None:
    assert FOLLOWING[source] == {target for target in EVERY if set_by(source, target)}


@pytest.mark.parametrize("source", EVERY)
def test_each_status_is_set_from_each_other_by_whom_the_guide_says_and_by_nobody_else(
    loop: Loop, fhir: Fhir, put: Fhir, app: Application, session: Session, source: str
) -> None:
    referral = standing(loop, FIRST[source])
    id_, before, wrong = referral.id, referral.version, []
    members = {"requester": loop.staff["navigator"], "owner": loop.staff["intake"]}
    sides = {who: one for who, one in members.items() if fhir(one, f"/Task/{id_}").status_code == 200}
    assert sides.keys() == ({"requester"} if source in {"draft", "entered-in-error"} else members.keys())
    session.commit()
    connection = app.extensions["database"].bind
    for target in EVERY:
        due = set_by(source, target)
        for party, member in sides.items():
            undone = connection.begin_nested()
            said = PAUSED if (source, target) == ("in-progress", "on-hold") else ASKS.get(target, {})
            answer = put(member, id_, status=target, **said)
            now = fhir(members["requester"], f"/Task/{id_}").json
            undone.rollback()
            expected = 200 if party in due else 403 if due else 422 if (source, target) == ("draft", "draft") else 409
            moved = (now["status"], now["meta"]["versionId"]) != (source, str(before))
            if answer.status_code != expected or moved != (expected == 200):
                wrong.append(f"{target} by the {party}: {answer.status_code}, not {expected} {answer.text}")
    assert wrong == []
