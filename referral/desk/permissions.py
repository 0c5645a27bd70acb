"""Who may open the pages that look across; what they show on them is decided row by row."""

from enum import StrEnum

from referral.accounts.permissions import STAFF_KEEPERS
from referral.accounts.rules import Grants
from referral.organizations.rules import Role


class DeskPermission(StrEnum):
    """What may be done across the rooms."""

    THREAD = "thread:read"
    USERS = "user_role:read"
    ADD_USER = "user_role:create"
    JOBS = "job:read"
    RETRY = "job:retry"
    LOG = "audit_log:read"
    ACCESS_LOG = "access_log:read"
    PROTECTION = "protection:change"


_CARE_TEAM = frozenset({Role.NAVIGATOR, Role.COORD_SUPERVISOR})
_CBO = frozenset({Role.CBO_INTAKE, Role.CBO_ADMIN, Role.CBO_BILLER})
_PAYERS = frozenset({Role.NETWORK_LEAD, Role.PLAN_CARE_MGR, Role.PLAN_FINANCE})

GRANTS: Grants = {
    DeskPermission.THREAD: _CARE_TEAM | _CBO | _PAYERS,
    DeskPermission.USERS: STAFF_KEEPERS,
    DeskPermission.ADD_USER: STAFF_KEEPERS,
    DeskPermission.JOBS: frozenset({Role.SYSADMIN}),
    DeskPermission.RETRY: frozenset({Role.SYSADMIN}),
    DeskPermission.LOG: frozenset({Role.COORD_SUPERVISOR, Role.CBO_ADMIN, Role.NETWORK_LEAD, Role.SYSADMIN}),
    DeskPermission.PROTECTION: frozenset({Role.SYSADMIN}),
    DeskPermission.ACCESS_LOG: _CARE_TEAM | {Role.CBO_ADMIN},
}
