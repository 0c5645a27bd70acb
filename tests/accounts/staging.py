"""What the tests of signing in share: a user with a password, a browser that signs in, and an authenticator app."""

from collections.abc import Callable

import pyotp
import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from referral.accounts import service
from referral.accounts.models import Membership, TotpFactor
from referral.foundation import clock
from referral.organizations.models import Organization
from referral.organizations.rules import Role
from referral.web.transaction import Application
from tests.factories.fixtures import NOW, PASSWORD, SEED, World

HIRED = "ana@example.org"


def hire(world: World, organization: Organization, *roles: Role, email: str = HIRED) -> Membership:
    """Let somebody with a password work for an organization."""
    user = service.add_user(
        world.session,
        email=email,
        name="Ana Test",
        password=PASSWORD,
        by=SEED,
        at=NOW,
    )
    return service.add_membership(
        world.session, user, organization, network_id=world.network.id, roles=roles, by=SEED, at=NOW
    )


def strict(put_together: Callable[..., Application], **changed: object) -> Application:
    """Return the application as in earnest: a second step is required."""
    app = put_together(has_second_factor=True, **changed)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    return app


def knock(client: FlaskClient, password: str = PASSWORD, email: str = HIRED, ip: str = "192.0.2.1", to: str = ""):
    """Try to sign in from an address."""
    return client.post(
        "/sign-in", data={"email": email, "password": password, "next": to}, environ_base={"REMOTE_ADDR": ip}
    )


def give_app(session: Session, membership: Membership, *, key: str = "") -> pyotp.TOTP:
    """Let the user have an authenticator app; the code of the present step was used for setting it up."""
    key = key or pyotp.random_base32()
    step = int(clock.now().timestamp()) // 30
    session.add(TotpFactor(user_id=membership.user_id, secret=key, created_at=clock.now(), last_step=step - 1))
    session.flush()
    return pyotp.TOTP(key)


def code_of(totp: pyotp.TOTP) -> str:
    """Return what the app shows now."""
    return totp.at(clock.now())


def secret_of(client: FlaskClient) -> str:
    """Return the browser's session id."""
    cookie = client.get_cookie("sid")
    assert cookie is not None
    return cookie.value


@pytest.fixture
def ana(world: World, session: Session) -> Membership:
    """A navigator with a password and one employer."""
    membership = hire(world, world.center, Role.NAVIGATOR)
    session.commit()
    return membership
