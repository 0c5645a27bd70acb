"""Real servers for every test: embedded ones, or those that DATABASE_URL and REDIS_URL name."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import make_url

from referral.app import create_app
from referral.foundation import embedded
from referral.foundation.database import Database
from referral.foundation.encryption import KEYRING
from referral.foundation.migrations import migrate
from referral.foundation.settings import Settings
from referral.web.transaction import Application

pytest_plugins = [
    "tests.factories.fixtures",
    "tests.factories.loops",
    "tests.factories.scratch",
    "tests.journeys.telling",
]

TEMPLATE = os.environ.get("REFERRAL_TEST_TEMPLATE", "referral_test_template")
_servers = ExitStack()


def pytest_configure(config: pytest.Config) -> None:
    """Start (or attach to) the servers once, in the controlling process, and migrate one template database."""
    if hasattr(config, "workerinput"):
        return
    home = Path(__file__).parents[1] / ".referral" / "test"
    given = Settings.from_environment({**os.environ, "REFERRAL_HOME": str(home)})
    settings = _servers.enter_context(embedded.running(given))
    is_embedded = not given.database_url
    admin = str(settings.owner_database_url)
    admin = embedded.with_user(admin, "postgres", "postgres") if is_embedded else admin
    os.environ["REFERRAL_TEST_ADMIN_URL"] = admin
    os.environ["REFERRAL_TEST_REDIS_URL"] = str(settings.redis_url)
    if is_embedded:
        _forgo_durability(admin)
    _create(TEMPLATE)
    migrate(_url_of(TEMPLATE))


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the servers that we started."""
    if not hasattr(config, "workerinput"):
        _servers.close()


def _forgo_durability(admin: str) -> None:
    with psycopg.connect(admin, autocommit=True) as connection:
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(f"ALTER SYSTEM SET {name} = off".encode())
        connection.execute("SELECT pg_reload_conf()")


def _url_of(name: str, user: str | None = None) -> str:
    url = make_url(os.environ["REFERRAL_TEST_ADMIN_URL"]).set(database=name)
    return (url.set(username=user) if user else url).render_as_string(hide_password=False)


def _create(name: str, template: str | None = None) -> None:
    with psycopg.connect(_url_of("postgres"), autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())
        connection.execute((f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{template}"' if template else "")).encode())


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Settings:
    """Settings over a fresh, migrated database of this test process."""
    name = f"referral_test_{os.getpid()}_{worker_id}"
    _create(name, TEMPLATE)
    base = Settings(home=tmp_path_factory.mktemp("home"), secret_key="x" * 40, has_second_factor=False)
    KEYRING.unlock(base.secret_key)
    return replace(
        base,
        database_url=_url_of(name),
        owner_database_url=_url_of(name),
        redis_url=os.environ["REFERRAL_TEST_REDIS_URL"],
    )


@pytest.fixture(scope="session")
def worker_id(request: pytest.FixtureRequest) -> str:
    """Name of the xdist worker, or `main`."""
    return str(getattr(request.config, "workerinput", {}).get("workerid", "main"))


@pytest.fixture(scope="session")
def engine_database(settings: Settings) -> Iterator[Database]:
    """The process's database with its pool; tests that need real commits use it directly (`committed_database`)."""
    database = Database(str(settings.database_url))
    yield database
    database.dispose()


@pytest.fixture
def database(engine_database: Database) -> Iterator[Database]:
    """A database whose every commit is undone after the test: one outer transaction, sessions in savepoints."""
    with engine_database.engine.connect() as connection:
        outer = connection.begin()
        engine_database.bind = connection
        yield engine_database
        engine_database.bind = engine_database.engine
        outer.rollback()


@pytest.fixture
def committed_database(settings: Settings) -> Iterator[Database]:
    """A database of its own, with real commits: for locks, parallel tries and the worker."""
    name = f"referral_test_{os.getpid()}_committed"
    _create(name, TEMPLATE)
    database = Database(_url_of(name))
    yield database
    database.dispose()
    with psycopg.connect(_url_of("postgres"), autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())


@pytest.fixture(scope="session")
def built_apps(settings: Settings, engine_database: Database) -> Callable[..., Application]:
    """Return the application under other settings, once a process for each: that takes longer than most tests."""

    @cache
    def under(**changed: Any) -> Application:
        return create_app(replace(settings, **changed), engine_database)

    return under


@pytest.fixture
def put_together(built_apps: Callable[..., Application], database: Database) -> Callable[..., Application]:
    """Return the application under other settings, over the isolated database; leave it as it was."""
    assert built_apps().extensions["database"] is database
    return built_apps


@pytest.fixture
def app(put_together: Callable[..., Application]) -> Iterator[Application]:
    """The application over the isolated database; what a test changes about it is put back."""
    built_app = put_together()
    changeable: list[dict[str, Any]] = [built_app.config, built_app.extensions, built_app.view_functions]
    before = [dict(part) for part in changeable]
    built_app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    yield built_app
    for part, was in zip(changeable, before, strict=True):
        part.clear()
        part.update(was)
