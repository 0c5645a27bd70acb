"""Fill a database with the demonstration: the network once, then its people, a few at a time, until all are there."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from multiprocessing import get_context
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from referral.demo import money, network, story
from referral.demo.agencies import helpers
from referral.demo.characters import character
from referral.demo.models import Demonstration
from referral.demo.network import FOUNDER
from referral.demo.stage import ZONE, Stage, set_stage
from referral.directory import commands as directory
from referral.equity import service as equity
from referral.foundation import clock
from referral.foundation.database import Database
from referral.foundation.encryption import KEYRING
from referral.foundation.progress import ProgressReporter, silent
from referral.foundation.settings import Settings
from referral.people.models import Coverage

CHUNK = 20
"""People told in one transaction."""
YEAR = timedelta(days=400)
LISTINGS = {
    "haarrrvest": network.SEED / "directory" / "haarrrvest_services.ndjson.gz",
    network.INVENTED: network.SEED / "demo" / "unclaimed.ndjson",
}
"""What is imported as unclaimed listings: the real directory, and a few pantries in the network's region."""


@dataclass(frozen=True)
class Job:
    """A piece of the telling that another process can do."""

    url: str
    number: int
    today: date
    now: datetime
    work: tuple[Any, ...]


def fill(
    database: Database, *, people: int, number: int = 7, progress: ProgressReporter = silent, processes: int = 2
) -> None:
    """Bring the demonstration to so many people; those who are there already stay as they are."""
    told = _begin(database, people=people, number=number)
    if told.finished_at is not None:
        return
    job = Job(database.url, told.number, told.today, _end_of_the_past(told.today), ())
    chunks = [replace(job, work=(first, min(first + CHUNK, people))) for first in range(0, people, CHUNK)]
    for _ in progress(_in_parallel(_tell, chunks, processes), len(chunks), "People and their year"):
        pass
    bills = [replace(job, work=(organization_id,)) for organization_id in _helpers(database)]
    for _ in progress(_in_parallel(_bill, bills, processes), len(bills), "Invoices and payments"):
        pass
    with database.transaction(FOUNDER) as session:
        network.say_who_has_room(session, at=clock.now())
        equity.refresh_facts(session, at=clock.now())
        session.execute(update(Demonstration).values(finished_at=clock.now()))


def _begin(database: Database, *, people: int, number: int) -> Demonstration:
    """Found the network if this database holds none, and note how many people it shall have."""
    with database.transaction(FOUNDER) as session:
        told = session.scalars(select(Demonstration)).one_or_none()
    told = told or _found(database, number)
    if told.people_done < people:
        told.people_wanted, told.finished_at = people, None
        with database.transaction(FOUNDER) as session:
            session.execute(update(Demonstration).values(people_wanted=people, finished_at=None))
    return told


def _end_of_the_past(today: date) -> datetime:
    """Return the first instant of the day: what is told is over by then, whatever the hour it is told at."""
    return datetime.combine(today, time(), ZONE).astimezone(UTC)


def _found(database: Database, number: int) -> Demonstration:
    for source, file in LISTINGS.items():
        directory.import_file(database, file, source=source)
    now, today = clock.now(), clock.today(ZONE.key)
    told = Demonstration(number=number, today=today, people_wanted=0, people_done=0)
    with database.transaction(FOUNDER) as session, clock.standing_at(now - YEAR):
        session.info["past_ends_at"] = now
        network.found(session, at=clock.now())
        session.add(told)
    return told


def _helpers(database: Database) -> list[UUID]:
    """Return the organizations that deliver, so that each is billed by one process."""
    with database.transaction(FOUNDER) as session:
        employers = network.by_name(session)
    return [employers[helper.name].id for helper in helpers()]


def _in_parallel(deed: Callable[[Job], int], jobs: Sequence[Job], processes: int) -> Iterator[int]:
    """Do every job, in several processes when there is enough to do; yields as each one is done."""
    if processes == 1 or len(jobs) < 2 * processes:
        yield from map(deed, jobs)
        return
    secret_key = Settings.from_environment().secret_key
    spawning = get_context("spawn")
    with ProcessPoolExecutor(processes, spawning, initializer=_unlock, initargs=(secret_key,)) as pool:
        yield from pool.map(deed, jobs)


def _unlock(secret_key: str) -> None:
    """Let another process write what is kept encrypted."""
    KEYRING.unlock(secret_key)


def _tell(job: Job) -> int:
    """Tell the year of a few people in one transaction; those of an earlier, interrupted run are kept."""
    people = [character(index, number=job.number, today=job.today) for index in range(*job.work)]
    with _staged(job) as stage:
        query = select(Coverage.member_id).where(Coverage.member_id.in_([one.member_id for one in people]))
        known = set(stage.session.scalars(query))
        new = [one for one in people if one.member_id not in known]
        for one in new:
            story.tell(stage, one)
        done = Demonstration.people_done + len(new)
        stage.session.execute(update(Demonstration).values(people_done=done))
    return len(new)


def _bill(job: Job) -> int:
    """Bill everything that one organization delivered in the months that have ended."""
    with _staged(job) as stage:
        (organization_id,) = job.work
        for month in money.months_to_bill(stage, organization_id):
            clock.stand_at(stage.now)
            money.bill(stage, month)
    return 1


@contextmanager
def _staged(job: Job) -> Iterator[Stage]:
    """Open a transaction that tells the past, with everything a story needs at hand."""
    with _database(job.url).transaction(FOUNDER) as session, clock.standing_at(job.now):
        session.info["past_ends_at"] = job.now
        found = network.find(session)
        if found is None:
            raise LookupError("The demonstration's network is not there.")
        yield set_stage(session, found, today=job.today, now=job.now)


_databases: dict[str, Database] = {}


def _database(url: str) -> Database:
    """Return this process's connection pool to the database."""
    if url not in _databases:
        _databases[url] = Database(url, statement_timeout_ms=600_000)
    return _databases[url]
