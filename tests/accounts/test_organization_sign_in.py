"""Signing in with an organization's own account, against a provider that checks PKCE and signs real tokens."""

import re
from datetime import timedelta

import pytest
from joserfc.jwk import RSAKey
from sqlalchemy import select

from referral.accounts import service
from referral.accounts.models import ExternalIdentity, IdentityProvider
from referral.foundation import clock, outbound
from referral.foundation.outbound import AddressRefused
from referral.foundation.refusals import Refused
from referral.organizations.rules import Role
from tests.accounts.provider import CLIENT_ID, CLIENT_SECRET, served
from tests.accounts.staging import hire, knock
from tests.factories.fixtures import NOW, PASSWORD, SEED


@pytest.fixture
def provider():
    with served() as provider:
        yield provider


@pytest.fixture
def house(session, world, provider, ana) -> IdentityProvider:
    """The coordination center's own sign-in."""
    return set_up(session, world.center, provider)


def set_up(session, organization, provider, **changed) -> IdentityProvider:
    given = {
        "issuer": provider.issuer,
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "is_sso_only": False,
        "is_production": False,
    } | changed
    found = service.set_provider(session, organization, **given, by=SEED, at=NOW)
    session.commit()
    return found


@pytest.fixture
def linked(session, ana, house, provider) -> None:
    session.add(ExternalIdentity(user_id=ana.user_id, issuer=provider.issuer, subject="subject-1", created_at=NOW))
    session.commit()


def come_back(client, provider, start="/sign-in/with/coordination-center"):
    """Go to the provider and back, as a browser would."""
    away = client.get(start)
    assert away.status_code == 303, away.text
    return client.get(provider.authorize(away.headers["Location"]))


def is_in(client) -> bool:
    return client.get("/account").status_code == 200


def test_a_linked_account_opens_the_organization_without_a_password(app, provider, linked):
    client = app.test_client()
    answer = come_back(client, provider, "/sign-in/with/coordination-center?next=/people")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/people")
    assert is_in(client)


def test_an_equal_email_address_links_nobody(app, provider, house, session):
    client = app.test_client()
    provider.email = "ana@example.org"
    answer = come_back(client, provider)
    assert answer.status_code == 409
    assert "not linked with anybody here" in answer.text
    assert not is_in(client)


def test_another_provider_with_the_same_subject_and_address_is_somebody_else(app, provider, linked, session, world):
    with served() as other:
        set_up(session, world.shelter, other)
        client = app.test_client()
        assert come_back(client, other, "/sign-in/with/open-door-shelter").status_code == 409
        assert not is_in(client)


@pytest.mark.parametrize(
    "bent",
    [
        {"nonce": "of another sign-in"},
        {"aud": "another client"},
        {"aud": [CLIENT_ID, "another client"], "azp": "another client"},
        {"iss": "https://elsewhere.example"},
        {"exp": 1},
        {"sub": None},
    ],
    ids=["nonce", "audience", "authorized party", "issuer", "expired", "nobody"],
)
def test_a_token_that_says_something_wrong_opens_nothing(app, provider, linked, bent):
    provider.claims = bent
    client = app.test_client()
    assert come_back(client, provider).status_code == 409
    assert not is_in(client)


def test_a_token_signed_by_somebody_else_opens_nothing(app, provider, linked):
    provider.signs_with = RSAKey.generate_key(2048, {"kid": "one"})
    client = app.test_client()
    assert come_back(client, provider).status_code == 409
    assert not is_in(client)


def test_a_code_that_was_used_opens_nothing(app, provider, linked):
    client, thief = app.test_client(), app.test_client()
    provider.accepts_codes_again = True
    back = provider.authorize(client.get("/sign-in/with/coordination-center").headers["Location"])
    assert client.get(back).status_code == 303
    client.post("/sign-out")
    assert client.get(back).status_code == 409
    thief.get("/sign-in/with/coordination-center")
    assert thief.get(back).status_code == 409
    assert not is_in(client)


def test_a_code_that_the_provider_knows_no_more_is_refused(app, provider, linked):
    client = app.test_client()
    back = provider.authorize(client.get("/sign-in/with/coordination-center").headers["Location"])
    provider.codes.clear()
    assert client.get(back).status_code == 409


