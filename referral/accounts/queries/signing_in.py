"""Questions about users, their sessions, factors, links and providers."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from referral.accounts.models import (
    AccountLink,
    ApiToken,
    ExternalIdentity,
    IdentityProvider,
    Membership,
    RecoveryCode,
    SignIn,
    SignInTry,
    TotpFactor,
    User,
)
from referral.accounts.rules import IDLE_LIMIT, TRY_WINDOW, SignInStage, Tries, TryKind
from referral.organizations.models import Organization


def user_by_email(session: Session, email: str) -> User | None:
    """Return the user with that address, whatever its capitals."""
    return session.scalars(select(User).where(User.email == email.strip().lower())).one_or_none()


def memberships_of(session: Session, user_id: UUID) -> Sequence[Membership]:
    """Return where the user works, by organization name."""
    query = select(Membership).where(Membership.user_id == user_id, Membership.is_active)
    return sorted(session.scalars(query).unique().all(), key=lambda membership: membership.organization.name)


def has_worked_in(session: Session, user_id: UUID, organization_id: UUID) -> bool:
    """Whether the user works for the organization, or worked there once."""
    query = select(Membership.id).where(Membership.user_id == user_id, Membership.organization_id == organization_id)
    return session.scalar(query) is not None


def membership_in(session: Session, user_id: UUID, organization_id: UUID) -> Membership | None:
    """Return the user's active membership in the organization."""
    found = memberships_of(session, user_id)
    return next((one for one in found if one.organization_id == organization_id), None)


def staff_of(session: Session, organization_id: UUID) -> Sequence[Membership]:
    """Return who works for the organization."""
    query = select(Membership).where(Membership.organization_id == organization_id).order_by(Membership.created_at)
    return session.scalars(query).unique().all()


def sign_in_by_hash(session: Session, id_hash: bytes) -> SignIn | None:
    """Return the session that belongs to a cookie."""
    return session.get(SignIn, id_hash)


def token_by_hash(session: Session, token_hash: bytes) -> ApiToken | None:
    """Return the API token with that hash."""
    return session.scalars(select(ApiToken).where(ApiToken.token_hash == token_hash)).unique().one_or_none()


def tries_of(session: Session, kind: TryKind, account: str = "", address: str = "", *, at: datetime) -> Tries:
    """Return the tries within the window for an account, an address, or an account from an address (hashes)."""
    named = {SignInTry.account: account, SignInTry.address: address}
    query = select(func.count(), func.max(SignInTry.at)).where(
        SignInTry.kind == kind,
        SignInTry.at > at - TRY_WINDOW,
        *(name == value for name, value in named.items() if value),
    )
    count, last_at = session.execute(query).one()
    return Tries(count, last_at)


def has_signed_in_from(session: Session, user_id: UUID, ip: str) -> bool:
    """Whether the user was let in from this address within the time that sessions are kept."""
    query = select(SignIn.id).where(SignIn.user_id == user_id, SignIn.ip == ip, SignIn.stage == SignInStage.OPEN)
    return session.scalars(query.limit(1)).first() is not None


def open_sign_ins(session: Session, user_id: UUID, *, at: datetime) -> Sequence[SignIn]:
    """Return the user's living sessions, the latest used first."""
    query = select(SignIn).where(
        SignIn.user_id == user_id,
        SignIn.ended_at.is_(None),
        SignIn.ends_at > at,
        SignIn.last_seen_at > at - IDLE_LIMIT,
    )
    return session.scalars(query.order_by(SignIn.last_seen_at.desc())).all()


def factor_of(session: Session, user_id: UUID) -> TotpFactor | None:
    """Return the user's authenticator app."""
    return session.get(TotpFactor, user_id)


def recovery_codes_left(session: Session, user_id: UUID) -> int:
    """Return how many recovery codes still work."""
    query = select(func.count()).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    return session.scalar(query) or 0


def provider_of(session: Session, organization_id: UUID) -> IdentityProvider | None:
    """Return the organization's own sign-in, when it has one that is switched on."""
    query = select(IdentityProvider).where(
        IdentityProvider.organization_id == organization_id, IdentityProvider.is_active
    )
    return session.scalars(query).one_or_none()


def provider_named(session: Session, words: str) -> IdentityProvider | None:
    """Return the sign-in of the organization with this short name or full name, whatever the capitals."""
    named = or_(IdentityProvider.slug == words.lower(), func.lower(Organization.name) == words.lower())
    query = select(IdentityProvider).join(Organization).where(IdentityProvider.is_active, named)
    return session.scalars(query.order_by(IdentityProvider.slug)).first()


def providers_of(session: Session, user_id: UUID) -> Sequence[IdentityProvider]:
    """Return the own sign-ins of the organizations where the user works."""
    query = (
        select(IdentityProvider)
        .join(Membership, Membership.organization_id == IdentityProvider.organization_id)
        .where(Membership.user_id == user_id, Membership.is_active, IdentityProvider.is_active)
    )
    return session.scalars(query.order_by(IdentityProvider.slug)).unique().all()


def external_identity(session: Session, issuer: str, subject: str) -> ExternalIdentity | None:
    """Return who the provider means by this subject; an e-mail address finds nobody."""
    query = select(ExternalIdentity).where(ExternalIdentity.issuer == issuer, ExternalIdentity.subject == subject)
    return session.scalars(query).one_or_none()


def identities_of(session: Session, user_id: UUID) -> Sequence[ExternalIdentity]:
    """Return the outside accounts that open this account."""
    return session.scalars(select(ExternalIdentity).where(ExternalIdentity.user_id == user_id)).all()


def link_by_hash(session: Session, secret_hash: bytes) -> AccountLink | None:
    """Return the handed link with that hash."""
    return session.scalars(select(AccountLink).where(AccountLink.secret_hash == secret_hash)).one_or_none()


def anybody(session: Session) -> bool:
    """Whether there is a user at all."""
    return session.scalars(select(User.id).limit(1)).first() is not None
