"""Sessions: open, go on as somebody else, end. Each step up gives the browser a new session id."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from referral.accounts import queries, rules
from referral.accounts.models import IdentityProvider, Membership, SignIn, SignInTry, User
from referral.accounts.passwords import hash_password, is_outdated, is_password
from referral.accounts.rules import SignInStage, TryKind
from referral.accounts.service import tries
from referral.accounts.service.tokens import hash_secret
from referral.audit import service as audit
from referral.foundation.database import Database
from referral.foundation.refusals import NotFound, Refused


class SignInRefused(Refused):
    """The same sentence for a wrong password, an unknown address and an inactive account."""


@dataclass(frozen=True)
class Opened:
    """A new session: the secret for the cookie, and its row."""

    secret: str
    sign_in: SignIn


@dataclass(frozen=True)
class Origin:
    """Where a browser is: its address and what it calls itself."""

    ip: str = ""
    user_agent: str = ""


def sign_in(
    session: Session,
    database: Database,
    *,
    email: str,
    password: str,
    origin: Origin,
    needs_factor: bool,
    at: datetime,
) -> Opened:
    """Open a new session; raises SignInRefused or TooManyTries. A second factor may still be asked for (its stage)."""
    tried = tries.counter(TryKind.PASSWORD, account=email, ip=origin.ip)
    user = queries.user_by_email(session, email)
    tries.begin(session, database, tried, at=at, is_known=lambda: _is_known(session, user, origin.ip))
    fits = is_password(password, user.password_hash if user else None)
    if user is None or not fits or not user.is_active:
        tries.failed(session, database, tried, "sign-in:failed", at=at)
        raise SignInRefused("This e-mail address and password do not fit together.")
    if user.password_hash and is_outdated(user.password_hash):
        user.password_hash = hash_password(password)
    memberships = _with_password(session, user)
    tries.forgive(session, tried)
    opened = _open(
        session,
        user,
        memberships[0].id if len(memberships) == 1 else None,
        origin,
        at,
        stage=_first_stage(session, user, needs_factor),
    )
    audit.record(session, "sign-in:ok", at=at, subject=("user", user.id), stage=opened.sign_in.stage)
    return opened


def open_session(
    session: Session, membership: Membership, *, at: datetime, ip: str = "", user_agent: str = ""
) -> Opened:
    """Open a whole session for a membership whose user was already identified (tests)."""
    return _open(session, membership.user, membership.id, Origin(ip, user_agent), at)


def open_vouched(session: Session, user: User, provider: IdentityProvider, *, origin: Origin, at: datetime) -> Opened:
    """Open a session for whom the organization's own sign-in vouches: for this organization and no other."""
    membership = queries.membership_in(session, user.id, provider.organization_id)
    if membership is None or not user.is_active:
        raise SignInRefused("This account does not work for the organization any more.")
    opened = _open(session, user, membership.id, origin, at, provider_id=provider.id)
    audit.record(session, "sign-in:ok", at=at, subject=("user", user.id), provider=provider.id)
    return opened


def choices(session: Session, sign_in: SignIn) -> Sequence[Membership]:
    """Return where this browser may work: whom a provider vouches for, there; else where a password is enough."""
    memberships = queries.memberships_of(session, sign_in.user_id)
    if sign_in.provider_id is not None:
        provider = session.get_one(IdentityProvider, sign_in.provider_id)
        return [one for one in memberships if one.organization_id == provider.organization_id]
    return [one for one in memberships if not _is_sso_only(session, one)]


def choose_membership(session: Session, old: SignIn, membership_id: UUID, *, at: datetime) -> Opened:
    """Go on under another membership, with a new session id; raises NotFound for what is not this browser's choice."""
    membership = next((one for one in choices(session, old) if one.id == membership_id), None)
    if membership is None:
        raise NotFound
    return renew(session, old, membership_id=membership.id, reason="role change", at=at)


def renew(session: Session, old: SignIn, *, reason: str, at: datetime, membership_id: UUID | None = None) -> Opened:
    """End a session and go on with a new id, whole now; its absolute end stays where it was."""
    end_sign_in(session, old, reason=reason, at=at)
    return _open(
        session,
        old.user,
        membership_id or old.membership_id,
        Origin(old.ip or "", old.user_agent or ""),
        at,
        ends_at=old.ends_at,
        provider_id=old.provider_id,
    )


def end_sign_in(session: Session, sign_in: SignIn, *, reason: str, at: datetime) -> None:
    """End a session: its cookie opens nothing from now on."""
    sign_in.ended_at = at
    sign_in.ended_reason = reason
    audit.record(session, "sign-in:ended", at=at, subject=("user", sign_in.user_id), reason=reason)


