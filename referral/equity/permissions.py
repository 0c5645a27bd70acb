"""Who may read which report (rows aggregate, aggregate.all_plans and export.rows of the permission matrix)."""

from enum import StrEnum

from referral.accounts.rules import Grants
from referral.organizations.rules import Role


class ReportPermission(StrEnum):
    """What may be done with reports; `rules.scopes` says over whose rows."""

    READ = "report:read"
    READ_EQUITY = "report:equity"
    READ_LINES = "report:lines"
    EXPORT = "report:export"


_PLAN = frozenset({Role.PLAN_CARE_MGR, Role.PLAN_FINANCE, Role.PLAN_ANALYST})
_OVERSIGHT = frozenset({Role.NETWORK_LEAD, Role.COORD_SUPERVISOR})

GRANTS: Grants = {
    ReportPermission.READ: _PLAN | _OVERSIGHT,
    ReportPermission.READ_EQUITY: _PLAN | _OVERSIGHT,
    # An analyst sees figures without small cells; lines are for those who pay or lead.
    ReportPermission.READ_LINES: frozenset({Role.PLAN_FINANCE, Role.NETWORK_LEAD, Role.COORD_SUPERVISOR}),
    ReportPermission.EXPORT: frozenset({Role.PLAN_FINANCE, Role.NETWORK_LEAD}),
}
