"""Who works where, and which roles somebody may give."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from referral.accounts import queries as accounts
from referral.accounts.models import Membership
from referral.accounts.rules import role_words
from referral.accounts.rules.clearance import may_be_cleared
from referral.foundation.principal import Principal
from referral.organizations.rules import Role

ROLES_OF_CBO = (Role.CBO_INTAKE, Role.CBO_ADMIN, Role.CBO_BILLER)


def staff_in_reach(session: Session, *, by: Principal, limit: int = 500) -> Sequence[Membership]:
    """Return the colleagues of the asker's organization; the system's administrator sees everybody."""
    if Role.SYSADMIN.value in by.roles:
        everybody = select(Membership).order_by(Membership.organization_id, Membership.created_at).limit(limit)
        return session.scalars(everybody).unique().all()
    return accounts.staff_of(session, by.organization_id) if by.organization_id else ()


def givable(by: Principal) -> tuple[Role, ...]:
    """Return the roles the asker may give within the own organization."""
    if Role.SYSADMIN.value in by.roles:
        return tuple(role for role in Role if role is not Role.CLIENT_SELF)
    if Role.COORD_SUPERVISOR.value in by.roles:
        return (Role.NAVIGATOR,)
    return ROLES_OF_CBO if Role.CBO_ADMIN.value in by.roles else ()


def may_clear(membership: Membership, *, by: Principal) -> bool:
    """Whether the asker keeps somebody's roles, who may be cleared for what survivors told; never one's own."""
    is_kept = membership.user_id != by.user_id and set(membership.roles) <= {role.value for role in givable(by)}
    is_victim_service = membership.organization.is_victim_service
    return is_kept and may_be_cleared(membership.roles, is_victim_service=is_victim_service)


def roles_to_give(by: Principal) -> list[tuple[str, str]]:
    """Return those roles as choices of a form."""
    return [(role.value, role_words(role).capitalize()) for role in givable(by)]
