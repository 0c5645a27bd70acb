"""Work for later: the job table is the memory, RQ only the nudge.

A service adds a row in its own transaction. A drainer claims due rows, runs them and marks them done in the same
transaction, so an effect in the database happens exactly once; an effect outside is at-least-once and keyed. Short work
that stays in the database shares a transaction for a moment; whatever fails in it is undone with it, and tried alone.
"""

import logging
import random
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any, TypeVar

from sqlalchemy import BigInteger, ColumnElement, Identity, Index, Row, any_, bindparam, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from referral.foundation import clock
from referral.foundation.database import Base, Database
from referral.foundation.principal import system

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 5
BATCH = 100
LEASE = timedelta(seconds=30)
"""How long a claimed job waits for its drainer; with the reaper's round, a dead worker's jobs rest under a minute."""
WORKER_LOST = "WorkerLost"
"""What is kept with a job whose every drainer vanished before it could say how the job went."""
SHARE_S = 0.2
"""After this long a shared transaction begins no further job: a person may wait for what it has locked."""

Handler = Callable[..., None]
Handlers = Mapping[str, Sequence[Handler]]
"""Task name -> the functions that react; each is called with (session, at=…, **arguments)."""
Marked = TypeVar("Marked", bound=Handler)


def alone(handler: Marked) -> Marked:
    """Declare that a handler reaches outside the database, or takes long: it shares a transaction with no other job."""
    handler.is_alone = True  # type: ignore[attr-defined]  # functions carry attributes
    return handler


class Job(Base):
    """One piece of work, with what became of it."""

    __tablename__ = "job"
    __table_args__ = (Index("ix_job_due", "run_at", postgresql_where=text("done_at IS NULL AND dead_at IS NULL")),)
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    task: Mapped[str]
    arguments: Mapped[dict[str, Any]]
    run_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    last_error: Mapped[str | None]
    done_at: Mapped[datetime | None]
    dead_at: Mapped[datetime | None]


def add(session: Session, task: str, *, key: str, run_at: datetime | None = None, **arguments: Any) -> None:
    """Add a job in the caller's transaction; a second one with the same key is the first one.

    Arguments are ids and plain codes only, never names, numbers or text of a person. In a session that tells the past
    (`past_ends_at` in its info: a demonstration, an import) jobs of that past are born done: nobody is texted about
    last year.
    """
    at = clock.now()
    done_at = at if is_past(session, run_at or at) else None
    values = {
        "key": key,
        "task": task,
        "arguments": {name: _plain(value) for name, value in arguments.items()},
        "run_at": run_at or at,
        "attempts": 0,
        "done_at": done_at,
    }
    session.execute(insert(Job).values(**values).on_conflict_do_nothing(index_elements=[Job.key]))
    session.info["has_new_jobs"] = True


def is_past(session: Session, at: datetime) -> bool:
    """Whether this session tells the past and the instant lies in it: kept, but nobody acts on it."""
    past_ends_at: datetime | None = session.info.get("past_ends_at")
    return past_ends_at is not None and at <= past_ends_at


def cancel(session: Session, *keys: str, at: datetime) -> None:
    """Mark waiting jobs done without running them: their reason has gone."""
    session.execute(update(Job).where(Job.key.in_(keys), Job.done_at.is_(None)).values(done_at=at))


def drain(
    database: Database, handlers: Handlers, *, limit: int = 10_000, stopping: Callable[[], bool] = lambda: False
) -> int:
    """Run every job that is due, until none is left or the limit is reached; returns how many were tried.

    Whoever is stopping gives back what it claimed and has not begun.
    """
    tried = 0
    while tried < limit and not stopping():
        claim = _claim(database)
        if not claim.tasks:
            break
        left = [*claim.tasks]
        while left and not stopping():
            run = _Run(claim.until, stopping).of(database, handlers, _next_to_share(handlers, claim, left))
            tried, left = tried + run, left[run:]
        if left:
            _give_back(database, claim, left)
    return tried


def retry(session: Session, job_id: int, *, at: datetime) -> bool:
    """Give a dead job new attempts; returns whether there was such a job."""
    result = session.execute(
        update(Job)
        .where(Job.id == job_id, Job.dead_at.is_not(None))
        .values(dead_at=None, attempts=0, run_at=at, locked_until=None)
        .returning(Job.id)
    )
    session.info["has_new_jobs"] = True
    return result.first() is not None


def dead_letters(session: Session, *, limit: int = 100) -> Sequence[Job]:
    """Return jobs that failed for good, the latest first."""
    return session.scalars(select(Job).where(Job.dead_at.is_not(None)).order_by(Job.dead_at.desc()).limit(limit)).all()


def waiting(session: Session) -> int:
    """Return how many jobs are due and not done."""
    return session.scalar(select(func.count()).select_from(Job).where(*_is_due(clock.now()))) or 0


def _is_due(at: datetime) -> tuple[Any, ...]:
    return (
        Job.done_at.is_(None),
        Job.dead_at.is_(None),
        Job.run_at <= at,
        or_(Job.locked_until.is_(None), Job.locked_until < at),
    )


@dataclass(frozen=True, slots=True)
class _Claim:
    """Jobs that are one drainer's until an instant, by id in the order they run in, with their tasks."""

    tasks: Mapping[int, str]
    until: datetime


