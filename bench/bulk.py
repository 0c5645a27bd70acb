"""Work in rows a second: the export beside COPY alone, the job table beside marking by batch and one by one."""

import statistics
import time
from collections.abc import Callable, Iterator
from functools import partial

import psycopg
from flask import Response
from sqlalchemy import func, insert, select, text

from bench.floors import done
from bench.goals import Rate, at_least
from bench.ground import Ground
from referral.equity.models import ReferralFact
from referral.foundation import clock, jobs
from referral.foundation.jobs import Job
from referral.foundation.principal import system

EXPORTED, JOBS, ROUNDS = 100_000, 1_000, 5
LEAST_OF_COPY, LEAST_OF_BATCHES = 0.6, 0.5
BENCH = system("bench")
TASK = "bench.nothing"
COPY = "COPY (SELECT * FROM referral_fact WHERE network_lead_id = %s) TO STDOUT WITH (FORMAT csv, HEADER)"


def measured(on: Ground) -> Iterator[Rate]:
    """Yield the rates of the export and of the job table."""
    yield _export(on)
    yield from _drain(on)


def _export(on: Ground) -> Rate:
    """Export a network lead's referrals, of which there are made enough in this run's copy."""
    leo = on.signed_in("leo")
    with on.database.transaction(BENCH) as session:
        lead_id = session.scalar(
            text("SELECT id FROM organization WHERE name = 'Eastern Network Lead'").columns(
                ReferralFact.network_lead_id
            )
        )
        columns = [column.name for column in ReferralFact.__table__.columns]
        own = select(ReferralFact).where(ReferralFact.network_lead_id == lead_id).subquery()
        times = func.generate_series(1, 1 + EXPORTED // (session.scalar(select(func.count()).select_from(own)) or 1))
        copies = select(
            *(func.gen_random_uuid() if name == "referral_id" else own.c[name] for name in columns)
        ).join_from(own, times.table_valued("n"), text("true"))
        session.execute(insert(ReferralFact).inline().from_select(columns, copies, include_defaults=False))

    def ours() -> int:
        answer: Response = done(leo.get("/reports/plan.csv?first=2000-01-01"))
        return answer.data.count(b"\n") - 1

    def floor() -> int:
        with (
            psycopg.connect(on.database.url) as connection,
            connection.cursor() as cursor,
            cursor.copy(COPY, (lead_id,)) as copy,
        ):
            return sum(bytes(block).count(b"\n") for block in copy) - 1

    found, bare = _rates(ours, floor)
    return Rate("CSV export", found, bare, "COPY alone", at_least(LEAST_OF_COPY, found / bare, "× COPY"))


def _drain(on: Ground) -> Iterator[Rate]:
    """Drain jobs that do nothing: what is left is the table's own cost."""
    handlers = {TASK: (lambda _session, **_arguments: None,)}

    def ours() -> int:
        return jobs.drain(on.database, handlers)

    jobs.drain(on.database, handlers | dict.fromkeys(_waiting(on), ()))
    add = partial(_add_jobs, on)
    found, batches = _rates(ours, partial(_marked, on, jobs.BATCH), before=add)
    goal = at_least(LEAST_OF_BATCHES, found / batches, "× batches")
    yield Rate("job drain", found, batches, "batches of 100", goal)
    found, single = _rates(ours, partial(_marked, on, 1), before=add)
    yield Rate("job drain", found, single, "a transaction a job")


def _marked(on: Ground, batch: int) -> int:
    """Claim and mark that many jobs a transaction until none is left; returns how many there were."""
    done_rows = 0
    with psycopg.connect(on.database.url) as connection:
        while ids := [row[0] for row in connection.execute(CLAIM, (batch,))]:
            connection.execute("UPDATE job SET done_at = now() WHERE id = ANY(%s)", (ids,))
            connection.commit()
            done_rows += len(ids)
    return done_rows


CLAIM = (
    f"SELECT id FROM job WHERE done_at IS NULL AND dead_at IS NULL AND task = '{TASK}'"
    " ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED"
)


def _waiting(on: Ground) -> list[str]:
    with on.database.transaction(BENCH) as session:
        return list(session.scalars(select(Job.task).where(Job.done_at.is_(None)).distinct()))


def _add_jobs(on: Ground) -> None:
    now = clock.now()
    number = time.monotonic_ns()
    rows = [
        {"key": f"{TASK}:{number}:{n}", "task": TASK, "arguments": {}, "run_at": now, "attempts": 0}
        for n in range(JOBS)
    ]
    with on.database.transaction(BENCH) as session:
        session.execute(insert(Job), rows)


def _rates(
    ours: Callable[[], int], floor: Callable[[], int], *, before: Callable[[], None] = lambda: None
) -> tuple[float, float]:
    """Do both in turn; returns the medians of rows a second."""
    found: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for deed, rates in zip((ours, floor), found, strict=True):
            before()
            started = time.perf_counter()
            rows = deed()
            rates.append(rows / (time.perf_counter() - started))
    return statistics.median(found[0]), statistics.median(found[1])
