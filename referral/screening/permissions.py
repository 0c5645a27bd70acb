"""Who may ask the questions, read their answers and change needs (screening.general, need.general of the matrix)."""

from enum import StrEnum

from referral.accounts.rules import Grants
from referral.organizations.rules import Role


class ScreeningPermission(StrEnum):
    """What may be done with screenings and needs; row-level security says of whom."""

    ASK = "screening:ask"
    READ = "screening:read"
    CHANGE_NEED = "need:change"
    READ_NEED = "need:read"


_CARE_TEAM = frozenset({Role.NAVIGATOR, Role.COORD_SUPERVISOR})

GRANTS: Grants = {
    ScreeningPermission.ASK: frozenset({Role.NAVIGATOR}),
    ScreeningPermission.READ: _CARE_TEAM,
    ScreeningPermission.CHANGE_NEED: _CARE_TEAM,
    ScreeningPermission.READ_NEED: _CARE_TEAM,
}
