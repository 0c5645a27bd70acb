"""Fill a database with the demonstration: the network once, then its people, a few at a time, until all are there."""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, date, datetime, timedelta
from multiprocessing import get_context

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from referral.demo import money, network, story
from referral.demo.characters import character
from referral.demo.models import Demonstration
from referral.demo.network import FOUNDER
from referral.demo.stage import set_stage
from referral.directory import commands as directory
from referral.equity import service as equity
from referral.foundation import clock
from referral.foundation.database import Database
from referral.foundation.progress import ProgressReporter, silent

CHUNK = 10
"""People told in one transaction."""
YEAR = timedelta(days=400)
LISTINGS = network.SEED / "directory" / "haarrrvest_services.ndjson.gz"


def fill(
    database: Database, *, people: int, number: int = 7, progress: ProgressReporter = silent, processes: int = 2
) -> None:
    """Bring the demonstration to so many people; those who are there already stay as they are."""
    told = _begin(database, people=people, number=number)
    chunks = [range(first, min(first + CHUNK, people)) for first in range(told.people_done, people, CHUNK)]
    if chunks:
        for _ in progress(_tell_all(database, told, chunks, processes), len(chunks), "People and their year"):
            pass
        _bill(database, told, progress)
        with database.transaction(FOUNDER) as session:
            equity.refresh_facts(session, at=clock.now())
    with database.transaction(FOUNDER) as session:
        session.execute(update(Demonstration).values(finished_at=clock.now()))


def _begin(database: Database, *, people: int, number: int) -> Demonstration:
    """Found the network if this database holds none, and note how many people it shall have."""
    with database.transaction(FOUNDER) as session:
        told = session.scalars(select(Demonstration)).one_or_none()
    if told is None:
        told = _found(database, number)
    with database.transaction(FOUNDER) as session:
        values = {"people_wanted": people, "finished_at": None}
        if told.people_done < people:
            session.execute(update(Demonstration).values(**values))
    return told


def _found(database: Database, number: int) -> Demonstration:
    directory.import_file(database, LISTINGS, source="haarrrvest")
    now = clock.now()
    told = Demonstration(number=number, today=now.date(), people_wanted=0, people_done=0)
    with database.transaction(FOUNDER) as session, clock.standing_at(now - YEAR):
        session.info["past_ends_at"] = now
        network.found(session, at=clock.now())
        session.add(told)
    with database.transaction(FOUNDER) as session:
        network.say_who_has_room(session, at=now)
    return told


def _tell_all(database: Database, told: Demonstration, chunks: list[range], processes: int) -> Iterator[int]:
    """Tell every chunk, in several processes when there is enough to tell; yields as each one is done."""
    jobs = [(database.url, told.number, told.today, chunk) for chunk in chunks]
    if processes == 1 or len(chunks) < 2 * processes:
        yield from map(_tell, jobs)
        return
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        yield from pool.map(_tell, jobs)


def _tell(job: tuple[str, int, date, range]) -> int:
    """Tell the year of a few people in one transaction."""
    url, number, today, chunk = job
    database = _database(url)
    now = min(clock.now(), datetime(today.year, today.month, today.day, 20, tzinfo=UTC) + timedelta(hours=9))
    with database.transaction(FOUNDER) as session, clock.standing_at(now):
        session.info["past_ends_at"] = now
        stage = set_stage(session, _network(session), today=today, now=now)
        for index in chunk:
            story.tell(stage, character(index, number=number, today=today))
    with database.transaction(FOUNDER) as session:
        session.execute(update(Demonstration).values(people_done=Demonstration.people_done + len(chunk)))
    return len(chunk)


def _bill(database: Database, told: Demonstration, progress: ProgressReporter) -> None:
    now = clock.now()
    with database.transaction(FOUNDER) as session:
        months = money.months_to_bill(set_stage(session, _network(session), today=told.today, now=now))
    for month in progress(months, len(months), "Invoices and payments"):
        with database.transaction(FOUNDER) as session, clock.standing_at(now):
            session.info["past_ends_at"] = now
            money.bill(set_stage(session, _network(session), today=told.today, now=now), month)


_databases: dict[str, Database] = {}


def _database(url: str) -> Database:
    """Return this process's connection pool to the database."""
    if url not in _databases:
        _databases[url] = Database(url, statement_timeout_ms=600_000)
    return _databases[url]


def _network(session: Session) -> network.Network:
    found = network.find(session)
    if found is None:
        raise LookupError("The demonstration's network is not there.")
    return found