def _claim(database: Database) -> _Claim:
    """Claim fresh jobs by the batch and doubtful ones alone: one that kills its worker must not take others along."""
    at = clock.now()
    with database.transaction(system("job-claim")) as session:
        due = select(Job.id, Job.task, Job.attempts).where(*_is_due(at)).order_by(Job.id).limit(BATCH)
        rows = session.execute(due.with_for_update(skip_locked=True)).all()
        worn = [row.id for row in rows if row.attempts >= MAX_ATTEMPTS]
        if worn:
            session.execute(update(Job).where(_one_of(worn)).values(dead_at=at, last_error=WORKER_LOST))
        living = [row for row in rows if row.attempts < MAX_ATTEMPTS]
        taken = list(takewhile(lambda row: row.attempts == 0, living)) or living[:1]
        tasks = {row.id: row.task for row in taken}
        if tasks:
            begun = update(Job).where(_one_of(tasks))
            session.execute(begun.values(locked_until=at + LEASE, attempts=Job.attempts + 1))
        return _Claim(tasks, at + LEASE)


def _one_of(ids: Collection[int]) -> ColumnElement[bool]:
    """Ask for these jobs by one parameter: a batch of any size is the same statement."""
    return Job.id == any_(bindparam(None, [*ids], type_=ARRAY(BigInteger), unique=True))


def _next_to_share(handlers: Handlers, claim: _Claim, left: Sequence[int]) -> Sequence[int]:
    """Return the first of the jobs that are left, with those behind it if they may share a transaction."""

    def may_share(job_id: int) -> bool:
        reacting = handlers.get(claim.tasks[job_id], ())
        return not any(getattr(handle, "is_alone", False) for handle in reacting)

    return [*takewhile(may_share, left)] or left[:1]


def _give_back(database: Database, claim: _Claim, ids: Sequence[int]) -> None:
    with database.transaction(system("job-claim")) as session:
        mine = update(Job).where(_one_of(ids), Job.locked_until == claim.until, Job.done_at.is_(None))
        session.execute(mine.values(locked_until=None, attempts=Job.attempts - 1))


@dataclass(frozen=True, slots=True)
class _Run:
    """One turn of a drainer: as many of its jobs as one transaction takes."""

    until: datetime
    stopping: Callable[[], bool]
    done: list[int] = field(default_factory=list)

    def of(self, database: Database, handlers: Handlers, ids: Sequence[int]) -> int:
        """Run the jobs in their order until the time is up; returns how many of them are behind us.

        When one fails, nothing has happened: those before it are run without it, and it comes first the next time.
        """
        try:
            with database.transaction(system("job")) as session:
                return self._within(session, handlers, ids)
        except Exception as error:  # noqa: BLE001 -- whatever a job raises is kept with it and tried again
            if len(ids) == 1 or not self.done:
                _note_failure(database, ids[0], error)
                return 1
        return _Run(self.until, self.stopping).of(database, handlers, ids[: min(len(self.done), len(ids) - 1)])

    def _within(self, session: Session, handlers: Handlers, ids: Sequence[int]) -> int:
        jobs = self._locked(session, ids)
        ends, behind = time.monotonic() + SHARE_S, 0
        for behind, job_id in enumerate(ids, 1):  # noqa: B007 -- the caller is told how far it came
            if job_id in jobs:
                _react(session, handlers, jobs[job_id])
                self.done.append(job_id)
            if self.stopping() or time.monotonic() > ends:
                break
        if self.done:
            session.execute(update(Job).where(_one_of(self.done)).values(done_at=clock.now()))
        return behind

    def _locked(self, session: Session, ids: Sequence[int]) -> Mapping[int, Row[Any]]:
        """Lock the jobs: a claim may have gone stale and be another's by now; the lease says whose it is."""
        mine = (_one_of(ids), Job.done_at.is_(None), Job.locked_until == self.until)
        rows = session.execute(select(Job.id, Job.task, Job.arguments).where(*mine).with_for_update(skip_locked=True))
        return {row.id: row for row in rows}


def _react(session: Session, handlers: Handlers, job: Row[Any]) -> None:
    at = clock.now()
    for handle in handlers[job.task]:
        handle(session, at=at, **job.arguments)
    session.flush()
    session.expunge_all()  # the next job reads for itself


def _note_failure(database: Database, job_id: int, error: Exception) -> None:
    """Keep the kind of error, never its text: a message could carry a name."""
    at = clock.now()
    with database.transaction(system("job-failure")) as session:
        job = session.get_one(Job, job_id, with_for_update=True)
        job.last_error = type(error).__name__
        job.locked_until = None
        if job.attempts >= MAX_ATTEMPTS:
            job.dead_at = at
        else:
            job.run_at = at + back_off(job.attempts)
        log.warning("job failed", extra={"job_id": job.id, "task": job.task, "error": job.last_error})


def back_off(attempts: int) -> timedelta:
    """Return how long to wait after this many attempts: 10 s doubling, with jitter so that crowds disperse."""
    return timedelta(seconds=10 * 2 ** (attempts - 1) * random.uniform(0.8, 1.2))  # noqa: S311 -- jitter, not a secret


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, int | bool | str) else str(value)
