"""The ground to measure on: a database with the demonstration, of which every run takes a copy and throws it away."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import psycopg
from flask.testing import FlaskClient
from sqlalchemy import make_url

from bench.floors import stand_by
from referral.app import create_app
from referral.demo import seeding
from referral.demo.staff import PASSWORD
from referral.foundation import embedded
from referral.foundation.database import Database
from referral.foundation.encryption import KEYRING
from referral.foundation.migrations import migrate
from referral.foundation.progress import bar
from referral.foundation.settings import Settings
from referral.web.transaction import Application

KEPT = "referral_bench"
COPY = "referral_bench_run"


@dataclass(frozen=True)
class Ground:
    """The application over the run's copy of the demonstration."""

    app: Application
    database: Database

    def signed_in(self, name: str) -> FlaskClient:
        """Return a browser of one of the demonstration's staff; raises RuntimeError when the sign-in fails."""
        client = self.app.test_client()
        answer = client.post("/sign-in", data={"email": f"{name}@demo.example", "password": PASSWORD})
        if answer.status_code != 303:
            raise RuntimeError(f"{name} could not sign in: {answer.status}")
        return client


@contextmanager
def ground(people: int) -> Iterator[Ground]:
    """Seed the kept database if it lacks people, then measure on a fresh copy of it."""
    home = Settings.from_environment().home / "bench"
    given = Settings.from_environment({**os.environ, "REFERRAL_HOME": str(home)})
    with embedded.running(given) as settings:
        admin = str(settings.owner_database_url)
        admin = admin if given.database_url else embedded.with_user(admin, "postgres", "postgres")
        KEYRING.unlock(settings.secret_key)
        _keep_seeded(admin, people)
        _statement(admin, f'DROP DATABASE IF EXISTS "{COPY}" WITH (FORCE)')
        _statement(admin, f'CREATE DATABASE "{COPY}" TEMPLATE "{KEPT}"')
        database = Database(_named(admin, COPY), statement_timeout_ms=60_000)
        try:
            _statement(_named(admin, COPY), "VACUUM ANALYZE")
            measured = replace(settings, database_url=_named(admin, COPY), has_second_factor=False)
            yield Ground(_application(measured, database), database)
        finally:
            database.dispose()
            _statement(admin, f'DROP DATABASE IF EXISTS "{COPY}" WITH (FORCE)')


def _application(settings: Settings, database: Database) -> Application:
    app = create_app(settings, database)
    app.config.update(WTF_CSRF_ENABLED=False)
    stand_by(app)
    return app


def _keep_seeded(admin: str, people: int) -> None:
    with psycopg.connect(admin, autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (KEPT,)).fetchone() is None:
            connection.execute(f'CREATE DATABASE "{KEPT}"')
    migrate(_named(admin, KEPT))
    database = Database(_named(admin, KEPT), statement_timeout_ms=600_000)
    try:
        seeding.fill(database, people=people, progress=bar)
    finally:
        database.dispose()


def _statement(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement.encode())


def _named(url: str, database: str) -> str:
    return make_url(url).set(database=database).render_as_string(hide_password=False)
