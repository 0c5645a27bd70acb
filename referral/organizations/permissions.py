"""Who lets organizations take part (which kinds: `rules.kinds_to_take_in`), and who sets what."""

from collections.abc import Mapping
from enum import StrEnum

from referral.organizations.rules import Role


class OrganizationPermission(StrEnum):
    """What may be done with the organizations of a network."""

    TAKE_IN = "organization:take_in"
    READ_NETWORK_SETTINGS = "network_settings:read"
    CHANGE_NETWORK_SETTINGS = "network_settings:change"
    """Holds at once for a network lead, and after a second person for an administrator."""
    DECIDE_NETWORK_SETTINGS = "network_settings:decide"
    CHANGE_OWN_SETTINGS = "organization_settings:change"


GRANTS: Mapping[StrEnum, frozenset[Role]] = {
    OrganizationPermission.TAKE_IN: frozenset({Role.NETWORK_LEAD, Role.SYSADMIN}),
    OrganizationPermission.READ_NETWORK_SETTINGS: frozenset({Role.COORD_SUPERVISOR, Role.NETWORK_LEAD, Role.SYSADMIN}),
    OrganizationPermission.CHANGE_NETWORK_SETTINGS: frozenset({Role.NETWORK_LEAD, Role.SYSADMIN}),
    OrganizationPermission.DECIDE_NETWORK_SETTINGS: frozenset({Role.SYSADMIN}),
    OrganizationPermission.CHANGE_OWN_SETTINGS: frozenset({Role.CBO_ADMIN}),
}
