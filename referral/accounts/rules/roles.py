"""What a membership may see and do, and how roles are called."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from referral.foundation.principal import Face
from referral.organizations.rules import OrganizationKind, Role

Grants = Mapping[StrEnum, frozenset[Role]]
"""Permission -> the roles that hold it."""


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
