"""An organization's own sign-in: set it up, link a user with their account there, and find whom it vouches for."""

import re
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from referral.accounts import queries
from referral.accounts.models import ExternalIdentity, IdentityProvider, Membership, User
from referral.accounts.oidc import Vouched
from referral.accounts.service import sessions
from referral.audit import service as audit
from referral.foundation import outbound
from referral.foundation.database import Database
from referral.foundation.principal import NOBODY, Principal
from referral.foundation.refusals import Refused
from referral.organizations.models import Organization


class NotLinked(Refused):
    """The provider vouched for somebody whom nobody here has linked; an equal e-mail address does not count."""

    def __init__(self) -> None:
        super().__init__("This account is not linked with anybody here. Ask your administrator for an invitation link.")


def set_provider(
    session: Session,
    organization: Organization,
    *,
    issuer: str,
    client_id: str,
    client_secret: str,
    is_sso_only: bool,
    is_production: bool,
    by: Principal,
    at: datetime,
) -> IdentityProvider:
    """Set up the organization's own sign-in, or change it; raises Refused for an address we may not call.

    With `is_sso_only` passwords open the organization no more, and sessions that a password opened end.
    """
    outbound.check_url(issuer, is_production=is_production)
    provider = queries.provider_set_up(session, organization.id)
    if provider is None:
        provider = IdentityProvider(
            organization_id=organization.id, slug=_free_slug(session, organization), created_at=at
        )
        session.add(provider)
    provider.issuer, provider.client_id, provider.client_secret = issuer, client_id, client_secret
    provider.is_sso_only, provider.is_active = is_sso_only, True
    session.flush()
    if is_sso_only:
        _end_password_sessions(session, organization, at=at)
    subject = ("identity_provider", provider.id)
    audit.record(session, "identity-provider:set", by=by, at=at, subject=subject, is_sso_only=is_sso_only)
    return provider


def linked_user(session: Session, database: Database, vouched: Vouched, *, at: datetime) -> User:
    """Return whom (issuer, subject) is linked with; raises NotLinked, and the try stays written down."""
    identity = queries.external_identity(session, vouched.issuer, vouched.subject)
    if identity is None:
        audit.record_security(database, "sign-in:failed", at=at, by=NOBODY, kind="provider")
        raise NotLinked
    return identity.user


def link_identity(session: Session, user: User, vouched: Vouched, *, at: datetime) -> None:
    """Link a user with their account at the provider; raises Refused when it is somebody else's."""
    identity = queries.external_identity(session, vouched.issuer, vouched.subject)
    if identity is not None and identity.user_id != user.id:
        raise Refused("This account of your organization is linked with somebody else here.")
    if identity is None:
        session.add(ExternalIdentity(user_id=user.id, issuer=vouched.issuer, subject=vouched.subject, created_at=at))
        session.flush()
        audit.record(session, "identity:linked", at=at, subject=("user", user.id))


def _end_password_sessions(session: Session, organization: Organization, *, at: datetime) -> None:
    memberships = session.scalars(select(Membership).where(Membership.organization_id == organization.id)).unique()
    for membership in memberships.all():
        sessions.end_sessions(
            session, membership.user_id, reason="single sign-on", at=at, membership_id=membership.id, by_password=True
        )


def _free_slug(session: Session, organization: Organization) -> str:
    slug = re.sub(r"[^a-z0-9]+", "-", organization.name.lower()).strip("-") or "organization"
    taken = session.scalars(select(IdentityProvider.id).where(IdentityProvider.slug == slug)).first()
    return f"{slug}-{organization.id.hex[-6:]}" if taken else slug
