"""Work that waits: kept in the job's own transaction, run once, tried again, buried where a person can see it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, text

from referral.foundation import clock, jobs
from referral.foundation.database import Database
from referral.foundation.jobs import Job
from referral.foundation.principal import system
from tests.factories.fixtures import NOW

SETUP = system("test-setup")


def add(database: Database, task: str = "greet", **options) -> None:
    with database.transaction(SETUP) as session:
        jobs.add(session, task, key=options.pop("key", "k1"), **options)


def only_job(database: Database) -> Job:
    with database.transaction(SETUP) as session:
        return session.scalars(select(Job)).one()


def test_a_job_runs_once_with_its_arguments(database):
    seen = []
    add(database, person="7")
    handlers = {"greet": (lambda session, at, person: seen.append((person, at)),)}
    assert jobs.drain(database, handlers) == 1
    assert jobs.drain(database, handlers) == 0
    assert seen == [("7", NOW)]


def test_two_jobs_with_the_same_key_are_one(database):
    add(database)
    add(database)
    assert only_job(database).key == "k1"


def test_a_job_of_tomorrow_waits(database):
    add(database, run_at=NOW + timedelta(days=1))
    ran = []
    handlers = {"greet": (lambda session, at: ran.append(at),)}
    jobs.drain(database, handlers)
    assert ran == []
    with clock.standing_at(NOW + timedelta(days=1)):
        jobs.drain(database, handlers)
    assert len(ran) == 1


def test_what_a_failing_job_wrote_is_undone_and_the_job_is_tried_again_later(database):
    def half_done(session, at):
        jobs.add(session, "greet", key="written-by-the-failing-job")
        raise ValueError("a text with a name in it")

    add(database)
    jobs.drain(database, {"greet": (half_done,)})
    job = only_job(database)
    assert job.last_error == "ValueError", "the kind of error is kept, its text never"
    assert job.run_at > NOW
    assert job.done_at is None


def test_after_five_failures_a_job_is_dead_and_a_person_can_retry_it(database):
    def broken(session, at):
        raise RuntimeError

    add(database)
    for hour in range(6):
        with clock.standing_at(NOW + timedelta(hours=hour)):
            jobs.drain(database, {"greet": (broken,)})
    job = only_job(database)
    assert (job.attempts, job.dead_at is not None) == (5, True)

    ran = []
    with database.transaction(SETUP) as session:
        assert jobs.retry(session, job.id, at=NOW)
    jobs.drain(database, {"greet": (lambda session, at: ran.append(at),)})
    assert len(ran) == 1


def test_jobs_share_a_transaction_and_one_that_fails_takes_no_other_along(database):
    def note(session, at, number):
        if number == 3:
            raise ValueError
        jobs.add(session, "noted", key=f"noted-{number}", run_at=NOW + timedelta(days=1))

    for number in range(6):
        add(database, "note", key=f"note-{number}", number=number)
    assert jobs.drain(database, {"note": (note,)}) == 6
    with database.transaction(SETUP) as session:
        noted = session.scalars(select(Job.key).where(Job.task == "noted"))
        failed = session.scalars(select(Job).where(Job.last_error.is_not(None))).one()
        assert sorted(noted) == ["noted-0", "noted-1", "noted-2", "noted-4", "noted-5"]
    assert failed.key == "note-3"
    assert failed.attempts == 1


def test_what_reaches_outside_shares_its_transaction_with_no_other_job(committed_database):
    seen = []

    def note(session, at):
        seen.append(("shared", _transaction(session)))

    @jobs.alone
    def send(session, at):
        seen.append(("alone", _transaction(session)))

    for number, task in enumerate(["note", "note", "send", "send", "note"]):
        add(committed_database, task, key=f"k{number}")
    drain_at_noon(committed_database, {"note": (note,), "send": (send,)})
    kinds, transactions = zip(*seen, strict=True)
    assert kinds == ("shared", "shared", "alone", "alone", "shared"), "they run in the order they were added"
    assert transactions[0] == transactions[1]
    assert len(set(transactions)) == 4


def test_jobs_share_a_transaction_only_for_a_moment(committed_database, monkeypatch):
    seen = []
    monkeypatch.setattr(jobs, "SHARE_S", -1)
    for number in range(3):
        add(committed_database, key=f"k{number}")
    drain_at_noon(committed_database, {"greet": (lambda session, at: seen.append(_transaction(session)),)})
    assert len(set(seen)) == 3


def _transaction(session) -> int:
    return session.scalar(text("SELECT pg_current_xact_id()::text::bigint"))


def test_several_who_subscribe_to_a_task_all_hear_of_it(database):
    heard = []
    add(database)
    jobs.drain(database, {"greet": (lambda session, at: heard.append("a"), lambda session, at: heard.append("b"))})
    assert heard == ["a", "b"]


def test_a_cancelled_job_never_runs(database):
    add(database, run_at=NOW + timedelta(days=1))
    with database.transaction(SETUP) as session:
        jobs.cancel(session, "k1", at=NOW)
    with clock.standing_at(NOW + timedelta(days=2)):
        assert jobs.drain(database, {}) == 0


def test_jobs_of_the_past_are_born_done(database):
    with database.transaction(SETUP) as session:
        session.info["past_ends_at"] = NOW
        jobs.add(session, "greet", key="k1", run_at=NOW - timedelta(days=30))
        jobs.add(session, "remind", key="k2", run_at=NOW + timedelta(minutes=1))
    reminded = []
    with clock.standing_at(NOW + timedelta(hours=1)):
        jobs.drain(database, {"remind": (lambda session, at: reminded.append(at),)})
    assert len(reminded) == 1


def test_eight_drainers_run_each_of_two_hundred_jobs_exactly_once(committed_database):
    def note(session, at, number):
        jobs.add(session, "noted", key=f"noted-{number}", run_at=NOW + timedelta(days=9), number=number)

    with committed_database.transaction(SETUP) as session:
        for number in range(200):
            jobs.add(session, "note", key=f"note-{number}", number=number)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: drain_at_noon(committed_database, {"note": (note,)}), range(8)))
    with committed_database.transaction(SETUP) as session:
        done = select(func.count()).where(Job.task == "note", Job.done_at.is_not(None), Job.attempts == 1)
        assert session.scalar(done) == 200
        assert session.scalar(select(func.count()).where(Job.task == "noted")) == 200


def drain_at_noon(database, handlers):
    with clock.standing_at(NOW):
        jobs.drain(database, handlers)


@given(st.integers(1, 5))
def test_waiting_doubles_within_its_jitter(attempts):
    wait = jobs.back_off(attempts).total_seconds()
    assert 0.8 * 10 * 2 ** (attempts - 1) <= wait <= 1.2 * 10 * 2 ** (attempts - 1)


@pytest.mark.parametrize("value", [1, "x", None, True])
def test_arguments_stay_plain(database, value):
    add(database, thing=value)
    assert only_job(database).arguments == {"thing": value}
