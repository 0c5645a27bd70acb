"""What people do with accounts: invite, sign in, choose where they work today, sign out."""

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

from referral.accounts import queries, rules
from referral.accounts.models import ApiToken, Membership, SignIn, SignInFailure, User
from referral.accounts.passwords import hash_password, is_password
from referral.accounts.rules import Grants
from referral.audit import service as audit
from referral.foundation.database import Database
from referral.foundation.principal import NOBODY, Face, Principal, PrincipalKind
from referral.foundation.refusals import NotFound, Refused
from referral.organizations.models import Organization
from referral.organizations.rules import Role


class SignInRefused(Refused):
    """The same sentence for a wrong password, an unknown address and an inactive account."""


@dataclass(frozen=True)
class Opened:
    """A new session: the secret for the cookie, and its row."""

    secret: str
    sign_in: SignIn


def add_user(session: Session, *, email: str, name: str, password: str | None, by: Principal, at: datetime) -> User:
    """Add a user; raises Refused when the address is taken or the password is too weak."""
    if queries.user_by_email(session, email):
        raise Refused("Somebody with this e-mail address is already here.")
    problem = rules.password_problem(password) if password is not None else None
    if problem:
        raise Refused(problem)
    user = User(
        email=email.strip().lower(),
        name=name,
        password_hash=hash_password(password) if password is not None else None,
        created_at=at,
    )
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
    """Let the user work for the organization in these roles."""
    if by.user_id == user.id:
        raise Refused("Nobody can change their own roles.")
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


def sign_in(
    session: Session, database: Database, *, email: str, password: str, ip: str, user_agent: str, at: datetime
) -> Opened:
    """Open a new session; raises SignInRefused. Failures are counted apart, so that they survive the roll-back."""
    subjects = [_subject(email.strip().lower()), _subject(ip)]
    if rules.is_locked_out(queries.recent_failures(session, subjects, at=at)):
        raise SignInRefused("Too many tries. Wait 15 minutes, then try again.")
    user = queries.user_by_email(session, email)
    if not is_password(password, user.password_hash if user else None) or user is None or not user.is_active:
        _count_failure(database, subjects, at=at)
        raise SignInRefused("This e-mail address and password do not fit together.")
    session.execute(delete(SignInFailure).where(SignInFailure.subject == subjects[0]))
    memberships = queries.memberships_of(session, user.id)
    opened = _open(session, user, memberships[0].id if len(memberships) == 1 else None, ip, user_agent, at)
    audit.record(session, "sign-in:ok", at=at, subject=("user", user.id))
    return opened


def open_session(
    session: Session, membership: Membership, *, at: datetime, ip: str = "", user_agent: str = ""
) -> Opened:
    """Open a session for a membership whose user was already identified (single sign-on, tests)."""
    return _open(session, membership.user, membership.id, ip, user_agent, at)


def choose_membership(session: Session, old: SignIn, membership_id: UUID, *, at: datetime) -> Opened:
    """Go on under another membership, with a new session id; raises NotFound for somebody else's membership."""
    membership = queries.membership_of(session, old.user_id, membership_id)
    user = session.get(User, old.user_id)
    if membership is None or user is None:
        raise NotFound
    end_sign_in(session, old, reason="role change", at=at)
    return _open(session, user, membership.id, old.ip or "", old.user_agent or "", at)


def end_sign_in(session: Session, sign_in: SignIn, *, reason: str, at: datetime) -> None:
    """End a session: its cookie opens nothing from now on."""
    sign_in.ended_at = at
    sign_in.ended_reason = reason
    audit.record(session, "sign-in:ended", at=at, subject=("user", sign_in.user_id), reason=reason)


def make_token(session: Session, membership: Membership, *, name: str, by: Principal, at: datetime) -> str:
    """Make a bearer token for a program; only its hash is kept."""
    token = "rfr_" + secrets.token_urlsafe(32)
    row = ApiToken(
        membership_id=membership.id,
        name=name,
        token_hash=hash_secret(token),
        created_at=at,
        expires_at=at + rules.TOKEN_LIFE,
    )
    session.add(row)
    session.flush()
    audit.record(session, "token:made", by=by, at=at, subject=("api_token", row.id))
    return token


def principal_of_membership(
    membership: Membership, grants: Grants, *, kind: PrincipalKind = PrincipalKind.USER, principal_id: str | None = None
) -> Principal:
    """Return who acts when this membership acts."""
    organization = membership.organization
    is_admin_only = set(membership.roles) == {Role.SYSADMIN.value}
    return Principal(
        kind=kind,
        id=principal_id or str(membership.user_id),
        name=membership.user.name,
        user_id=membership.user_id,
        organization_id=organization.id,
        organization_name=organization.name,
        organization_kind=organization.kind.value if organization.kind else "",
        network_id=membership.network_id,
        roles=frozenset(membership.roles),
        permissions=rules.permissions_of(membership.roles, grants),
        face=Face.APP if is_admin_only else rules.face_of(organization.kind),
        is_care_team=rules.is_care_team(membership.roles),
        time_zone=organization.time_zone,
    )


def hash_secret(secret: str) -> bytes:
    """Return what the database keeps of a random secret: its SHA-256."""
    return hashlib.sha256(secret.encode()).digest()


def _open(session: Session, user: User, membership_id: UUID | None, ip: str, user_agent: str, at: datetime) -> Opened:
    secret = secrets.token_urlsafe(32)
    sign_in = SignIn(
        id_hash=hash_secret(secret),
        user_id=user.id,
        membership_id=membership_id,
        created_at=at,
        last_seen_at=at,
        ends_at=at + rules.ABSOLUTE_LIMIT,
        ip=ip,
        user_agent=user_agent[:300],
    )
    session.add(sign_in)
    session.flush()
    return Opened(secret, sign_in)


def _count_failure(database: Database, subjects: Collection[str], *, at: datetime) -> None:
    with database.transaction(NOBODY) as session:
        session.add_all(SignInFailure(subject=subject, at=at) for subject in subjects)
        audit.record(session, "sign-in:failed", at=at)


def _subject(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
