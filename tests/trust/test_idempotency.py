"""T22: a request of the API that is sent twice has one effect and one answer, and nobody else's key can meet it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from referral.accounts import service as accounts
from referral.accounts.models import Membership
from referral.app import HANDLERS, create_app
from referral.foundation import clock, jobs
from referral.foundation.database import Database
from referral.foundation.kept_answers import IdempotencyKey
from referral.foundation.settings import Settings
from referral.organizations.rules import Role
from referral.people import service as people
from referral.people.models import Consent, Person
from referral.web.transaction import Application
from tests.factories.fixtures import NOW, SEED, World, make_world

MARIA = {"given_name": "Maria", "family_name": "Quillfeather", "agrees": True, "witness": "call recording 4711"}
TRIES = 20

Call = Callable[..., TestResponse]
Api = Callable[[Membership], dict[str, str]]


@pytest.fixture
def navigator(world: World) -> Membership:
    return world.staff(world.center, Role.NAVIGATOR)


@pytest.fixture
def call(app: Application, api: Api, navigator: Membership) -> Call:
    """Send a POST as the navigator's program, with a key."""
    client, headers = app.test_client(), api(navigator)

    def post(key: str | None, path: str = "/people", who: dict[str, str] | None = None, **body: Any) -> TestResponse:
        keyed = {"Idempotency-Key": key} if key is not None else {}
        return client.post(f"/api/v1{path}", json=body or MARIA, headers={**(who or headers), **keyed})

    return post


def people_there(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Person)) or 0


