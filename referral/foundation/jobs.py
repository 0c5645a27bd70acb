"""Work for later: the job table is the memory, RQ only the nudge.

A service adds a row in its own transaction. A drainer claims due rows, runs each in its own transaction and marks it
done there, so an effect in the database happens exactly once; an effect outside is at-least-once and keyed.
"""

import logging
import random
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Identity, Index, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from referral.foundation import clock
from referral.foundation.database import Base, Database
from referral.foundation.principal import system

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 5
BATCH = 100
LEASE = timedelta(minutes=2)

Handler = Callable[..., None]
Handlers = Mapping[str, Sequence[Handler]]
"""Task name -> the functions that react; each is called with (session, at=…, **arguments)."""


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


def drain(database: Database, handlers: Handlers, *, limit: int = 10_000) -> int:
    """Run every job that is due, until none is left or the limit is reached; returns how many were tried."""
    tried = 0
    while tried < limit:
        claimed = _claim(database)
        if not claimed:
            break
        for job_id in claimed:
            _run(database, handlers, job_id)
        tried += len(claimed)
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


def _claim(database: Database) -> list[int]:
    at = clock.now()
    with database.transaction(system("job-claim")) as session:
        due = select(Job.id).where(*_is_due(at)).order_by(Job.id).limit(BATCH).with_for_update(skip_locked=True)
        ids = list(session.scalars(due))
        if ids:
            session.execute(
                update(Job).where(Job.id.in_(ids)).values(locked_until=at + LEASE, attempts=Job.attempts + 1)
            )
        return ids


def _run(database: Database, handlers: Handlers, job_id: int) -> None:
    session = database.session(system("job"))
    try:
        with session, session.begin():
            # Several drainers may hold the same stale claim; the row lock lets one of them through.
            job = session.scalars(
                select(Job).where(Job.id == job_id, Job.done_at.is_(None)).with_for_update(skip_locked=True)
            ).one_or_none()
            if job is None:
                return
            at = clock.now()
            for handle in handlers[job.task]:
                handle(session, at=at, **job.arguments)
            job.done_at = at
    except Exception as error:  # noqa: BLE001 -- whatever a job raises is kept with it and tried again
        _note_failure(database, job_id, error)


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
