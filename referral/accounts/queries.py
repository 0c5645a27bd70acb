"""Questions about who works here."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from referral.accounts.models import ApiToken, Membership, SignIn, SignInFailure, User
from referral.accounts.rules import FAILURE_WINDOW


def user_by_email(session: Session, email: str) -> User | None:
    """Return the user with that address, whatever its capitals."""
    return session.scalars(select(User).where(User.email == email.strip().lower())).one_or_none()


def memberships_of(session: Session, user_id: UUID) -> Sequence[Membership]:
    """Return where the user works, by organization name."""
    query = select(Membership).where(Membership.user_id == user_id, Membership.is_active)
    return sorted(session.scalars(query).unique().all(), key=lambda membership: membership.organization.name)


def membership_of(session: Session, user_id: UUID, membership_id: UUID) -> Membership | None:
    """Return one of the user's own memberships."""
    return next((found for found in memberships_of(session, user_id) if found.id == membership_id), None)


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


def recent_failures(session: Session, subjects: Sequence[str], *, at: datetime) -> int:
    """Return the most failures that any of the subjects (account, address) had within the window."""
    query = (
        select(func.count())
        .where(SignInFailure.subject.in_(subjects), SignInFailure.at > at - FAILURE_WINDOW)
        .group_by(SignInFailure.subject)
    )
    return max(session.scalars(query).all(), default=0)
