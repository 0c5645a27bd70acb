"""A town of a few people, told once for all tests of the demonstration."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from sqlalchemy.orm import Session

from referral.demo import seeding
from referral.demo.network import FOUNDER
from referral.foundation import clock
from referral.foundation.database import Database
from referral.foundation.settings import Settings
from tests import conftest as servers
from tests.factories.fixtures import NOW

PEOPLE = 16


@contextmanager
def founded(name: str, processes: int, people: int = PEOPLE) -> Iterator[Database]:
    """Tell the town into a database of its own, with real commits."""
    servers._create(name, servers.TEMPLATE)
    database = Database(servers._url_of(name), statement_timeout_ms=600_000)
    with clock.standing_at(NOW):
        seeding.fill(database, people=people, processes=processes)
    yield database
    database.dispose()
    with psycopg.connect(servers._url_of("postgres"), autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())


@pytest.fixture(scope="module")
def town(settings: Settings, worker_id: str) -> Iterator[Database]:
    """The town's database."""
    with founded(f"referral_test_town_{worker_id}", processes=1) as database:
        yield database


@pytest.fixture(scope="module")
def twin_town(settings: Settings, worker_id: str) -> Iterator[Database]:
    """The same town, told anew by several processes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SECRET_KEY", settings.secret_key)
        with founded(f"referral_test_twin_town_{worker_id}", processes=2) as database:
            yield database


@pytest.fixture
def reading(town: Database) -> Iterator[Session]:
    """A session that sees all of the town."""
    with town.transaction(FOUNDER) as session:
        yield session
