"""The edge: doors with keepers, one transaction, headers on every answer, errors that say what to do."""

import pytest
from flask import Blueprint
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError

from referral.accounts import service as accounts
from referral.app import create_app
from referral.audit.models import AuditEvent
from referral.foundation import jobs
from referral.foundation.jobs import Job
from referral.foundation.refusals import NotAllowed, NotFound, Refused
from referral.organizations.rules import Role
from referral.web import guard
from referral.web.transaction import db
from tests.factories.fixtures import NOW, SEED, make_world


@pytest.fixture(scope="module")
def built_trial(settings, engine_database):
    """The application with a few doors that only these tests have."""
    app = create_app(settings, engine_database)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    doors = Blueprint("trial", __name__)

    def door(path, view, mark=guard.public, **options):
        doors.add_url_rule(path, endpoint=path.strip("/").replace("/", "_"), view_func=mark(view), **options)

    def add_job(status):
        jobs.add(db(), "greet", key="k1")
        return "done", status

    def refuse(refusal):
        def view():
            jobs.add(db(), "greet", key="k1")
            raise refusal

        return view

    door("/ok", lambda: add_job(200))
    door("/broken", lambda: add_job(422))
    door("/refused", refuse(Refused("That is over.")))
    door("/not-allowed", refuse(NotAllowed("Only a supervisor may.")))
    door("/not-found", refuse(NotFound()))
    door("/api/refused", refuse(Refused("That is over.")))
    door("/gone", refuse(OperationalError("x", {}, Exception("the server closed the connection"))))
    door("/staff", lambda: "in", mark=guard.signed_in)
    app.register_blueprint(doors)
    return app


@pytest.fixture
def trial(built_trial, database):
    """The same over the isolated database."""
    assert built_trial.extensions["database"] is database
    return built_trial


def jobs_written(session):
    return session.scalar(select(func.count()).select_from(Job))


def test_a_good_answer_commits_everything_it_wrote(trial, session):
    assert trial.test_client().get("/ok").status_code == 200
    assert jobs_written(session) == 1


@pytest.mark.parametrize(
    ("path", "status"),
    [("/broken", 422), ("/refused", 409), ("/not-allowed", 403), ("/not-found", 404), ("/gone", 503)],
)
def test_an_answer_of_400_or_more_leaves_nothing_behind(trial, session, path, status):
    assert trial.test_client().get(path).status_code == status
    assert jobs_written(session) == 0


def test_a_refusal_says_its_sentence_on_the_page(trial):
    assert b"That is over." in trial.test_client().get("/refused").data


def test_a_refusal_of_the_api_is_a_problem_document(trial):
    answer = trial.test_client().get("/api/refused")
    assert answer.content_type == "application/problem+json"
    assert answer.json["status"] == 409
    assert answer.json["detail"] == "That is over."


def test_a_server_that_does_not_answer_gives_503_and_says_when_to_come_back(trial):
    assert trial.test_client().get("/gone").headers["Retry-After"] == "5"


@pytest.mark.parametrize(
    "path", ["/healthz", "/sign-in", "/no-such-page", "/refused", "/gone", "/static/app.css", "/openapi.json"]
)
def test_every_answer_carries_the_security_headers(trial, path):
    with trial.test_client().get(path) as answer:
        headers = answer.headers
    policy = headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_a_stranger_is_asked_to_sign_in_and_comes_back_to_where_they_wanted(trial):
    answer = trial.test_client().get("/staff?page=2")
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith("/sign-in?next=%2Fstaff%3Fpage%3D2")


def test_a_program_without_a_token_gets_401(app):
    answer = app.test_client().get("/api/v1/me")
    assert answer.status_code == 401
    assert answer.json["title"] == "Sign in to continue"


def test_a_form_without_its_token_is_refused(settings, database):
    app = create_app(settings, database)
    answer = app.test_client().post("/sign-in", data={"email": "a@example.org", "password": "x"})
    assert answer.status_code == 400


def test_a_denied_door_is_a_security_event_that_survives_the_refusal(settings, committed_database):
    app = create_app(settings, committed_database)
    app.config.update(TESTING=True)
    with committed_database.transaction(SEED) as session:
        world = make_world(session)
        clerk = world.staff(world.pantry, Role.CBO_BILLER)
        secret = accounts.open_session(session, clerk, at=NOW).secret
    client = app.test_client()
    client.set_cookie("sid", secret)
    assert client.get("/people").status_code == 403
    with committed_database.transaction(SEED) as session:
        event = session.scalars(select(AuditEvent).where(AuditEvent.action == "access:denied")).one()
    assert event.principal_id == str(clerk.user_id)


def test_readiness_names_its_parts(app):
    assert app.test_client().get("/readyz").json == {"database": True, "queue": True}


def test_nothing_of_a_request_stays_in_the_connection(trial, database):
    trial.test_client().get("/refused")
    with database.engine.connect() as connection:
        assert connection.scalar(text("SELECT coalesce(current_setting('app.org', true), '')")) == ""


@pytest.mark.parametrize(
    "how", [{"query_string": {"words": "a\x00b"}}, {"method": "POST", "data": {"email": "a\x00b"}}]
)
def test_a_character_that_cannot_be_stored_is_refused_at_the_door(trial, how):
    answer = trial.test_client().open("/sign-in", **how)
    assert answer.status_code == 400
    assert b"cannot be stored" in answer.data
