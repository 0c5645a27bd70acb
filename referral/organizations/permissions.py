"""Who lets organizations take part; which kinds is decided by `rules.kinds_to_take_in`."""

from collections.abc import Mapping
from enum import StrEnum

from referral.organizations.rules import Role


class OrganizationPermission(StrEnum):
    """What may be done with the organizations of a network."""

    TAKE_IN = "organization:take_in"


GRANTS: Mapping[StrEnum, frozenset[Role]] = {
    OrganizationPermission.TAKE_IN: frozenset({Role.NETWORK_LEAD, Role.SYSADMIN}),
}
