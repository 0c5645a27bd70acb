"""Databases of a test's own, on the server that the tests run on."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import psycopg
import pytest
from sqlalchemy import make_url

from referral.foundation.ids import uuid7

Scratch = Callable[..., str]
"""Makes a database, empty or as a copy of another; returns its URL as the server's superuser."""


def migrated() -> str:
    """Return the URL of the database that stands at the present schema, to be copied."""
    return url_of(os.environ.get("REFERRAL_TEST_TEMPLATE", "referral_test_template"))


def url_of(name: str) -> str:
    """Return the URL of a database as the superuser."""
    url = make_url(os.environ["REFERRAL_TEST_ADMIN_URL"]).set(database=name)
    return url.render_as_string(hide_password=False)


@contextmanager
def scratch_database(copy_of: str | None = None) -> Iterator[str]:
    """Yield the URL of a new database, dropped at the end."""
    name = f"referral_scratch_{uuid7().hex[-12:]}"
    template = f' TEMPLATE "{make_url(copy_of).database}"' if copy_of else " TEMPLATE template0"
    _run(f'CREATE DATABASE "{name}"{template}')
    try:
        yield url_of(name)
    finally:
        _run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture
def scratch() -> Iterator[Scratch]:
    """Make as many databases as a test needs."""
    with ExitStack() as databases:
        yield lambda copy_of=None: databases.enter_context(scratch_database(copy_of))


def _run(statement: str) -> None:
    with psycopg.connect(url_of("postgres"), autocommit=True) as connection:
        connection.execute(statement.encode())
