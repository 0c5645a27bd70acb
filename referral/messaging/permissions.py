"""Who may read texts and say what a reply means."""

from enum import StrEnum

from referral.accounts.rules import Grants
from referral.organizations.rules import Role


class MessagePermission(StrEnum):
    """What may be done with texts."""

    READ = "message:read"
    """What became of texts: when, which status, which error."""
    CONTENT = "message:content"
    """With whom, and what was said."""
    SETTLE = "message:settle"


GRANTS: Grants = {
    MessagePermission.READ: frozenset(
        {Role.NAVIGATOR, Role.COORD_SUPERVISOR, Role.CBO_INTAKE, Role.CBO_ADMIN, Role.SYSADMIN}
    ),
    MessagePermission.CONTENT: frozenset({Role.NAVIGATOR, Role.COORD_SUPERVISOR, Role.CBO_INTAKE, Role.CBO_ADMIN}),
    MessagePermission.SETTLE: frozenset({Role.NAVIGATOR, Role.CBO_INTAKE}),
}
