"""T10 and T11: sessions end when they must, and nobody guesses a way in."""

import re
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from redis import Redis
from sqlalchemy import select

from referral.accounts import service
from referral.accounts.models import Membership, SignIn
from referral.app import HANDLERS, SCHEDULE, create_app
from referral.audit.models import AuditEvent
from referral.foundation import clock
from referral.organizations.rules import Role
from tests.accounts.staging import HIRED, ana, code_of, give_app, hire, knock, secret_of, strict
from tests.factories.fixtures import NOW, PASSWORD, SEED, World, make_world

__all__ = ["ana"]
KEEPER = "192.0.2.77"


@pytest.fixture
def client(app, ana):
    client = app.test_client()
    assert knock(client).status_code == 303
    assert is_in(client)
    return client


def is_in(client) -> bool:
    return client.get("/account").status_code == 200


def copy_of(client, app):
    """Return a thief's browser with the same cookie."""
    thief = app.test_client()
    thief.set_cookie("sid", secret_of(client))
    return thief


def test_t10_a_session_id_from_before_the_sign_in_is_never_the_one_after(app, ana):
    client = app.test_client()
    client.set_cookie("sid", "planted-by-somebody-else")
    knock(client)
    first = secret_of(client)
    knock(client)
    assert len({"planted-by-somebody-else", first, secret_of(client)}) == 3
    thief = app.test_client()
    thief.set_cookie("sid", first)
    assert not is_in(thief)


def test_t10_each_step_up_gives_a_new_session_id(app, ana, session, world):
    totp = give_app(session, ana)
    session.commit()
    hire_elsewhere(world, session, ana)
    client, seen = app.test_client(), []
    knock(client)
    seen.append(secret_of(client))
    client.post("/sign-in/code", data={"code": code_of(totp), "next": ""})
    seen.append(secret_of(client))
    client.post("/choose-organization", data={"membership_id": ana.id})
    seen.append(secret_of(client))
    assert len(set(seen)) == 3
    assert is_in(client)
    for old in seen[:2]:
        thief = app.test_client()
        thief.set_cookie("sid", old)
        assert not is_in(thief)


def test_t10_a_copied_cookie_opens_nothing_after_sign_out(client, app):
    thief = copy_of(client, app)
    client.post("/sign-out")
    answer = thief.get("/people")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in?next=%2Fpeople")


@pytest.mark.parametrize(("minutes", "is_open"), [(14, True), (15, False)])
def test_t10_a_session_ends_after_15_idle_minutes(client, minutes, is_open):
    with clock.standing_at(NOW + timedelta(minutes=minutes)):
        assert is_in(client) is is_open


def test_t10_a_session_ends_after_12_hours_however_busy(client, ana, app):
    for minutes in range(0, 12 * 60, 14):
        with clock.standing_at(NOW + timedelta(minutes=minutes)):
            assert is_in(client), minutes
    with clock.standing_at(NOW + timedelta(hours=12)):
        assert not is_in(client)


def test_t10_choosing_an_organization_does_not_make_the_day_longer(client, ana):
    with clock.standing_at(NOW + timedelta(minutes=10)):
        client.post("/choose-organization", data={"membership_id": ana.id})
    for minutes in range(10, 12 * 60, 14):
        with clock.standing_at(NOW + timedelta(minutes=minutes)):
            client.get("/account")
    with clock.standing_at(NOW + timedelta(hours=12)):
        assert not is_in(client)


def test_t10_a_deactivated_user_is_out_at_the_next_request(client, ana, session):
    service.close_account(session, ana.user, by=SEED, at=NOW)
    session.commit()
    assert not is_in(client)


def test_t10_a_deactivated_membership_and_a_changed_role_end_the_session(client, app, ana, browser, session, world):
    keeper = browser(world.staff(world.center, Role.COORD_SUPERVISOR))
    thief = copy_of(client, app)
    admin = browser(world.staff(world.center, Role.SYSADMIN))
    assert admin.post(f"/users/{ana.id}/roles", data={"roles[]": ["navigator", "coord_supervisor"]}).status_code == 303
    assert not is_in(client)
    assert not is_in(thief)
    admin.post(f"/users/{ana.id}/roles", data={"roles[]": ["navigator"]})
    knock(client)
    assert is_in(client)
    assert keeper.post(f"/users/{ana.id}/deactivate").status_code == 303
    assert not is_in(client)
    knock(client)
    assert not is_in(client)


