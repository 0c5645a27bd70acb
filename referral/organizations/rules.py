"""Who takes part, in which role, and when their doors are open."""

from enum import StrEnum


class OrganizationKind(StrEnum):
    """What an organization is in a network; one row may deliver, another pay."""

    CBO = "cbo"
    CLINIC = "clinic"
    COORDINATION_CENTER = "coordination_center"
    NETWORK_LEAD = "network_lead"
    PLAN = "plan"
    STATE_AGENCY = "state_agency"


class Role(StrEnum):
    """What a user does in an organization; a membership holds a set of these and there are no others."""

    NAVIGATOR = "navigator"
    COORD_SUPERVISOR = "coord_supervisor"
    CBO_INTAKE = "cbo_intake"
    CBO_ADMIN = "cbo_admin"
    CBO_BILLER = "cbo_biller"
    NETWORK_LEAD = "network_lead"
    PLAN_CARE_MGR = "plan_care_mgr"
    PLAN_FINANCE = "plan_finance"
    PLAN_ANALYST = "plan_analyst"
    SYSADMIN = "sysadmin"
    CLIENT_SELF = "client_self"
