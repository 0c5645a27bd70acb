"""Limits of sessions and passwords, and what a membership may see."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from referral.foundation.principal import Face
from referral.organizations.rules import OrganizationKind, Role

IDLE_LIMIT = timedelta(minutes=15)
ABSOLUTE_LIMIT = timedelta(hours=12)
TOKEN_LIFE = timedelta(days=90)
FAILURE_WINDOW = timedelta(minutes=15)
MAX_FAILURES = 10
MIN_PASSWORD_LENGTH = 12
MAX_PASSWORD_LENGTH = 256

Grants = Mapping[StrEnum, frozenset[Role]]
"""Permission -> the roles that hold it."""


def is_alive(*, at: datetime, last_seen_at: datetime, ends_at: datetime, ended_at: datetime | None) -> bool:
    """Whether a session still opens doors: not ended, not idle for 15 minutes, not older than 12 hours."""
    return ended_at is None and at < ends_at and at - last_seen_at < IDLE_LIMIT


def is_locked_out(failures: int) -> bool:
    """Whether so many failures within the window refuse further tries, right password or not."""
    return failures >= MAX_FAILURES


def password_problem(password: str) -> str | None:
    """Return why staff may not use the password (length only: no composition rules, NIST SP 800-63B), or None."""
    if len(password) < MIN_PASSWORD_LENGTH:
        return f"Use at least {MIN_PASSWORD_LENGTH} characters; several words make a good password."
    if len(password) > MAX_PASSWORD_LENGTH:
        return f"Use at most {MAX_PASSWORD_LENGTH} characters."
    return None


def face_of(kind: OrganizationKind | None) -> Face:
    """Return the database role that reads for members of such an organization."""
    if kind in {OrganizationKind.PLAN, OrganizationKind.STATE_AGENCY}:
        return Face.PLAN
    return Face.NETWORK if kind is OrganizationKind.NETWORK_LEAD else Face.APP


def is_care_team(roles: Iterable[str]) -> bool:
    """Whether one of the roles reads persons whose consent names the network."""
    return bool({Role.NAVIGATOR.value, Role.COORD_SUPERVISOR.value} & set(roles))


def permissions_of(roles: Iterable[str], grants: Grants) -> frozenset[str]:
    """Return what the roles may do together."""
    held = set(roles)
    return frozenset(
        permission.value for permission, holders in grants.items() if held & {role.value for role in holders}
    )


ROLE_WORDS = {
    Role.NAVIGATOR: "navigator",
    Role.COORD_SUPERVISOR: "supervisor of the coordination center",
    Role.CBO_INTAKE: "intake",
    Role.CBO_ADMIN: "administrator of the organization",
    Role.CBO_BILLER: "billing",
    Role.NETWORK_LEAD: "network lead",
    Role.PLAN_CARE_MGR: "care manager of the plan",
    Role.PLAN_FINANCE: "payments of the plan",
    Role.PLAN_ANALYST: "analyst",
    Role.SYSADMIN: "administrator of the system",
    Role.CLIENT_SELF: "person served",
}


def role_words(role: str) -> str:
    """Say a role as people do."""
    return ROLE_WORDS[Role(role)]
