"""The cascade expression counts what the rule counts, on DuckDB."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

import ibis
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from referral.equity.expressions import NEED_FACT, cascade_counts
from referral.equity.rules.cascade import STAGES, Stage, count_stages

NETWORK = str(UUID(int=1))


@pytest.fixture(scope="module")
def duckdb() -> Iterator[ibis.BaseBackend]:
    connection = ibis.duckdb.connect()
    yield connection
    connection.disconnect()


def episode(*reached: Stage, **columns: Any) -> dict[str, Any]:
    row: dict[str, Any] = dict.fromkeys(NEED_FACT.names)
    row |= {"episode_id": "e", "network_id": NETWORK, "need_on": date(2026, 3, 1), "level": 1}
    row |= {f"is_{stage}": stage in reached for stage in STAGES}
    return row | {"is_asked": False, "is_answered": False} | columns


def count(connection: ibis.BaseBackend, rows: list[dict[str, Any]], *by: str) -> list[dict[str, Any]]:
    table = ibis.memtable(rows, schema=NEED_FACT)
    found = connection.to_pyarrow(cascade_counts(table, by=by or ("race_ethnicity",)))
    return [dict(row) for row in found.to_pylist()]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sets(st.sampled_from(STAGES)), min_size=1, max_size=12))
def test_the_expression_and_the_rule_agree(reached: list[set[Stage]]) -> None:
    connection = ibis.duckdb.connect()
    rows = count(connection, [episode(*stages) for stages in reached])
    connection.disconnect()
    assert tuple(rows[0][stage] for stage in STAGES) == count_stages(reached)


def test_a_missing_group_is_unknown(duckdb: ibis.BaseBackend) -> None:
    rows = count(duckdb, [episode(Stage.SCREENED), episode(Stage.REFERRED, race_ethnicity="Asian")])
    assert [row["race_ethnicity"] for row in rows] == ["Asian", "unknown"]
    assert [row["referred"] for row in rows] == [1, 0]


def test_interpersonal_violence_is_counted_nowhere(duckdb: ibis.BaseBackend) -> None:
    rows = count(duckdb, [episode(Stage.SCREENED), episode(Stage.SCREENED, level=3)])
    assert [row["screened"] for row in rows] == [1]


def test_groups_can_be_crossed(duckdb: ibis.BaseBackend) -> None:
    rows = [episode(Stage.SCREENED, language=tongue, domain="food") for tongue in ("en", "es", "es")]
    found = count(duckdb, rows, "language", "domain")
    assert [(r["language"], r["domain"], r["screened"]) for r in found] == [("en", "food", 1), ("es", "food", 2)]


def test_who_was_asked_and_who_answered_is_counted(duckdb: ibis.BaseBackend) -> None:
    rows = [episode(Stage.RECEIVED, is_asked=True), episode(Stage.CONFIRMED, is_asked=True, is_answered=True)]
    found = count(duckdb, rows)
    assert (found[0]["asked"], found[0]["answered"], found[0]["confirmed"]) == (2, 1, 1)
