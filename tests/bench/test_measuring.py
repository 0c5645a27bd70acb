"""The measurement itself: it records what a request sends and sends the same again, changing nothing."""

from collections.abc import Sequence

import psycopg
import pytest
from sqlalchemy import select, text

from bench.goals import at_least, at_most
from bench.measure import Deed, Statement, measure, recorded, replay
from referral.foundation.database import Database
from referral.foundation.principal import system
from referral.organizations.models import Network

BENCH = system("bench")


def ask(database: Database, name: str = "nobody") -> None:
    with database.transaction(BENCH) as session:
        session.execute(select(Network.name).where(Network.name == name)).all()


def test_what_a_request_sends_is_recorded_in_order_with_its_principal(engine_database: Database) -> None:
    with recorded(engine_database.engine) as statements:
        ask(engine_database, "Somewhere")
    (named, settings), (asked, parameters) = statements
    assert "set_config" in named
    assert "system:bench" in settings.values()
    assert "FROM network" in asked
    assert parameters == {"name_1": "Somewhere"}


def test_recording_ends_with_its_block(engine_database: Database) -> None:
    with recorded(engine_database.engine) as statements:
        pass
    ask(engine_database)
    assert statements == []


def test_a_replay_sends_the_same_statements_and_takes_them_back(engine_database: Database) -> None:
    with engine_database.engine.connect() as connection:
        before = connection.scalar(text("SELECT count(*) FROM job"))
    add = (
        "INSERT INTO job (key, task, arguments, run_at, attempts) VALUES (%(key)s, 'x', '{}', now(), 0)",
        {"key": "k"},
    )
    assert replay(engine_database.engine, [add]) > 0
    with pytest.raises(psycopg.errors.UniqueViolation):
        replay(engine_database.engine, [add, add])  # it really arrives
    with engine_database.engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM job")) == before


def test_a_figure_counts_the_statements_of_one_request(engine_database: Database) -> None:
    figure = measure("asking", lambda: ask(engine_database), engine_database.engine, rounds=2, warm_up=1)
    assert figure.statements == 2
    assert figure.hand_ratio is None
    assert figure.ratio == figure.page_ms / figure.sql_ms


def test_a_page_by_hand_is_given_the_statements_that_were_recorded(engine_database: Database) -> None:
    given: list[str] = []

    def by_hand(statements: Sequence[Statement]) -> Deed:
        given.extend(statement for statement, _ in statements)
        return lambda: None

    measure("asking", lambda: ask(engine_database), engine_database.engine, by_hand=by_hand, rounds=2)
    assert [("FROM network" in statement) for statement in given] == [False, True]


@pytest.mark.parametrize(("found", "is_met"), [(1.0, True), (1.25, True), (1.26, False)])
def test_a_bound_from_above_is_met_up_to_its_value(found: float, is_met: bool) -> None:
    goal = at_most(1.25, found, "×")
    assert goal is not None
    assert goal.is_met is is_met


@pytest.mark.parametrize(("found", "is_met"), [(0.59, False), (0.6, True)])
def test_a_bound_from_below_is_met_from_its_value_on(found: float, is_met: bool) -> None:
    assert at_least(0.6, found, "×").is_met is is_met
