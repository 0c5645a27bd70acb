"""Who works here: users, their memberships, and the passwords they choose."""

from collections.abc import Collection, Iterator
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from referral.accounts import queries, rules
from referral.accounts.models import Membership, User
from referral.accounts.passwords import hash_password
from referral.audit import service as audit
from referral.foundation.principal import Principal
from referral.foundation.refusals import Refused
from referral.organizations.models import Organization
from referral.organizations.rules import Role


class WeakPassword(Refused):
    """The password is one that others would guess."""


def add_user(session: Session, *, email: str, name: str, password: str | None, by: Principal, at: datetime) -> User:
    """Add a user; raises Refused when the address is taken or the password is too weak."""
    if queries.user_by_email(session, email):
        raise Refused("Somebody with this e-mail address is already here.")
    user = User(email=email.strip().lower(), name=name, created_at=at)
    if password is not None:
        check_password(password, (name, email))
        user.password_hash = hash_password(password)
    session.add(user)
    session.flush()
    audit.record(session, "user:added", by=by, at=at, subject=("user", user.id))
    return user


def add_membership(
    session: Session,
    user: User,
    organization: Organization,
    *,
    network_id: UUID,
    roles: Collection[Role],
    by: Principal,
    at: datetime,
) -> Membership:
    """Let the user work for the organization in these roles; raises Refused for who works there, or worked there."""
    if by.user_id == user.id:
        raise Refused("Nobody can change their own roles.")
    if queries.has_worked_in(session, user.id, organization.id):
        raise Refused(f"{user.name} is on the list of {organization.name} already. Change the roles there.")
    membership = Membership(
        user_id=user.id,
        organization_id=organization.id,
        network_id=network_id,
        roles=sorted(role.value for role in roles),
        created_at=at,
    )
    session.add(membership)
    session.flush()
    audit.record(session, "role:granted", by=by, at=at, subject=("membership", membership.id), roles=membership.roles)
    return membership


def check_password(password: str, own_words: Collection[str]) -> None:
    """Raise WeakPassword, saying why, for a password that staff may not use."""
    problem = rules.password_problem(password, own_words)
    if problem:
        raise WeakPassword(problem)


def own_words(session: Session, user: User) -> list[str]:
    """Return what a password of this user must not be made of: name, e-mail address, organizations."""
    return list(_own_words(session, user))


def _own_words(session: Session, user: User) -> Iterator[str]:
    yield user.name
    yield user.email
    for membership in queries.memberships_of(session, user.id):
        yield membership.organization.name
