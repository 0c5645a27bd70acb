"""Who may look into the directory, and who keeps an organization's own listings."""

from enum import StrEnum

from referral.accounts.rules import Grants
from referral.organizations.rules import Role


class DirectoryPermission(StrEnum):
    """What may be done with the directory."""

    SEARCH = "directory:search"
    MAINTAIN = "directory:maintain"


GRANTS: Grants = {
    DirectoryPermission.SEARCH: frozenset(Role) - {Role.CLIENT_SELF},
    DirectoryPermission.MAINTAIN: frozenset({Role.CBO_INTAKE, Role.CBO_ADMIN}),
}