def test_t22_the_same_key_and_body_give_the_same_answer_and_one_effect(call: Call, session: Session) -> None:
    first, again = call("k-1"), call("k-1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json == again.json
    assert first.headers["ETag"] == again.headers["ETag"]
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert people_there(session) == 1


def test_t22_the_same_key_with_another_body_or_address_is_refused(call: Call, session: Session) -> None:
    call("k-1")
    other_body, other_path = call("k-1", **{**MARIA, "given_name": "Ana"}), call("k-1", "/people/search", name="Maria")
    assert (other_body.status_code, other_path.status_code) == (422, 422)
    assert "was used for another request" in other_body.json["detail"]
    assert people_there(session) == 1


def test_t22_after_a_day_the_key_is_new_again(call: Call, session: Session) -> None:
    said = {"name": "Maria Quillfeather"}
    call("k-1", "/people/search", **said)
    with clock.standing_at(NOW + timedelta(hours=23, minutes=59)):
        assert "Idempotency-Replayed" in call("k-1", "/people/search", **said).headers
    with clock.standing_at(NOW + timedelta(hours=24)):
        assert "Idempotency-Replayed" not in call("k-1", "/people/search", **said).headers
    assert session.scalar(select(func.count()).select_from(IdempotencyKey)) == 1


def test_t22_a_key_is_never_shared_with_another_user_or_organization(
    call: Call, api: Api, session: Session, world: World, navigator: Membership
) -> None:
    colleague = api(world.staff(world.center, Role.NAVIGATOR, name="Colleague"))
    elsewhere = accounts.add_membership(
        session, navigator.user, world.shelter, network_id=world.network.id, roles=[Role.NAVIGATOR], by=SEED, at=NOW
    )
    call("k-1", "/people/search", name="Maria")
    for other in (colleague, api(elsewhere)):
        assert "Idempotency-Replayed" not in call("k-1", "/people/search", other, name="Maria").headers


def test_t22_a_refused_request_keeps_no_key_because_it_did_nothing(call: Call, session: Session) -> None:
    assert call("k-1", **{**MARIA, "agrees": False}).status_code == 409
    assert call("k-1").status_code == 201
    assert people_there(session) == 1


@pytest.mark.parametrize("key", ["", "a key", "k" * 256])
def test_t22_a_key_that_is_none_is_refused(call: Call, session: Session, key: str) -> None:
    assert call(key).status_code == 422
    assert people_there(session) == 0


def test_t22_a_replayed_answer_is_written_down_as_a_read(call: Call, session: Session) -> None:
    from referral.audit.models import AuditEvent

    call("k-1"), call("k-1")
    assert session.scalars(select(AuditEvent.action).where(AuditEvent.action == "answer:replayed")).all() == [
        "answer:replayed"
    ]


def test_t22_a_kept_answer_is_encrypted_and_the_key_is_not_kept_in_words(call: Call, session: Session) -> None:
    call("maria.quillfeather@example.org")
    (row,) = session.connection().exec_driver_sql("SELECT k::text FROM idempotency_key k").scalars()
    assert b"Quillfeather".hex() not in row
    assert b"maria.quillfeather".hex() not in row
    assert "Quillfeather" not in row
    assert "Quillfeather" in str(session.scalars(select(IdempotencyKey.answer)).one())


def test_t22_a_kept_answer_is_seen_by_its_owner_alone(
    call: Call, session: Session, world: World, navigator: Membership, acting_as: Callable[[Membership], Session]
) -> None:
    call("k-1")
    strangers = [
        world.staff(world.center, Role.COORD_SUPERVISOR),
        world.staff(world.plan, Role.PLAN_FINANCE),
        world.staff(world.lead, Role.NETWORK_LEAD),
    ]
    session.commit()
    seen = {}
    for who in (navigator, *strangers):
        with acting_as(who) as behind:
            seen[who.roles[0]] = len(behind.scalars(select(IdempotencyKey)).all())
    assert seen == {"navigator": 1, "coord_supervisor": 0, "plan_finance": 0, "network_lead": 0}


def test_t22_after_a_consent_was_withdrawn_no_kept_answer_is_shown(
    call: Call, session: Session, database: Database, app: Application, navigator: Membership
) -> None:
    call("k-1")
    consent = session.scalars(select(Consent)).first()
    assert consent is not None
    who = accounts.principal_of_membership(navigator, app.extensions["grants"])
    people.withdraw_consent(session, consent, by=who, at=NOW)
    session.commit()
    jobs.drain(database, HANDLERS)
    again = call("k-1")
    assert again.status_code == 409
    assert "Quillfeather" not in again.text
    assert people_there(session) == 1


def test_t22_answers_older_than_a_day_are_deleted(call: Call, session: Session, database: Database) -> None:
    call("k-1")
    jobs.add(session, "retention.run", key="purge")
    session.commit()
    with clock.standing_at(NOW + timedelta(hours=24)):
        jobs.drain(database, HANDLERS)
    assert session.scalar(select(func.count()).select_from(IdempotencyKey)) == 0


def test_t22_every_post_of_the_api_takes_a_key_and_the_document_says_so(app: Application) -> None:
    paths = app.test_client().get("/openapi.json").json["paths"]
    posts = {path: item["post"] for path, item in paths.items() if "post" in item}
    without = [path for path, post in posts.items() if "Idempotency-Key" not in _headers_of(post)]
    assert len(posts) > 30
    assert without == []


def _headers_of(operation: dict[str, Any]) -> set[str]:
    return {one["name"] for one in operation["parameters"] if one["in"] == "header"}


@pytest.fixture
def crowd(settings: Settings, committed_database: Database) -> tuple[Application, dict[str, str]]:
    """The application over a database with real commits, and a program's token."""
    app = create_app(settings, committed_database)
    app.config.update(TESTING=True)
    with committed_database.transaction(SEED) as session:
        world = make_world(session)
        token = accounts.make_token(session, world.staff(world.center, Role.NAVIGATOR), name="test", by=SEED, at=NOW)
    return app, {"Authorization": f"Bearer {token}"}


def test_t22_twenty_at_once_have_one_effect_and_one_answer(
    crowd: tuple[Application, dict[str, str]], committed_database: Database
) -> None:
    app, headers = crowd

    def post(_: int) -> TestResponse:
        client: FlaskClient = app.test_client()
        with clock.standing_at(NOW):
            return client.post("/api/v1/people", json=MARIA, headers={**headers, "Idempotency-Key": "k-1"})

    with ThreadPoolExecutor(TRIES) as pool:
        answers = list(pool.map(post, range(TRIES)))
    done = [answer for answer in answers if answer.status_code == 201]
    waiting = [answer for answer in answers if answer.status_code == 409]
    assert len(done) + len(waiting) == TRIES
    assert len({answer.data for answer in done}) == 1
    assert sum("Idempotency-Replayed" not in answer.headers for answer in done) == 1
    assert all(answer.headers["Retry-After"] == "1" for answer in waiting)
    with psycopg.connect(committed_database.url) as connection:
        assert connection.execute("SELECT count(*) FROM person").fetchone() == (1,)
    assert post(0).data == done[0].data
