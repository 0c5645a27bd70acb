"""Who looks after whom; whom exactly is decided row by row in `queries.staff`."""

from enum import StrEnum

from referral.accounts.rules import Grants
from referral.organizations.rules import Role


class AccountPermission(StrEnum):
    """What may be done with other people's accounts."""

    CHANGE_USER = "user_role:update"
    CHANGE_PROVIDER = "identity_provider:update"
    """Where the members of an organization sign in."""


STAFF_KEEPERS = frozenset({Role.SYSADMIN, Role.CBO_ADMIN, Role.COORD_SUPERVISOR, Role.NETWORK_LEAD})

GRANTS: Grants = {
    AccountPermission.CHANGE_USER: STAFF_KEEPERS,
    AccountPermission.CHANGE_PROVIDER: frozenset({Role.SYSADMIN}),
}
