"""The worker: RQ wakes it when there is work, a timekeeper comes by when nobody did."""

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from types import FrameType

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, SimpleWorker
from rq.exceptions import StopRequested
from rq.serializers import JSONSerializer
from rq.worker import WorkerStatus

from referral.app import SCHEDULE, handlers
from referral.foundation import clock, jobs, logs
from referral.foundation.database import Database
from referral.foundation.encryption import KEYRING
from referral.foundation.jobs import Handlers
from referral.foundation.principal import system
from referral.foundation.queue import QUEUE
from referral.foundation.settings import Settings

log = logging.getLogger(__name__)

REAP_EVERY_S = 15
TICK_EVERY_S = 60
LISTEN_AGAIN_AFTER_S = 5
FINISH_WITHIN_S = 25
"""How long a worker that was asked to stop lets the job at hand go on."""

_work: list[tuple[Database, Handlers]] = []
"""The worker process's database and handlers: RQ calls `drain_once` by name, so they must be found from the module."""
_stopping = threading.Event()
"""Set when this process was asked to stop: the job at hand is finished, no other is begun."""


class Listener(SimpleWorker):
    """Listens for nudges in this process; stopping asks nothing of the queue, which may be gone."""

    def request_stop(self, signum: int, frame: FrameType | None) -> None:  # noqa: ARG002 -- RQ's signature
        """Finish the job at hand, then stop."""
        _stopping.set()
        self._stop_requested = True
        if self.get_state() != WorkerStatus.BUSY:
            raise StopRequested


def drain_once() -> int:
    """Run what is due. Called by RQ for each nudge; returns how many jobs were tried."""
    database, reacting = _work[0]
    return jobs.drain(database, reacting, stopping=_stopping.is_set)


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
    logs.configure()
    KEYRING.unlock(settings.secret_key)
    database = Database(str(settings.database_url), statement_timeout_ms=60_000)
    _work[:] = [(database, handlers(settings, database))]
    _stopping.clear()
    threads = [
        _every(REAP_EVERY_S, drain_once, _stopping),
        _every(TICK_EVERY_S, lambda: tick(database, clock.now()), _stopping),
    ]
    try:
        _listen(str(settings.redis_url))
    finally:
        _stopping.set()
        for thread in threads:
            thread.join(timeout=FINISH_WITHIN_S)
        database.dispose()


def _listen(redis_url: str) -> None:
    """Listen for nudges until told to stop; while the queue is gone, the timekeeper does the work alone."""
    redis = Redis.from_url(redis_url)
    while not _stopping.is_set():
        with suppress(RedisError, StopRequested):
            queue = Queue(QUEUE, connection=redis, serializer=JSONSerializer)
            Listener([queue], connection=redis, serializer=JSONSerializer).work(logging_level="WARNING")
        with suppress(StopRequested):
            _stopping.wait(LISTEN_AGAIN_AFTER_S)


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
