"""Who works where, whom somebody looks after, and which roles they may give (row `user_role` of the matrix)."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, func, or_, select, true
from sqlalchemy.orm import Session

from referral.accounts.models import Membership, User
from referral.foundation.principal import Principal
from referral.organizations.models import NetworkMembership, Organization
from referral.organizations.queries import led_by
from referral.organizations.rules import OrganizationKind, Role

ROLES_OF_CBO = frozenset({Role.CBO_INTAKE, Role.CBO_ADMIN, Role.CBO_BILLER})
EMPLOY_NAVIGATORS = (OrganizationKind.COORDINATION_CENTER, OrganizationKind.CLINIC)


def staff_in_reach(
    session: Session, *, by: Principal, words: str = "", employer_id: UUID | None = None, limit: int = 500
) -> Sequence[Membership]:
    """Return whom the asker looks after: their organization, their network's navigators, the led network, or all.

    `words` stand in the name, the e-mail address or the organization's name.
    """
    query = (
        select(Membership)
        .join(Organization, Organization.id == Membership.organization_id)
        .join(User, User.id == Membership.user_id)
        .where(_in_reach(by))
        .order_by(Organization.name, User.name, Membership.id)
    )
    if employer_id is not None:
        query = query.where(Membership.organization_id == employer_id)
    if words:
        texts = (User.name, User.email, Organization.name)
        query = query.where(or_(*(func.lower(text).contains(words.lower(), autoescape=True) for text in texts)))
    return session.scalars(query.limit(limit)).unique().all()


def colleague(session: Session, membership_id: UUID, *, by: Principal) -> Membership | None:
    """Return one of those whom the asker looks after."""
    query = select(Membership).where(Membership.id == membership_id, _in_reach(by))
    return session.scalars(query).unique().one_or_none()


def may_change(session: Session, membership: Membership, *, by: Principal) -> bool:
    """Whether the asker looks after this colleague and could give every role they hold."""
    held = {Role(role) for role in membership.roles}
    is_seen = colleague(session, membership.id, by=by) is not None
    return is_seen and held <= givable(by, membership.organization_id) and membership.user_id != by.user_id


def employers_in_reach(session: Session, *, by: Principal, limit: int = 500) -> Sequence[Organization]:
    """Return the organizations for which the asker may invite somebody."""
    query = select(Organization).where(Organization.kind.is_not(None), Organization.is_active, _employs(by))
    return session.scalars(query.order_by(Organization.name).limit(limit)).all()


def employer_in_reach(session: Session, organization_id: UUID | None, *, by: Principal) -> Organization | None:
    """Return one of these organizations."""
    query = select(Organization).where(Organization.id == organization_id, _employs(by))
    return session.scalars(query).one_or_none()


def givable(by: Principal, organization_id: UUID) -> frozenset[Role]:
    """Return the roles the asker may give in an organization within their reach."""
    if Role.SYSADMIN.value in by.roles:
        return frozenset(Role) - {Role.CLIENT_SELF}
    found: set[Role] = set()
    is_own = organization_id == by.organization_id
    if Role.COORD_SUPERVISOR.value in by.roles:
        found.add(Role.NAVIGATOR)
    if Role.CBO_ADMIN.value in by.roles and is_own:
        found |= ROLES_OF_CBO
    if Role.NETWORK_LEAD.value in by.roles:
        found |= {Role.NETWORK_LEAD} if is_own else ROLES_OF_CBO
    return frozenset(found)


def _in_reach(by: Principal) -> ColumnElement[bool]:
    if Role.SYSADMIN.value in by.roles:
        return true()
    parts: list[ColumnElement[bool]] = []
    if Role.COORD_SUPERVISOR.value in by.roles:
        parts.append(and_(Membership.network_id == by.network_id, Membership.roles.contains([Role.NAVIGATOR.value])))
    if Role.CBO_ADMIN.value in by.roles:
        parts.append(Membership.organization_id == by.organization_id)
    if Role.NETWORK_LEAD.value in by.roles:
        led = Membership.organization_id.in_(led_by(by.organization_id))
        parts += [Membership.organization_id == by.organization_id, led]
    return or_(false(), *parts)


def _employs(by: Principal) -> ColumnElement[bool]:
    if Role.SYSADMIN.value in by.roles:
        return true()
    parts: list[ColumnElement[bool]] = []
    if Role.COORD_SUPERVISOR.value in by.roles:
        members = select(NetworkMembership.organization_id).where(NetworkMembership.network_id == by.network_id)
        parts.append(and_(Organization.id.in_(members), Organization.kind.in_(EMPLOY_NAVIGATORS)))
    if {Role.CBO_ADMIN.value, Role.NETWORK_LEAD.value} & by.roles:
        parts.append(Organization.id == by.organization_id)
    if Role.NETWORK_LEAD.value in by.roles:
        parts.append(Organization.id.in_(led_by(by.organization_id)))
    return or_(false(), *parts)
