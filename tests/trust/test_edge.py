"""The web edge: headers on every answer, proxies that are not ours, limits that hold (ASVS 2.4, 3.3, 3.4, 4.1)."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Blueprint
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from referral.accounts import service as accounts
from referral.accounts.models import Membership, SignIn
from referral.app import create_app
from referral.foundation import clock
from referral.foundation.database import Database
from referral.foundation.settings import Settings
from referral.organizations.rules import Role
from referral.web import guard
from referral.web.limits import LIMITS, Limit
from referral.web.transaction import Application
from tests.factories.fixtures import NOW, World

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
SAME = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
POLICY = ("default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'")
BIG = "x" * (17 * 1024 * 1024)
HTTPS = "https://referral.example"


def problems(answer: TestResponse, *, is_tls: bool) -> list[str]:
    """Return what an answer's headers lack or say too much."""
    headers = answer.headers
    policy = headers.get("Content-Security-Policy", "")
    found = [f"{name}: {headers.get(name)}" for name, value in SAME.items() if headers.get(name) != value]
    found += [f"the policy lacks {part}" for part in POLICY if part not in policy]
    found += [f"the policy allows {word}" for word in ("unsafe-inline", "unsafe-eval", "*", "http:") if word in policy]
    found += ["it opens itself to other sites"] if any(name.startswith("Access-Control") for name, _ in headers) else []
    found += [f"{name} is named" for name in ("Server", "X-Powered-By") if name in headers]
    has_text = answer.status_code not in {204, 304} and answer.mimetype.startswith(("text/", "application/problem"))
    found += (
        ["no charset"] if has_text and answer.mimetype == "text/html" and "charset" not in answer.content_type else []
    )
    strict = headers.get("Strict-Transport-Security", "")
    found += [] if (strict == "max-age=63072000; includeSubDomains") is is_tls else [f"HSTS: {strict!r}"]
    for cookie in headers.getlist("Set-Cookie"):
        lacks = [
            part
            for part in ("HttpOnly", "SameSite=Lax", "Path=/", *(["Secure"] if is_tls else []))
            if part not in cookie
        ]
        found += [f"a cookie without {', '.join(lacks)}"] if lacks else []
        found += ["a cookie of no host"] if is_tls and not cookie.startswith("__Host-") else []
        found += ["a cookie for a domain"] if "domain=" in cookie.lower() else []
    return found


@pytest.fixture(scope="module", params=["http://localhost", HTTPS], ids=["loopback", "https"])
def built_edge(request: pytest.FixtureRequest, settings: Settings, engine_database: Database) -> Application:
    """The application as outside: forms guarded, errors answered; with a door that breaks."""
    app = create_app(replace(settings, public_base_url=request.param), engine_database)
    broken = Blueprint("broken", __name__)

    def view() -> None:
        raise RuntimeError("a name could stand here")

    broken.add_url_rule("/broken", endpoint="page", view_func=guard.public(view))
    broken.add_url_rule("/api/v1/broken", endpoint="api", view_func=guard.public(view))
    app.register_blueprint(broken)
    return app


@pytest.fixture
def edge(built_edge: Application, database: Database) -> Application:
    """The same over the isolated database."""
    assert built_edge.extensions["database"] is database
    return built_edge


def is_tls(app: Application) -> bool:
    return app.config["PUBLIC_BASE_URL"] == HTTPS


def signed_in(app: Application, session: Session, membership: Membership) -> FlaskClient:
    opened = accounts.open_session(session, membership, at=NOW)
    session.commit()
    client = app.test_client()
    client.environ_base["wsgi.url_scheme"] = "https" if is_tls(app) else "http"
    client.set_cookie("__Host-sid" if is_tls(app) else "sid", opened.secret)
    return client


def every_address(app: Application) -> Iterator[str]:
    bound = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        values: dict[str, Any] = {}
        for name, converter in rule._converters.items():
            choices = getattr(converter, "items", None)
            values[name] = min(choices) if choices else 1 if "Integer" in type(converter).__name__ else uuid4()
        for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"})[:1]:
            yield bound.build(rule.endpoint, values, method=method)


def test_every_answer_of_every_address_carries_the_headers(edge: Application, session: Session, world: World) -> None:
    staff = world.staff(world.center, Role.NAVIGATOR, Role.COORD_SUPERVISOR, name="Reader")
    clients = {"nobody": edge.test_client(), "nora": signed_in(edge, session, staff)}
    addresses = [
        *every_address(edge),
        "/no-such-page",
        "/api/v1/no-such",
        "/static/app.css",
        "/static/none.css",
        "/broken",
        "/api/v1/broken",
    ]
    bad, seen = {}, set()
    for number, address in enumerate(addresses):
        for who, client in clients.items():
            method = "GET" if address.endswith("broken") else METHODS[number % len(METHODS)]
            with client.open(address, method=method) as answer:
                seen.add(answer.status_code)
                found = problems(answer, is_tls=is_tls(edge))
            bad |= {f"{who} {method} {address} {answer.status_code}": found} if found else {}
    assert bad == {}
    assert {200, 303, 400, 401, 404, 405, 500} <= seen


@pytest.mark.parametrize(
    ("how", "status"),
    [
        ({"path": "/sign-in", "method": "POST", "data": {"email": BIG}}, 413),
        ({"path": "/api/v1/people", "method": "POST", "data": BIG, "content_type": "application/json"}, 413),
        ({"path": "/sign-in", "method": "POST", "data": {"email": "a\x00"}}, 400),
    ],
    ids=["a large form", "a large body", "a bad character"],
)
def test_refusals_before_any_view_carry_them_too(
    edge: Application, world: World, api: Callable[[Membership], dict[str, str]], how: dict[str, Any], status: int
) -> None:
    headers = api(world.staff(world.center, Role.NAVIGATOR))
    answer = edge.test_client().open(**how, headers=headers)
    assert answer.status_code == status
    assert problems(answer, is_tls=is_tls(edge)) == []