def test_a_sign_in_begun_long_ago_is_not_finished(app, provider, linked):
    client = app.test_client()
    back = provider.authorize(client.get("/sign-in/with/coordination-center").headers["Location"])
    with clock.standing_at(NOW + timedelta(minutes=11)):
        assert client.get(back).status_code == 409


def test_an_invitation_links_the_account_and_works_once(app, provider, house, browser, session, world):
    keeper = browser(world.staff(world.center, Role.COORD_SUPERVISOR))
    page = keeper.post("/users", data={"name": "Ben", "email": "ben@example.org", "roles[]": ["navigator"]}).text
    address = re.search(r"/sign-in/link/[\w-]+", page)[0]
    client = app.test_client()
    assert "Continue with Coordination Center" in client.get(address).text
    provider.subject = "ben-of-the-provider"
    assert come_back(client, provider).status_code == 303
    assert is_in(client)
    assert app.test_client().get(address).status_code == 404
    again = app.test_client()
    come_back(again, provider)
    assert is_in(again)


def test_a_signed_in_user_links_the_account_after_the_password_and_not_before(app, provider, house, session):
    client = app.test_client()
    knock(client)
    start = "/account/link/coordination-center"
    assert client.get(start).headers["Location"].startswith("/account/confirm")
    client.post("/account/confirm", data={"password": PASSWORD, "next": start})
    assert come_back(client, provider, start).headers["Location"] == "/account"
    other = app.test_client()
    come_back(other, provider)
    assert is_in(other)


def test_an_account_of_somebody_else_cannot_be_linked_a_second_time(session, ana, linked, provider, world):
    other = hire(world, world.center, Role.NAVIGATOR, email="ben@example.org")
    from referral.accounts.oidc import Vouched

    with pytest.raises(Refused, match="somebody else"):
        service.link_identity(session, other.user, Vouched(provider.issuer, "subject-1"), at=NOW)


def test_a_provider_opens_its_own_organization_and_no_other(app, provider, linked, ana, session, world):
    service.add_membership(
        session, ana.user, world.shelter, network_id=world.network.id, roles={Role.CBO_ADMIN}, by=SEED, at=NOW
    )
    session.commit()
    client = app.test_client()
    come_back(client, provider)
    assert "Open Door Shelter" not in client.get("/choose-organization").text


def test_where_only_the_own_sign_in_counts_a_password_is_refused_in_words(app, provider, linked, ana, session, world):
    early = app.test_client()
    knock(early)
    assert is_in(early)
    set_up(session, world.center, provider, is_sso_only=True)
    assert not is_in(early), "what a password opened has ended"
    answer = knock(app.test_client())
    assert answer.status_code == 409
    assert "Coordination Center signs in through its own account only" in answer.text
    assert "do not fit together" in knock(app.test_client(), password="not the password").text
    client = app.test_client()
    come_back(client, provider)
    assert is_in(client)


def test_the_secret_of_the_client_is_kept_encrypted(session, house):
    kept = session.connection().exec_driver_sql("SELECT client_secret FROM identity_provider").scalar_one()
    assert CLIENT_SECRET.encode() not in bytes(kept)
    assert session.scalars(select(IdentityProvider.client_secret)).one() == CLIENT_SECRET


@pytest.mark.parametrize(
    "url", ["http://provider.example", "https://user@provider.example", "ftp://provider.example", "https://"]
)
def test_an_address_that_is_not_https_and_public_is_refused(url):
    with pytest.raises(AddressRefused):
        outbound.check_url(url, is_production=False)


def test_loopback_is_for_tests_only():
    outbound.check_url("http://127.0.0.1:5000", is_production=False)
    with pytest.raises(AddressRefused):
        outbound.check_url("http://127.0.0.1:5000", is_production=True)


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.0.0.8", "192.168.1.1", "169.254.169.254", "::1", "fd00::1", "::ffff:10.0.0.8"],
)
def test_a_private_address_is_never_connected_to_in_production(address):
    assert not outbound.permitted(address, is_production=True)
    assert outbound.permitted("8.8.8.8", is_production=True)