def test_t10_a_new_password_ends_every_session_but_the_one_that_chose_it(client, app, ana):
    other = app.test_client()
    knock(other)
    thief = copy_of(client, app)
    client.post("/account/confirm", data={"password": PASSWORD, "next": "/account/password"})
    new = "seven herons over water"
    answer = client.post("/account/password", data={"new_password": new, "again": new})
    assert answer.status_code == 303
    assert [is_in(each) for each in (client, other, thief)] == [True, False, False]
    assert knock(app.test_client()).status_code == 409
    assert knock(app.test_client(), password=new).status_code == 303


def test_t10_a_program_without_a_living_token_gets_401(app, ana, api, session):
    headers = api(ana)
    assert app.test_client().get("/api/v1/me", headers=headers).status_code == 200
    service.close_account(session, ana.user, by=SEED, at=NOW)
    session.commit()
    assert app.test_client().get("/api/v1/me", headers=headers).status_code == 401


def test_t10_the_cookie_is_bound_to_the_host_over_tls(put_together, ana):
    client = strict(put_together, public_base_url="https://referral.example").test_client()
    answer = client.post(
        "/sign-in", data={"email": HIRED, "password": PASSWORD, "next": ""}, base_url="https://referral.example"
    )
    cookie = next(line for line in answer.headers.getlist("Set-Cookie") if line.startswith("__Host-sid="))
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))


def test_t10_ended_sessions_are_forgotten_after_30_days_and_not_before(client, session):
    client.post("/sign-out")
    for days, kept in ((29, 1), (31, 0)):
        for forget in HANDLERS["retention.run"]:
            forget(session, at=NOW + timedelta(days=days))
        assert len(session.scalars(select(SignIn)).all()) == kept
    assert SCHEDULE["retention.run"] == 60


def hire_elsewhere(world: World, session, membership: Membership) -> Membership:
    other = service.add_membership(
        session, membership.user, world.shelter, network_id=world.network.id, roles={Role.CBO_INTAKE}, by=SEED, at=NOW
    )
    session.commit()
    return other


@pytest.fixture
def besieged(settings, committed_database):
    """The application with real commits, as in earnest, with one user."""
    with committed_database.transaction(SEED) as session:
        world = make_world(session)
        hire(world, world.center, Role.NAVIGATOR)
    app = create_app(settings, committed_database)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    return app


def test_t11_a_hundred_wrong_passwords_stop_at_ten_and_keep_nobody_else_out(besieged, committed_database, settings):
    answers = []
    for second in range(100):
        with clock.standing_at(NOW + timedelta(seconds=second)):
            answers.append(knock(besieged.test_client(), password=f"guess number {second}").status_code)
    assert answers.count(409) <= 10
    assert answers.count(409) + answers.count(429) == 100
    Redis.from_url(str(settings.redis_url)).flushall()
    with clock.standing_at(NOW + timedelta(seconds=101)):
        assert knock(besieged.test_client()).status_code == 429
        assert knock(besieged.test_client(), ip=KEEPER).status_code == 303
    with committed_database.transaction(SEED) as session:
        failed = session.scalars(select(AuditEvent).where(AuditEvent.action == "sign-in:failed")).all()
    assert len(failed) == answers.count(409)
    assert HIRED not in str([event.details for event in failed])


def test_t11_a_thousand_user_names_from_one_address_stop_at_ten(besieged):
    answers = [knock(besieged.test_client(), email=f"user{n}@example.org").status_code for n in range(100)]
    assert answers.count(409) == 10
    assert set(answers[10:]) == {429}
    assert knock(besieged.test_client(), ip=KEEPER).status_code == 303


def test_t11_many_addresses_against_one_account_stop_but_not_where_the_user_was_before(besieged):
    home = "198.51.100.9"
    assert knock(besieged.test_client(), ip=home).status_code == 303
    for n in range(60):
        knock(besieged.test_client(), password="wrong again", ip=f"203.0.113.{n}")
    assert knock(besieged.test_client(), ip="203.0.113.200").status_code == 429
    assert knock(besieged.test_client(), ip=home).status_code == 303


