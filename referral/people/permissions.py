"""Who may do what with people; whom they may do it with is decided by grants of access."""

from enum import StrEnum

from referral.accounts.rules import Grants
from referral.organizations.rules import Role


class PersonPermission(StrEnum):
    """What may be done with people."""

    SEARCH = "person:search"
    ADD = "person:add"
    READ = "person:read"
    CHANGE = "person:change"
    REACH = "safe_contact:read"
    """Reads how to reach somebody; without it a record opens only as far as a bill needs."""
    DESCRIBE = "demographic:note"
    READ_DEMOGRAPHICS = "demographic:read"
    READ_CONSENTS = "consent:read"
    RECORD_CONSENT = "consent:record"
    TEXT_LIST = "list:text"
    BREAK_GLASS = "break_glass:ask"
    READ_GLASS = "break_glass:read"
    REVIEW_GLASS = "break_glass:review"


_CARE_TEAM = frozenset({Role.NAVIGATOR, Role.COORD_SUPERVISOR})
_CBO = frozenset({Role.CBO_INTAKE, Role.CBO_ADMIN})
_PAYERS = frozenset({Role.CBO_BILLER, Role.NETWORK_LEAD, Role.PLAN_CARE_MGR, Role.PLAN_FINANCE})
_EMERGENCY = frozenset({Role.NAVIGATOR, Role.CBO_INTAKE, Role.PLAN_CARE_MGR})
_REVIEWERS = frozenset({Role.COORD_SUPERVISOR, Role.CBO_ADMIN})

GRANTS: Grants = {
    PersonPermission.SEARCH: _CARE_TEAM,
    PersonPermission.ADD: _CARE_TEAM,
    PersonPermission.READ: _CARE_TEAM | _CBO | _PAYERS,
    PersonPermission.CHANGE: _CARE_TEAM,
    PersonPermission.REACH: _CARE_TEAM | _CBO | {Role.PLAN_CARE_MGR},
    PersonPermission.DESCRIBE: frozenset({Role.NAVIGATOR}),
    PersonPermission.READ_DEMOGRAPHICS: _CARE_TEAM,
    PersonPermission.READ_CONSENTS: _CARE_TEAM | _CBO,
    PersonPermission.RECORD_CONSENT: frozenset({Role.NAVIGATOR}),
    PersonPermission.TEXT_LIST: frozenset({Role.NAVIGATOR}),
    PersonPermission.BREAK_GLASS: _EMERGENCY,
    PersonPermission.READ_GLASS: _EMERGENCY | _REVIEWERS,
    PersonPermission.REVIEW_GLASS: _REVIEWERS,
}
