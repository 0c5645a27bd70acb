"""T29: a production start refuses what is unfit, with one clear line for each reason."""

import os
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import event, text

from referral.demo.models import Demonstration
from referral.foundation import start
from referral.foundation.database import Database
from referral.foundation.settings import Settings, SettingsError
from tests.factories.fixtures import NOW, SEED

GOOD = {
    "REFERRAL_ENV": "production",
    "SECRET_KEY": "vW8kq2Zr-5tYx_1nB7mL0cPd4sHf9gJa",
    "DATABASE_URL": "postgresql://db.example/referral",
    "REDIS_URL": "redis://queue.example",
    "PUBLIC_BASE_URL": "https://referral.example",
    "TRUSTED_PROXIES": "1",
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": "a token",
    "TWILIO_FROM": "+19195550100",
}


def test_t29_a_complete_environment_is_accepted(tmp_path) -> None:
    assert Settings.from_environment(GOOD | {"REFERRAL_HOME": str(tmp_path)}).is_production


@pytest.mark.parametrize(
    ("name", "value", "named"),
    [
        ("SECRET_KEY", "", "SECRET_KEY"),
        ("SECRET_KEY", "short", "SECRET_KEY"),
        ("SECRET_KEY", "changemechangemechangemechangeme", "SECRET_KEY"),
        ("FLASK_DEBUG", "1", "FLASK_DEBUG"),
        ("DATABASE_URL", "", "DATABASE_URL"),
        ("REDIS_URL", "", "REDIS_URL"),
        ("PUBLIC_BASE_URL", "http://referral.example", "PUBLIC_BASE_URL"),
        ("TRUSTED_PROXIES", "0", "TRUSTED_PROXIES"),
        ("TWILIO_AUTH_TOKEN", "", "TWILIO_AUTH_TOKEN"),
        ("TWILIO_API_BASE", "http://127.0.0.1:5100", "TWILIO_API_BASE"),
        ("SECOND_FACTOR", "off", "SECOND_FACTOR"),
    ],
)
def test_t29_one_unfit_setting_is_one_line_that_names_it(tmp_path, name: str, value: str, named: str) -> None:
    with pytest.raises(SettingsError) as refused:
        Settings.from_environment(GOOD | {"REFERRAL_HOME": str(tmp_path), name: value})
    assert len(str(refused.value).splitlines()) == 1
    assert named in str(refused.value)


def test_t29_every_reason_is_said_at_once(tmp_path) -> None:
    unfit = GOOD | {"REFERRAL_HOME": str(tmp_path), "SECRET_KEY": "short", "FLASK_DEBUG": "1", "REFERRAL_DEMO": "1"}
    with pytest.raises(SettingsError) as refused:
        Settings.from_environment(unfit)
    lines = str(refused.value).splitlines()
    assert [line.split()[0] for line in lines] == ["SECRET_KEY", "FLASK_DEBUG", "SECOND_FACTOR", "REFERRAL_DEMO"]


@pytest.fixture
def earnest(settings: Settings) -> Settings:
    return replace(settings, is_production=True)


def signed_in_as(role: str, database: Database) -> Database:
    """Return the database as if this role had signed in."""
    found = Database(database.url)

    def sign_in(connection, _record) -> None:
        connection.execute(f"SET SESSION AUTHORIZATION {role}")
        connection.execute("SET ROLE referral_app")
        connection.commit()

    event.listen(found.engine, "connect", sign_in)
    return found


@pytest.fixture
def fit(committed_database: Database) -> Iterator[Database]:
    """The database as the program's own role signs in."""
    database = signed_in_as("referral_app", committed_database)
    yield database
    database.dispose()


def test_t29_the_programs_own_role_and_an_empty_database_are_accepted(earnest, fit) -> None:
    start.check(earnest, fit)


@pytest.fixture
def both(committed_database: Database) -> Iterator[str]:
    """A role that is the program's and the owner's at once."""
    name = f"referral_start_{os.getpid()}"
    with committed_database.engine.connect() as connection:
        connection.execute(text("RESET ROLE"))
        connection.execute(text(f"CREATE ROLE {name} LOGIN NOINHERIT IN ROLE referral_app, referral_owner"))
        connection.commit()
        yield name
        connection.execute(text(f"DROP ROLE {name}"))
        connection.commit()


def test_t29_a_role_that_may_become_the_owner_is_refused(earnest, committed_database, both) -> None:
    database = signed_in_as(both, committed_database)
    with pytest.raises(SettingsError, match="owns tables") as refused:
        start.check(earnest, database)
    assert len(str(refused.value).splitlines()) == 1
    database.dispose()


def test_t29_a_role_that_is_not_the_programs_is_refused_in_words(committed_database) -> None:
    database = signed_in_as("referral_owner", committed_database)
    assert [line for line in start.database_problems(database) if "may not work as referral_app" in line]
    database.dispose()


def test_t29_the_demonstration_is_refused(earnest, fit) -> None:
    with fit.transaction(SEED) as session:
        session.add(Demonstration(number=7, today=NOW.date(), people_wanted=1, people_done=1))
    with pytest.raises(SettingsError, match="demonstration"):
        start.check(earnest, fit)


def test_t29_a_superuser_who_could_go_around_the_walls_is_refused(earnest, committed_database) -> None:
    problems = start.database_problems(committed_database)
    assert any("BYPASSRLS" in line for line in problems)
    with pytest.raises(SettingsError, match="superuser"):
        start.check(earnest, committed_database)


def test_t29_the_same_database_is_fine_for_a_demonstration(settings, committed_database) -> None:
    start.check(settings, committed_database)
