"""Fixtures that every test may use: a network with its organizations, staff, and browsers signed in as them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from referral.accounts import service as accounts
from referral.accounts.models import Membership
from referral.foundation import clock
from referral.foundation.database import Database, become
from referral.foundation.principal import Principal, system
from referral.organizations import service as organizations
from referral.organizations.models import Network, Organization
from referral.organizations.rules import OrganizationKind, Role
from referral.web.transaction import Application

NOW = datetime(2026, 11, 16, 15, 0, tzinfo=UTC)
"""A Monday, 10 in the morning in North Carolina."""
SEED = system("test-setup")
PASSWORD = "correct horse battery staple"


@pytest.fixture(autouse=True)
def at() -> Iterator[datetime]:
    """Time stands still on a Monday morning."""
    with clock.standing_at(NOW):
        yield NOW


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A session that sees everything, for setting the stage and for looking behind it."""
    with database.session(SEED) as session:
        yield session
        session.rollback()


@dataclass
class World:
    """A small network: one coordination center, two CBOs, a lead, a plan, and a second plan and lead."""

    session: Session
    network: Network
    center: Organization
    pantry: Organization
    shelter: Organization
    lead: Organization
    other_lead: Organization
    plan: Organization
    other_plan: Organization

    def staff(self, organization: Organization, *roles: Role, name: str = "") -> Membership:
        """Hire somebody: returns the membership of a new user with these roles."""
        name = name or f"{roles[0].value} at {organization.name}"
        email = f"{name.lower().replace(' ', '.')}@example.org"
        user = accounts.add_user(self.session, email=email, name=name, password=None, by=SEED, at=NOW)
        return accounts.add_membership(
            self.session, user, organization, network_id=self.network.id, roles=roles, by=SEED, at=NOW
        )


@pytest.fixture
def world(session: Session) -> World:
    """The small network, in the test's transaction."""
    return make_world(session)


def make_world(session: Session, name: str = "Test Network") -> World:
    """Found a small network."""
    network = organizations.found_network(session, name=name, state="NC", time_zone="America/New_York", by=SEED, at=NOW)

    def add(label: str, kind: OrganizationKind) -> Organization:
        return organizations.add_organization(session, name=label, kind=kind, network=network, by=SEED, at=NOW)

    world = World(
        session=session,
        network=network,
        center=add("Coordination Center", OrganizationKind.COORDINATION_CENTER),
        pantry=add("Helping Hands Pantry", OrganizationKind.CBO),
        shelter=add("Open Door Shelter", OrganizationKind.CBO),
        lead=add("East Lead", OrganizationKind.NETWORK_LEAD),
        other_lead=add("West Lead", OrganizationKind.NETWORK_LEAD),
        plan=add("Blue Plan", OrganizationKind.PLAN),
        other_plan=add("Green Plan", OrganizationKind.PLAN),
    )
    for organization, lead in ((world.pantry, world.lead), (world.shelter, world.other_lead)):
        organizations.contract(
            session,
            organization_id=organization.id,
            network_id=network.id,
            network_lead_id=lead.id,
            starts_on=date(2020, 1, 1),
            by=SEED,
            at=NOW,
        )
    session.flush()
    return world


@pytest.fixture
def principal_of(app: Application) -> Callable[[Membership], Principal]:
    """Return who acts when a membership acts, with the application's permissions."""
    return lambda membership: accounts.principal_of_membership(membership, app.extensions["grants"])


@pytest.fixture
def acting_as(database: Database, principal_of: Callable[[Membership], Principal]) -> Callable[[Membership], Session]:
    """Return a session that acts for a membership, under row-level security."""

    def open_session(membership: Membership) -> Session:
        session = database.session(principal_of(membership))
        become(session, principal_of(membership))
        return session

    return open_session


@pytest.fixture
def browser(app: Application, session: Session) -> Callable[[Membership], FlaskClient]:
    """Return a browser that is signed in as a membership."""

    def sign_in(membership: Membership) -> FlaskClient:
        opened = accounts.open_session(session, membership, at=NOW)
        session.commit()
        client = app.test_client()
        client.set_cookie("sid", opened.secret)
        return client

    return sign_in


@pytest.fixture
def api(app: Application, session: Session) -> Callable[[Membership], dict[str, str]]:
    """Return the headers with which a program acts as a membership."""

    def token(membership: Membership) -> dict[str, str]:
        made = accounts.make_token(session, membership, name="test", by=SEED, at=NOW)
        session.commit()
        return {"Authorization": f"Bearer {made}"}

    return token
