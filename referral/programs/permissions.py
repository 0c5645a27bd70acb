"""Who may do what with programs, enrollments and service authorizations."""

from enum import StrEnum

from referral.accounts.rules import Grants
from referral.organizations.rules import Role


class ProgramPermission(StrEnum):
    """What a role may do; which records it reaches is decided row by row."""

    READ_ENROLLMENT = "enrollment:read"
    PROPOSE = "enrollment:create"
    DECIDE_ENROLLMENT = "enrollment:decide"
    READ = "service_authorization:read"
    REQUEST = "service_authorization:create"
    CONFIRM = "service_authorization:confirm"
    CANCEL = "service_authorization:cancel"
    DECIDE = "service_authorization:decide"
    GROUNDS = "consent:status"
    """Whether what a paid service rests on stands: yes or no, and nothing of what was signed."""


_CARE_TEAM = frozenset({Role.NAVIGATOR, Role.COORD_SUPERVISOR})
_DELIVERERS = frozenset({Role.CBO_INTAKE, Role.CBO_ADMIN})
_PLAN = frozenset({Role.PLAN_CARE_MGR})
_READERS = frozenset({Role.CBO_BILLER, Role.NETWORK_LEAD, Role.PLAN_FINANCE})

GRANTS: Grants = {
    ProgramPermission.READ_ENROLLMENT: _CARE_TEAM | _DELIVERERS | _PLAN | {Role.PLAN_FINANCE},
    ProgramPermission.PROPOSE: _CARE_TEAM | _DELIVERERS | _PLAN,
    ProgramPermission.DECIDE_ENROLLMENT: _PLAN,
    ProgramPermission.READ: _CARE_TEAM | _DELIVERERS | _PLAN | _READERS,
    ProgramPermission.REQUEST: _CARE_TEAM | _DELIVERERS,
    ProgramPermission.CONFIRM: _CARE_TEAM,
    ProgramPermission.CANCEL: _CARE_TEAM | _PLAN,
    ProgramPermission.DECIDE: _PLAN,
    ProgramPermission.GROUNDS: _PLAN | _READERS,
}
