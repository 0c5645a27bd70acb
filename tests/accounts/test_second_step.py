"""The second step: an app is set up before anything else, its key is kept encrypted, and changing it asks again."""

import re

import pyotp
import pytest

from referral.accounts.models import RecoveryCode, TotpFactor
from referral.organizations.rules import Role
from tests.accounts.staging import code_of, give_app, knock, strict
from tests.factories.fixtures import PASSWORD


@pytest.fixture
def client(put_together, ana):
    """A browser whose password fits, where a second step is required."""
    client = strict(put_together).test_client()
    assert knock(client, to="/people").headers["Location"] == "/sign-in/new-app?next=/people"
    return client


def key_on(page: str) -> pyotp.TOTP:
    """Return the app that typed the key of this page."""
    return pyotp.TOTP(re.search(r"type this key into the app: <span[^>]*>([A-Z2-7 ]+)<", page)[1].replace(" ", ""))


def sealed_on(page: str) -> str:
    return re.search(r'name="key" value="([0-9a-f]+)"', page)[1]


def finish(client, address="/sign-in/new-app", code=""):
    page = client.get(address).text
    app = key_on(page)
    return app, client.post(address, data={"key": sealed_on(page), "code": code or code_of(app), "next": "/people"})


@pytest.mark.parametrize("page", ["/", "/people", "/account", "/choose-organization"])
def test_nothing_opens_before_an_app_is_set_up(client, page):
    answer = client.get(page)
    assert answer.status_code == 303
    assert (
        client.get(answer.headers["Location"])
        .headers.get("Location", answer.headers["Location"])
        .startswith("/sign-in/new-app")
    )


def test_setting_up_an_app_shows_ten_codes_once_and_opens_the_page_that_was_wanted(client, session, ana):
    _, answer = finish(client)
    codes = re.findall(r"<li>((?:[a-z2-9]{4}-){3}[a-z2-9]{4})</li>", answer.text)
    assert (answer.status_code, len(set(codes))) == (200, 10)
    assert 'href="/people"' in answer.text
    assert client.get("/people").status_code == 200
    assert all(code.encode() not in row.code_hash for row in session.query(RecoveryCode) for code in codes)


def test_a_wrong_first_code_keeps_the_same_picture(client):
    page = client.get("/sign-in/new-app").text
    again = client.post("/sign-in/new-app", data={"key": sealed_on(page), "code": "000000", "next": ""})
    assert again.status_code == 409
    assert key_on(again.text).secret == key_on(page).secret
    assert "<svg" in again.text


def test_a_key_sealed_for_somebody_else_is_refused(client):
    answer = client.post("/sign-in/new-app", data={"key": "ab" * 40, "code": "000000", "next": ""})
    assert answer.status_code in {409, 422}


def test_the_key_is_kept_encrypted_and_stands_in_no_address(client, session, ana):
    app, _ = finish(client)
    kept = session.connection().exec_driver_sql("SELECT secret FROM totp_factor").scalar_one()
    assert app.secret.encode() not in bytes(kept)
    assert session.get(TotpFactor, ana.user_id).secret == app.secret


def test_changing_the_app_asks_for_the_password_again_and_ends_other_sessions(app, ana, session):
    old = give_app(session, ana)
    session.commit()
    client, other = app.test_client(), app.test_client()
    knock(client)
    client.post("/sign-in/code", data={"code": code_of(old), "next": ""})
    knock(other)
    assert client.get("/account/app").headers["Location"] == "/account/confirm?next=%2Faccount%2Fapp"
    assert client.post("/account/recovery-codes").headers["Location"].startswith("/account/confirm")
    assert client.post("/account/confirm", data={"password": "not mine at all", "next": ""}).status_code == 409
    client.post("/account/confirm", data={"password": PASSWORD, "next": "/account/app"})
    new, answer = finish(client, "/account/app")
    assert answer.status_code == 200
    assert session.get(TotpFactor, ana.user_id, populate_existing=True).secret == new.secret
    assert client.get("/account").status_code == 200
    assert other.get("/sign-in/code").status_code == 303, "the half sign-in of the other browser has ended"


def test_new_recovery_codes_replace_the_old_ones(app, ana, session):
    old = give_app(session, ana)
    session.commit()
    client = app.test_client()
    knock(client)
    client.post("/sign-in/code", data={"code": code_of(old), "next": ""})
    client.post("/account/confirm", data={"password": PASSWORD, "next": ""})
    first, second = (client.post("/account/recovery-codes").text for _ in range(2))
    code = re.search(r"<li>((?:[a-z2-9]{4}-){3}[a-z2-9]{4})</li>", first)[1]
    assert code not in second
    again = app.test_client()
    knock(again)
    assert again.post("/sign-in/code", data={"code": code, "next": ""}).status_code == 409
    assert "10 recovery codes left" in client.get("/account").text


def test_a_user_lists_and_ends_their_own_sessions_and_nobody_elses(app, ana, browser, world, session):
    here, there = app.test_client(), app.test_client()
    for client, agent in ((here, "Firefox/130.0 Windows"), (there, "Safari/17 iPhone")):
        client.post(
            "/sign-in",
            data={"email": "ana@example.org", "password": PASSWORD, "next": ""},
            headers={"User-Agent": agent},
        )
    page = here.get("/account").text
    assert "Firefox on Windows" in page
    assert "Safari on iPhone" in page
    end = re.search(r"/account/sessions/[0-9a-f-]+/end", page)[0]
    stranger = browser(world.staff(world.center, Role.NAVIGATOR))
    assert stranger.post(end).status_code == 404
    assert there.get("/account").status_code == 200
    assert here.post(end).status_code == 303
    assert there.get("/account").status_code == 303
    knock(there)
    here.post("/account/sessions/end-others")
    assert (here.get("/account").status_code, there.get("/account").status_code) == (200, 303)


def test_a_browser_half_signed_in_finds_its_next_step(app, ana, session):
    give_app(session, ana)
    session.commit()
    client = app.test_client()
    knock(client)
    assert client.get("/sign-in").headers["Location"] == "/sign-in/code"
    assert client.get("/people").headers["Location"] == "/sign-in?next=%2Fpeople"