def test_t11_a_crowd_of_parallel_tries_is_counted_one_by_one(besieged):
    def guess(n: int) -> int:
        with clock.standing_at(NOW):
            return knock(besieged.test_client(), password=f"guess number {n}").status_code

    with ThreadPoolExecutor(8) as crowd:
        answers = list(crowd.map(guess, range(24)))
    assert answers.count(409) <= 10


def test_t11_known_and_unknown_users_get_the_same_answer_in_similar_time(app, ana):
    def ask(email: str, n: int):
        started = time.perf_counter()
        answer = knock(app.test_client(), password="not the password", email=email, ip=f"192.0.2.{n}")
        return time.perf_counter() - started, answer

    pairs = [(ask(HIRED, n), ask("zoe@example.org", n + 100)) for n in range(9)]
    for (_, known), (_, unknown) in pairs:
        assert known.status_code == unknown.status_code == 409
        assert plain(known.text) == plain(unknown.text).replace("zoe@example.org", HIRED)
    known_s, unknown_s = (statistics.median(pair[side][0] for pair in pairs) for side in (0, 1))
    assert known_s == pytest.approx(unknown_s, rel=0.2)


def plain(page: str) -> str:
    return re.sub(r'(content|value|nonce|src|href)="[^"]*"', "", page).replace("zoe@example.org", HIRED)


def test_t11_a_code_of_the_app_works_once(app, ana, session):
    totp = give_app(session, ana)
    session.commit()
    code = code_of(totp)
    first, second = app.test_client(), app.test_client()
    knock(first)
    knock(second)
    assert first.post("/sign-in/code", data={"code": code, "next": ""}).status_code == 303
    assert second.post("/sign-in/code", data={"code": code, "next": ""}).status_code == 409
    assert is_in(first)
    assert not is_in(second)
    with clock.standing_at(NOW + timedelta(seconds=30)):
        assert second.post("/sign-in/code", data={"code": code_of(totp), "next": ""}).status_code == 303


def test_t11_guessed_codes_stop_at_ten_from_wherever_they_come(besieged, committed_database):
    with committed_database.transaction(SEED) as session:
        totp = give_app(session, session.scalars(select(Membership)).unique().one())
    client = besieged.test_client()
    knock(client)

    def guess(n: int) -> int:
        return client.post(
            "/sign-in/code", data={"code": f"{n:06}", "next": ""}, environ_base={"REMOTE_ADDR": f"192.0.2.{n}"}
        ).status_code

    assert [guess(n) for n in range(12)] == [409] * 10 + [429] * 2
    assert client.post("/sign-in/code", data={"code": code_of(totp), "next": ""}).status_code == 429


def test_t11_guessed_links_stop_before_the_tenth(besieged):
    guesses = [besieged.test_client().get(f"/sign-in/link/guess-{n}").status_code for n in range(12)]
    assert (guesses[0], guesses[-1]) == (404, 429)


def test_t11_a_recovery_code_works_once(app, ana, session):
    give_app(session, ana)
    opened = service.open_session(session, ana, at=NOW)
    code, *_ = service.new_recovery_codes(session, opened.sign_in, at=NOW)
    session.commit()
    first, second = app.test_client(), app.test_client()
    knock(first)
    knock(second)
    assert first.post("/sign-in/code", data={"code": code.upper(), "next": ""}).status_code == 303
    assert is_in(first)
    assert second.post("/sign-in/code", data={"code": code, "next": ""}).status_code == 409


def test_t11_a_reset_link_works_once_and_not_for_long(app, ana, browser, session, world):
    keeper = browser(world.staff(world.center, Role.COORD_SUPERVISOR))

    def link() -> str:
        return re.search(r"/sign-in/link/[\w-]+", keeper.post(f"/users/{ana.id}/reset").text)[0]

    new = {"new_password": "seven herons over water", "again": "seven herons over water"}
    stranger, address = app.test_client(), link()
    assert stranger.get(address).status_code == 200
    assert stranger.post(address, data=new).status_code == 303
    assert stranger.post(address, data=new).status_code == 404
    first, second = link(), link()
    assert stranger.get(first).status_code == 404, "a newer link voids the older"
    with clock.standing_at(NOW + timedelta(minutes=30)):
        assert stranger.get(second).status_code == 404