def end_own(session: Session, current: SignIn, session_id: UUID, *, at: datetime) -> None:
    """End one of the user's own sessions; raises NotFound for anybody else's."""
    found = next((one for one in queries.open_sign_ins(session, current.user_id, at=at) if one.id == session_id), None)
    if found is None:
        raise NotFound
    end_sign_in(session, found, reason="ended by the user", at=at)


def end_others(session: Session, current: SignIn, *, at: datetime) -> int:
    """End every session of the user but this one; returns how many there were."""
    others = [one for one in queries.open_sign_ins(session, current.user_id, at=at) if one.id != current.id]
    for other in others:
        end_sign_in(session, other, reason="ended by the user", at=at)
    return len(others)


def end_sessions(
    session: Session,
    user_id: UUID,
    *,
    reason: str,
    at: datetime,
    membership_id: UUID | None = None,
    but: SignIn | None = None,
    by_password: bool = False,
    by_provider: UUID | None = None,
) -> None:
    """End every session of a user, or those in one membership: a password, a role or a status has changed."""
    ended = (
        update(SignIn)
        .where(SignIn.user_id == user_id, SignIn.ended_at.is_(None))
        .values(ended_at=at, ended_reason=reason)
        .returning(SignIn.id)
    )
    if membership_id is not None:
        ended = ended.where(SignIn.membership_id == membership_id)
    if but is not None:
        ended = ended.where(SignIn.id != but.id)
    if by_password:
        ended = ended.where(SignIn.provider_id.is_(None))
    if by_provider is not None:
        ended = ended.where(SignIn.provider_id == by_provider)
    count = len(session.scalars(ended).all())
    if count:
        audit.record(session, "sign-in:ended", at=at, subject=("user", user_id), reason=reason, count=count)


def end_provider_sessions(session: Session, provider_id: UUID, *, at: datetime) -> None:
    """End every session that a provider opened: it is switched off."""
    opened = select(SignIn.user_id).where(SignIn.provider_id == provider_id, SignIn.ended_at.is_(None))
    for user_id in session.scalars(opened.distinct()).all():
        end_sessions(session, user_id, reason="provider switched off", at=at, by_provider=provider_id)


def forget_sessions(session: Session, *, older_than: datetime) -> int:
    """Delete sessions that nobody used since the instant; returns how many."""
    gone = session.scalars(delete(SignIn).where(SignIn.last_seen_at < older_than).returning(SignIn.id))
    return len(gone.all())


def forget_tries(session: Session, *, at: datetime) -> None:
    """Delete tries to sign in that count no longer."""
    session.execute(delete(SignInTry).where(SignInTry.at < at - rules.TRY_WINDOW))


def _first_stage(session: Session, user: User, needs_factor: bool) -> SignInStage:
    if queries.factor_of(session, user.id):
        return SignInStage.CODE
    return SignInStage.ENROLL if needs_factor else SignInStage.OPEN


def _with_password(session: Session, user: User) -> Sequence[Membership]:
    """Return where a password is enough; raises SignInRefused when the user works only where it is not."""
    memberships = queries.memberships_of(session, user.id)
    allowed = [one for one in memberships if not _is_sso_only(session, one)]
    if memberships and not allowed:
        name = memberships[0].organization.name
        raise SignInRefused(f"{name} signs in through its own account only. Choose “Other ways to sign in”.")
    return allowed


def _is_sso_only(session: Session, membership: Membership) -> bool:
    provider = queries.provider_of(session, membership.organization_id)
    return provider is not None and provider.is_sso_only


def may_use_password(session: Session, user: User) -> bool:
    """Whether a password would open anything for this user: not where every employer has its own sign-in only."""
    memberships = queries.memberships_of(session, user.id)
    return not memberships or not all(_is_sso_only(session, one) for one in memberships)


def _is_known(session: Session, user: User | None, ip: str) -> bool:
    return user is not None and queries.has_signed_in_from(session, user.id, ip)


def _open(
    session: Session,
    user: User,
    membership_id: UUID | None,
    origin: Origin,
    at: datetime,
    *,
    stage: SignInStage = SignInStage.OPEN,
    ends_at: datetime | None = None,
    provider_id: UUID | None = None,
) -> Opened:
    secret = secrets.token_urlsafe(32)
    sign_in = SignIn(
        id_hash=hash_secret(secret),
        user_id=user.id,
        membership_id=membership_id,
        provider_id=provider_id,
        stage=stage,
        created_at=at,
        last_seen_at=at,
        ends_at=ends_at or at + rules.ABSOLUTE_LIMIT,
        ip=origin.ip,
        user_agent=origin.user_agent[:300],
        user=user,
    )
    session.add(sign_in)
    session.flush()
    return Opened(secret, sign_in)
