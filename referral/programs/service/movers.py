"""Who moves a record of a program or a bill: the roles of the asker in the organization that takes the step."""

from uuid import UUID

from referral.foundation.principal import Principal, PrincipalKind
from referral.foundation.refusals import NotAllowed
from referral.organizations.rules import Role
from referral.programs.rules import Machine, Mover


def movers_of(by: Principal) -> frozenset[Mover]:
    """Return the movers an asker counts as."""
    if by.kind is PrincipalKind.SYSTEM:
        return frozenset({Machine.SYSTEM})
    if by.person_id is not None:
        return frozenset({Role.CLIENT_SELF})
    return frozenset(Role(role) for role in by.roles)


def act_for(by: Principal, organization_id: UUID | None) -> None:
    """Raise NotAllowed when the asker does not work for the organization whose step this is."""
    if by.kind is not PrincipalKind.SYSTEM and by.organization_id != organization_id:
        raise NotAllowed("This step belongs to another organization.")
