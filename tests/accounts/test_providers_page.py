"""An administrator sets up where the members of an organization sign in, against a provider that signs real tokens."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from referral.accounts.models import ExternalIdentity, IdentityProvider, Membership
from referral.audit.models import AuditEvent
from referral.organizations.rules import Role
from referral.web.transaction import Application
from tests.accounts.provider import CLIENT_ID, CLIENT_SECRET, Provider, served
from tests.accounts.test_organization_sign_in import come_back, is_in
from tests.factories.fixtures import NOW, World, make_world

Browser = Callable[[Membership], FlaskClient]


@pytest.fixture
def provider() -> Iterator[Provider]:
    with served() as provider:
        yield provider


@pytest.fixture
def ada(world: World) -> Membership:
    return world.staff(world.center, Role.SYSADMIN, name="Ada")


def told(provider: Provider, **changed: Any) -> dict[str, Any]:
    return {"issuer": provider.issuer, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET} | changed


def the_provider(session: Session) -> IdentityProvider:
    session.expire_all()
    return session.scalars(select(IdentityProvider)).one()


def test_what_an_administrator_sets_up_lets_a_linked_member_in_and_the_secret_is_never_shown(
    app: Application, session: Session, world: World, provider: Provider, browser: Browser, ada: Membership
) -> None:
    hers, address = browser(ada), f"/protection/providers/{world.pantry.id}"
    assert "Passwords only" in hers.get("/protection/providers").text
    assert hers.post(address, data=told(provider)).status_code == 303
    page = hers.get(address).text
    assert provider.issuer in page
    assert f"/sign-in/with/{the_provider(session).slug}/back" in page
    assert CLIENT_SECRET not in page + hers.get("/protection/providers").text
    worker = world.staff(world.pantry, Role.CBO_INTAKE, name="Worker")
    session.add(ExternalIdentity(user_id=worker.user_id, issuer=provider.issuer, subject="subject-1", created_at=NOW))
    session.commit()
    client = app.test_client()
    come_back(client, provider, f"/sign-in/with/{the_provider(session).slug}")
    assert is_in(client)

    assert hers.post(f"{address}/off").status_code == 303
    assert not is_in(client), "whoever it let in is signed out"
    assert "Switched off" in hers.get("/protection/providers").text
    assert app.test_client().get(f"/sign-in/with/{the_provider(session).slug}").status_code == 404
    actions = session.scalars(select(AuditEvent.action).where(AuditEvent.action.like("identity-provider:%"))).all()
    assert actions == ["identity-provider:set", "identity-provider:off"]


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"issuer": "http://login.example.org"}, "issuer", "must begin with https://"),
        ({"issuer": "https://10.0.0.7"}, "issuer", "No provider of OpenID Connect answers"),
        ({"issuer": ""}, "issuer", "Write the address"),
        ({"client_id": ""}, "client_id", "Write the name"),
        ({"client_secret": ""}, "client_secret", "Write the secret"),
    ],
)
def test_what_cannot_be_used_is_said_at_its_field_and_nothing_typed_is_lost(
    session: Session,
    world: World,
    provider: Provider,
    browser: Browser,
    ada: Membership,
    changed: Any,
    field: str,
    words: str,
) -> None:
    answer = browser(ada).post(f"/protection/providers/{world.pantry.id}", data=told(provider, **changed))
    assert answer.status_code == 422
    assert f'href="#field-{field}"' in answer.text
    assert words in answer.text
    assert CLIENT_SECRET not in answer.text
    assert (CLIENT_ID in answer.text) == (field != "client_id")
    assert session.scalars(select(IdentityProvider)).all() == []


def test_a_provider_that_calls_itself_otherwise_is_refused(
    world: World, provider: Provider, browser: Browser, ada: Membership
) -> None:
    answer = browser(ada).post(
        f"/protection/providers/{world.pantry.id}", data=told(provider, issuer=f"{provider.issuer}/")
    )
    assert answer.status_code == 422
    assert "compare it with the one that the provider names" in answer.text


def test_an_empty_secret_keeps_the_known_one_for_the_same_client_only(
    session: Session, world: World, provider: Provider, browser: Browser, ada: Membership
) -> None:
    hers, address = browser(ada), f"/protection/providers/{world.pantry.id}"
    hers.post(address, data=told(provider))
    assert hers.post(address, data=told(provider, client_secret="", is_sso_only="true")).status_code == 303
    kept = the_provider(session)
    assert (kept.client_secret, kept.is_sso_only) == (CLIENT_SECRET, True)
    with served() as another:
        asked = hers.post(address, data=told(another, client_secret=""))
        assert asked.status_code == 422, "nobody learns the secret by naming an address of their own"
    assert hers.post(address, data=told(provider, client_id="other", client_secret="")).status_code == 422
    assert the_provider(session).issuer == provider.issuer


def test_programs_do_the_same_and_other_networks_stay_out(
    app: Application, world: World, provider: Provider, api: Any, ada: Membership
) -> None:
    client, headers = app.test_client(), api(ada)
    address = f"/api/v1/protection/providers/{world.pantry.id}"
    assert client.get(address, headers=headers).status_code == 404
    made = client.post(address, json=told(provider), headers=headers)
    assert (made.status_code, made.json["issuer"], made.json["is_active"]) == (200, provider.issuer, True)
    assert "client_secret" not in made.json
    assert CLIENT_SECRET not in client.get("/api/v1/protection/providers", headers=headers).text
    wrong = client.post(address, json=told(provider, issuer="https://10.0.0.7"), headers=headers)
    assert (wrong.status_code, list(wrong.json["errors"]["json"])) == (422, ["issuer"])
    assert client.post(f"{address}/off", headers=headers).json["is_active"] is False
    elsewhere = make_world(world.session, "Other Network").pantry
    foreign = f"/api/v1/protection/providers/{elsewhere.id}"
    assert client.post(foreign, json=told(provider), headers=headers).status_code == 404
    head = world.staff(world.pantry, Role.CBO_ADMIN, name="Head")
    assert client.get("/api/v1/protection/providers", headers=api(head)).status_code == 403
