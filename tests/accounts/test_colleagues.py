"""Looking after colleagues, as the row user_role of the permission matrix says; everything leaves a trace."""

import re

import pytest
from sqlalchemy import select

from referral.accounts.models import Membership, TotpFactor, User
from referral.audit.models import AuditEvent
from referral.organizations.rules import Role
from tests.accounts.staging import HIRED, give_app, hire, knock
from tests.factories.fixtures import make_world

REACH = {
    Role.COORD_SUPERVISOR: {"navigator", "second navigator"},
    Role.CBO_ADMIN: {"intake"},
    Role.NETWORK_LEAD: {"intake", "pantry admin"},
    Role.SYSADMIN: {
        "navigator",
        "second navigator",
        "intake",
        "pantry admin",
        "shelter intake",
        "finance",
        "other",
    },
}
"""Whom each keeper may change, of those below."""


@pytest.fixture
def staff(world, session) -> dict[str, Membership]:
    other = make_world(session, "Other Network")
    hired = {
        "navigator": world.staff(world.center, Role.NAVIGATOR),
        "second navigator": world.staff(world.center, Role.NAVIGATOR, name="Second"),
        "intake": world.staff(world.pantry, Role.CBO_INTAKE),
        "pantry admin": world.staff(world.pantry, Role.CBO_ADMIN, name="Pantry admin"),
        "shelter intake": world.staff(world.shelter, Role.CBO_INTAKE),
        "finance": world.staff(world.plan, Role.PLAN_FINANCE),
        "other": other.staff(other.center, Role.NAVIGATOR, name="Elsewhere"),
    }
    session.commit()
    return hired


def keeper(world, staff, role) -> Membership:
    employer = {Role.CBO_ADMIN: world.pantry, Role.NETWORK_LEAD: world.lead}.get(role, world.center)
    return staff["pantry admin"] if role is Role.CBO_ADMIN else world.staff(employer, role, name=f"Keeper {role}")


@pytest.mark.parametrize("role", REACH)
def test_a_keeper_changes_whom_the_matrix_gives_them_and_nobody_else(world, staff, browser, role):
    client = browser(keeper(world, staff, role))
    changed = {name for name, one in staff.items() if client.post(f"/users/{one.id}/deactivate").status_code == 303}
    assert changed == REACH[role]


@pytest.mark.parametrize("role", sorted(set(Role) - set(REACH) - {Role.CLIENT_SELF}))
def test_everybody_else_opens_no_page_about_colleagues(world, staff, browser, role):
    client = browser(world.staff(world.center, role, name="Curious"))
    assert client.get("/users").status_code == 403
    assert client.get(f"/users/{staff['intake'].id}").status_code == 403


@pytest.mark.parametrize("role", REACH)
def test_nobody_raises_their_own_roles(world, staff, browser, session, role):
    own = keeper(world, staff, role)
    client = browser(own)
    for deed, data in (("roles", {"roles[]": ["sysadmin"]}), ("reset", {}), ("deactivate", {})):
        assert client.post(f"/users/{own.id}/{deed}", data=data).status_code in {403, 404}
    assert session.get(Membership, own.id, populate_existing=True).roles == [role.value]


def test_a_keeper_gives_no_role_beyond_their_own_reach(world, staff, browser, session):
    client = browser(staff["pantry admin"])
    assert client.post(f"/users/{staff['intake'].id}/roles", data={"roles[]": ["sysadmin"]}).status_code == 403
    assert client.post(f"/users/{staff['intake'].id}/roles", data={"roles[]": ["cbo_biller"]}).status_code == 303
    assert session.get(Membership, staff["intake"].id, populate_existing=True).roles == ["cbo_biller"]


def test_whoever_works_elsewhere_too_is_reset_by_the_system_only(world, staff, browser, session):
    session.add(
        Membership(
            user_id=staff["intake"].user_id,
            organization_id=world.plan.id,
            network_id=world.network.id,
            roles=["plan_finance"],
            created_at=staff["intake"].created_at,
        )
    )
    session.commit()
    address = f"/users/{staff['intake'].id}/reset"
    assert browser(staff["pantry admin"]).post(address).status_code == 403
    assert browser(world.staff(world.center, Role.SYSADMIN)).post(address).status_code == 200


def test_an_invitation_ends_in_a_sign_in_and_every_step_is_on_record(world, browser, app, session):
    admin = browser(world.staff(world.pantry, Role.CBO_ADMIN))
    page = admin.post("/users", data={"name": "Ben Lee", "email": "ben@example.org", "roles[]": ["cbo_intake"]})
    address = re.search(r"/sign-in/link/[\w-]+", page.text)[0]
    client = app.test_client()
    weak = client.post(address, data={"new_password": "ben lee pantry", "again": "ben lee pantry"})
    assert (weak.status_code, "your name" in weak.text) == (409, True)
    typo = client.post(address, data={"new_password": "seven herons over water", "again": "seven herons"})
    assert (typo.status_code, "not the same" in typo.text) == (422, True)
    good = {"new_password": "seven herons over water", "again": "seven herons over water"}
    assert client.post(address, data=good).headers["Location"] == "/sign-in"
    assert knock(client, email="ben@example.org", password="seven herons over water").status_code == 303
    assert client.get("/").status_code == 200
    user = session.scalars(select(User).where(User.email == "ben@example.org")).one()
    actions = set(session.scalars(select(AuditEvent.action).where(AuditEvent.subject_id == str(user.id))))
    assert {"user:added", "account-link:made", "account-link:used", "password:changed", "sign-in:ok"} <= actions


def test_a_known_address_is_added_by_the_system_only(world, staff, browser, session):
    hire(world, world.shelter, Role.CBO_INTAKE)
    session.commit()
    asked = {"name": "Ana", "email": HIRED, "roles[]": ["cbo_intake"]}
    assert browser(staff["pantry admin"]).post("/users", data=asked).status_code == 409
    system = browser(world.staff(world.center, Role.SYSADMIN))
    assert system.post("/users", data={**asked, "organization_id": str(world.pantry.id)}).status_code == 303


def test_a_lost_phone_is_forgotten_with_the_link(world, browser, app, session):
    ana = hire(world, world.center, Role.NAVIGATOR)
    give_app(session, ana)
    session.commit()
    supervisor = browser(world.staff(world.center, Role.COORD_SUPERVISOR))
    page = supervisor.post(f"/users/{ana.id}/reset", data={"forgets_factor": "true"}).text
    address = re.search(r"/sign-in/link/[\w-]+", page)[0]
    good = {"new_password": "seven herons over water", "again": "seven herons over water"}
    assert app.test_client().post(address, data=good).status_code == 303
    assert session.get(TotpFactor, ana.user_id, populate_existing=True) is None


def test_a_program_looks_after_colleagues_with_the_same_verbs(world, staff, api, app):
    client, headers = app.test_client(), api(staff["pantry admin"])
    address = f"/api/v1/users/{staff['intake'].id}"
    assert client.get(address, headers=headers).json["roles"] == ["cbo_intake"]
    changed = client.post(f"{address}/roles", json={"roles": ["cbo_biller"]}, headers=headers)
    assert changed.json["roles"] == ["cbo_biller"]
    assert "/sign-in/link/" in client.post(f"{address}/reset", json={}, headers=headers).json["url"]
    assert client.post(f"{address}/deactivate", headers=headers).json["is_active"] is False
    assert client.post(f"{address}/activate", headers=headers).json["is_active"] is True
    beyond = f"/api/v1/users/{staff['shelter intake'].id}"
    assert client.get(beyond, headers=headers).status_code == 404
