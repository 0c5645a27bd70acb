"""Who moves a record of a program or a bill: the roles of the asker, or the system."""

from referral.foundation.principal import Principal, PrincipalKind
from referral.organizations.rules import Role
from referral.programs.rules import Machine, Mover


def movers_of(by: Principal) -> frozenset[Mover]:
    """Return the movers an asker counts as."""
    if by.kind is PrincipalKind.SYSTEM:
        return frozenset({Machine.SYSTEM})
    if by.person_id is not None:
        return frozenset({Role.CLIENT_SELF})
    return frozenset(Role(role) for role in by.roles)
