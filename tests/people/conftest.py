"""Staff of the small network, and one session that acts as one of them after another."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from referral.accounts.models import Membership
from referral.foundation.database import become
from referral.foundation.principal import Principal
from referral.organizations import service as organizations
from referral.organizations.rules import OrganizationKind, Role
from tests.factories.fixtures import NOW, SEED, World

Act = Callable[[Membership], Principal]


@pytest.fixture
def act(session: Session, principal_of: Callable[[Membership], Principal]) -> Act:
    """Let the session act as somebody from now on, under row-level security; returns who that is."""

    def turn_into(membership: Membership) -> Principal:
        session.flush()
        principal = principal_of(membership)
        become(session, principal)
        return principal

    return turn_into


@pytest.fixture
def navigator(world: World) -> Membership:
    return world.staff(world.center, Role.NAVIGATOR)


@pytest.fixture
def colleague(world: World) -> Membership:
    return world.staff(world.center, Role.NAVIGATOR, name="Colleague")


@pytest.fixture
def clinic_navigator(world: World) -> Membership:
    clinic = organizations.add_organization(
        world.session, name="Clinic", kind=OrganizationKind.CLINIC, network=world.network, by=SEED, at=NOW
    )
    return world.staff(clinic, Role.NAVIGATOR)


@pytest.fixture
def intake_worker(world: World) -> Membership:
    return world.staff(world.pantry, Role.CBO_INTAKE)


@pytest.fixture
def plan_manager(world: World) -> Membership:
    return world.staff(world.plan, Role.PLAN_CARE_MGR)


@pytest.fixture
def other_plan_manager(world: World) -> Membership:
    return world.staff(world.other_plan, Role.PLAN_CARE_MGR)