def test_pages_are_never_kept_by_the_browser_and_files_may_be(
    edge: Application, session: Session, world: World
) -> None:
    nora = signed_in(edge, session, world.staff(world.center, Role.NAVIGATOR))
    for address in ("/", "/people", "/referrals", "/sign-in"):
        assert nora.get(address).headers["Cache-Control"] == "no-store", address
    with nora.get("/static/app.css") as answer:
        assert "no-store" not in answer.headers["Cache-Control"]


def test_signing_out_clears_what_the_browser_kept(app: Application, session: Session, world: World) -> None:
    nora = signed_in(app, session, world.staff(world.center, Role.NAVIGATOR))
    left = nora.post("/sign-out")
    assert {'"cache"', '"cookies"', '"storage"'} <= set(left.headers["Clear-Site-Data"].split(", "))


def test_an_error_page_says_nothing_about_the_inside(edge: Application) -> None:
    for address in ("/broken", "/api/v1/broken"):
        answer = edge.test_client().get(address)
        assert answer.status_code == 500
        for words in ("a name could stand here", "RuntimeError", "Traceback", ".py"):
            assert words not in answer.text


# -- proxies (4.1.3) ---------------------------------------------------------------------------------------------------

FORGED = {
    "X-Forwarded-For": "6.6.6.6",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "https",
    "X-Real-IP": "6.6.6.6",
    "Forwarded": "for=6.6.6.6;host=evil.example",
}


@pytest.mark.parametrize(
    ("proxies", "sent", "address"), [(0, "6.6.6.6", "127.0.0.1"), (1, "6.6.6.6, 7.7.7.7", "7.7.7.7")]
)
def test_who_asks_is_what_our_own_proxy_says_and_nobody_else(
    settings: Settings, database: Database, session: Session, world: World, proxies: int, sent: str, address: str
) -> None:
    app = create_app(replace(settings, trusted_proxies=proxies), database)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    seen: list[str | None] = []
    app.before_request(lambda: seen.append(guard.request.remote_addr))
    app.test_client().get("/healthz", headers={**FORGED, "X-Forwarded-For": sent})
    assert seen == [address]


def test_a_forged_host_or_scheme_leads_nowhere_else(edge: Application) -> None:
    plain, forged = (edge.test_client().get("/people", headers=headers) for headers in ({}, FORGED))
    assert forged.headers["Location"] == plain.headers["Location"]
    assert "evil.example" not in forged.text
    assert (
        "Access-Control-Allow-Origin" not in edge.test_client().get("/openapi.json", headers={"Origin": HTTPS}).headers
    )


# -- limits (2.4.1) ----------------------------------------------------------------------------------------------------

LIMITED = {
    "person:search": ("/people", Role.NAVIGATOR),
    "directory:search": ("/directory", Role.NAVIGATOR),
    "export": ("/reports/plan.csv", Role.PLAN_FINANCE),
}


def asking(app: Application, world: World, browser: Callable[[Membership], FlaskClient], kind: str) -> FlaskClient:
    app.extensions["limits"] = {kind: Limit(2, timedelta(hours=1))}
    role = LIMITED[kind][1]
    return browser(world.staff(world.plan if role is Role.PLAN_FINANCE else world.center, role, name=f"Hasty {kind}"))


@pytest.mark.parametrize("kind", LIMITED)
def test_past_its_limit_a_deed_is_refused_and_the_page_says_when_to_go_on(
    app: Application, world: World, browser: Callable[[Membership], FlaskClient], kind: str
) -> None:
    client, address = asking(app, world, browser, kind), LIMITED[kind][0]
    for status in (200, 200, 429):
        answer = client.get(address)
        answer.get_data()
        assert answer.status_code == status
    assert answer.headers["Retry-After"] == "3600"
    assert "You can go on in 60 minutes." in answer.text
    assert problems(answer, is_tls=False) == []


def test_the_next_hour_begins_anew_and_a_colleague_is_not_held_up(
    app: Application, session: Session, world: World, browser: Callable[[Membership], FlaskClient]
) -> None:
    hasty = asking(app, world, browser, "person:search")
    for _ in range(3):
        last = hasty.get("/people")
    assert last.status_code == 429
    assert asking(app, world, browser, "directory:search").get("/people").status_code == 200
    app.extensions["limits"] = {"person:search": Limit(2, timedelta(hours=1))}
    session.execute(SignIn.__table__.update().values(last_seen_at=NOW + timedelta(hours=1)))
    session.commit()
    with clock.standing_at(NOW + timedelta(hours=1)):
        assert hasty.get("/people").status_code == 200


def test_a_refused_try_counts_too_and_pages_and_programs_share_one_count(
    app: Application,
    world: World,
    browser: Callable[[Membership], FlaskClient],
    api: Callable[[Membership], dict[str, str]],
) -> None:
    app.extensions["limits"] = {"person:search": Limit(2, timedelta(hours=1))}
    nora = world.staff(world.center, Role.NAVIGATOR)
    client, headers = browser(nora), api(nora)

    def search() -> int:
        return client.post("/api/v1/people/search", json={"surprise": 1}, headers=headers).status_code

    assert [client.get("/people").status_code, search(), search()] == [200, 422, 429]


def test_the_limits_leave_room_for_a_day_of_work() -> None:
    a_day_of_calls, searches_a_call = 30, 8
    assert LIMITS["person:search"].most >= a_day_of_calls * searches_a_call
    assert all(limit.most >= 60 for limit in LIMITS.values())
