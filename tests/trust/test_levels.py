"""Sensitivity levels: who is cleared, and who sees which fields of what is sensitive (T04)."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from referral.accounts.models import Membership
from referral.audit.models import AuditEvent
from referral.foundation.principal import Principal
from referral.organizations.rules import Role
from tests.factories.fixtures import NOW, World

Browser = Callable[[Membership], FlaskClient]
TRAINED = {"trained_on": "2026-10-01"}


@pytest.fixture
def head(world: World) -> Membership:
    world.shelter.is_victim_service = True
    return world.staff(world.shelter, Role.CBO_ADMIN)


def test_who_keeps_the_roles_clears_a_colleague_from_the_next_request_on(
    session: Session, world: World, head: Membership, browser: Browser, principal_of: Callable[..., Principal]
) -> None:
    worker = world.staff(world.shelter, Role.CBO_INTAKE)
    client = browser(head)
    assert b"Safety clearance" in client.get(f"/users/{worker.id}/clearance").data
    assert client.post(f"/users/{worker.id}/clearance", data=TRAINED).status_code == 303
    session.expire_all()
    assert worker.ipv_cleared_until == date(2027, 9, 30), "a training counts for a year"
    assert principal_of(worker).is_l3_cleared
    assert client.post(f"/users/{worker.id}/clearance/end").status_code == 303
    session.expire_all()
    assert not principal_of(worker).is_l3_cleared
    events = session.scalars(select(AuditEvent.action).where(AuditEvent.action.like("clearance:%"))).all()
    assert sorted(events) == ["clearance:ended", "clearance:given"]


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"trained_on": "2026-12-01"}, b"in the past"),
        ({"trained_on": "2025-10-01"}, b"more than a year old"),
        ({"trained_on": "2026-10-01", "until": "2028-01-01"}, b"at the latest"),
    ],
)
def test_a_clearance_needs_a_training_of_the_last_year(
    world: World, head: Membership, browser: Browser, form: dict[str, str], told: bytes
) -> None:
    worker = world.staff(world.shelter, Role.CBO_INTAKE)
    answer = browser(head).post(f"/users/{worker.id}/clearance", data=form)
    assert answer.status_code == 409
    assert told in answer.data


def test_nobody_clears_themselves_or_somebody_elsewhere_and_no_clearance_outlives_its_ground(
    session: Session, world: World, head: Membership, browser: Browser, principal_of: Callable[..., Principal]
) -> None:
    elsewhere = world.staff(world.pantry, Role.CBO_INTAKE)
    supervisor = world.staff(world.center, Role.COORD_SUPERVISOR)
    navigator = world.staff(world.center, Role.NAVIGATOR)
    for clearer, target in ((head, head), (head, elsewhere), (supervisor, supervisor), (head, navigator)):
        assert browser(clearer).post(f"/users/{target.id}/clearance", data=TRAINED).status_code == 404
    own_head = world.staff(world.pantry, Role.CBO_ADMIN)
    answer = browser(own_head).post(f"/users/{elsewhere.id}/clearance", data=TRAINED)
    assert answer.status_code == 409, "the pantry is no victim service"
    assert browser(supervisor).post(f"/users/{navigator.id}/clearance", data=TRAINED).status_code == 303
    session.expire_all()
    assert principal_of(navigator).is_l3_cleared
    worker = world.staff(world.shelter, Role.CBO_INTAKE)
    worker.ipv_trained_on, worker.ipv_cleared_until = date(2025, 11, 16), NOW.date() - timedelta(days=1)
    assert not principal_of(worker).is_l3_cleared, "it ended yesterday"
    worker.ipv_cleared_until = NOW.date()
    assert principal_of(worker).is_l3_cleared
    world.shelter.is_victim_service = False
    assert not principal_of(worker).is_l3_cleared
