"""Who may look into the directory, and who keeps an organization's own listings."""

from enum import StrEnum

from referral.accounts.rules import Grants
from referral.organizations.rules import Role


class DirectoryPermission(StrEnum):
    """What may be done with the directory."""

    SEARCH = "directory:search"
    MAINTAIN = "directory:maintain"
    """Says whether there is room, and that a listing is still right."""
    EDIT = "directory:edit"
    """Changes what a listing says; of whose listings is decided row by row."""
    ADD = "directory:add"
    LIST = "directory:list"
    """Adds a listing that nobody keeps."""
    REPORT = "directory:report"
    """Says that a listing is wrong; of whose listings is decided row by row."""
    SETTLE = "directory:settle"


GRANTS: Grants = {
    DirectoryPermission.SEARCH: frozenset(Role) - {Role.CLIENT_SELF},
    DirectoryPermission.MAINTAIN: frozenset({Role.CBO_INTAKE, Role.CBO_ADMIN}),
    DirectoryPermission.EDIT: frozenset({Role.CBO_INTAKE, Role.CBO_ADMIN, Role.NETWORK_LEAD, Role.COORD_SUPERVISOR}),
    DirectoryPermission.ADD: frozenset({Role.CBO_ADMIN}),
    DirectoryPermission.LIST: frozenset({Role.COORD_SUPERVISOR}),
    DirectoryPermission.REPORT: frozenset(
        {Role.NAVIGATOR, Role.COORD_SUPERVISOR, Role.CBO_INTAKE, Role.CBO_ADMIN, Role.NETWORK_LEAD}
    ),
    DirectoryPermission.SETTLE: frozenset({Role.CBO_ADMIN, Role.COORD_SUPERVISOR}),
}
