"""The worker: RQ wakes it when there is work, a timekeeper comes by when nobody did."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime

from redis import Redis
from rq import Queue, SimpleWorker
from rq.serializers import JSONSerializer

from referral.app import SCHEDULE, handlers
from referral.foundation import clock, jobs
from referral.foundation.database import Database
from referral.foundation.encryption import KEYRING
from referral.foundation.jobs import Handlers
from referral.foundation.principal import system
from referral.foundation.queue import QUEUE
from referral.foundation.settings import Settings

log = logging.getLogger(__name__)

REAP_EVERY_S = 15
TICK_EVERY_S = 60

_work: list[tuple[Database, Handlers]] = []
"""The worker process's database and handlers: RQ calls `drain_once` by name, so they must be found from the module."""


def drain_once() -> int:
    """Run what is due. Called by RQ for each nudge; returns how many jobs were tried."""
    database, reacting = _work[0]
    return jobs.drain(database, reacting)


def tick(database: Database, at: datetime) -> None:
    """Add each scheduled job once in its window; the key lets only one of many workers, or of many ticks, add it.

    A worker that was away when the window began makes up for it.
    """
    minute = int(at.timestamp()) // 60
    with database.transaction(system("tick")) as session:
        for task, every in SCHEDULE.items():
            jobs.add(session, task, key=f"{task}@{minute - minute % every}")


def run(settings: Settings) -> None:
    """Work until told to stop (SIGINT, SIGTERM)."""
    KEYRING.unlock(settings.secret_key)
    database = Database(str(settings.database_url), statement_timeout_ms=60_000)
    _work[:] = [(database, handlers(settings, database))]
    stopping = threading.Event()
    threads = [
        _every(REAP_EVERY_S, drain_once, stopping),
        _every(TICK_EVERY_S, lambda: tick(database, clock.now()), stopping),
    ]
    redis = Redis.from_url(str(settings.redis_url))
    try:
        queue = Queue(QUEUE, connection=redis, serializer=JSONSerializer)
        SimpleWorker([queue], connection=redis, serializer=JSONSerializer).work(logging_level="WARNING")
    finally:
        stopping.set()
        for thread in threads:
            thread.join(timeout=5)
        database.dispose()


def _every(seconds: int, deed: Callable[[], object], stopping: threading.Event) -> threading.Thread:
    """Start a thread that does the deed now and every so many seconds; trouble is logged and tried again."""

    def keep_time() -> None:
        while True:
            try:
                deed()
            except Exception as error:  # noqa: BLE001 -- the clock must not stop because one round failed
                log.warning("a round of the worker failed", extra={"error": type(error).__name__})
            if stopping.wait(seconds):
                return

    thread = threading.Thread(target=keep_time, daemon=True)
    thread.start()
    return thread
