"""What an administrator does with an organization's own sign-in: set it up, change it, switch it off."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from referral.accounts import queries
from referral.accounts.models import IdentityProvider
from referral.accounts.oidc import NotVouched, RelyingParty
from referral.accounts.service.providers import set_provider
from referral.accounts.service.sessions import end_provider_sessions
from referral.audit import service as audit
from referral.foundation import outbound
from referral.foundation.principal import Principal
from referral.foundation.refusals import NotFound, Unfit
from referral.organizations import queries as organizations
from referral.organizations.models import Organization

NO_ANSWER = "No provider of OpenID Connect answers at this address: compare it with the one that the provider names."
NO_SECRET = "Write the secret that the provider gave you for this client."  # noqa: S105 -- a sentence


def keep_provider(
    session: Session,
    organization_id: UUID,
    *,
    issuer: str,
    client_id: str,
    client_secret: str,
    is_sso_only: bool,
    is_production: bool,
    by: Principal,
    at: datetime,
) -> IdentityProvider:
    """Set up the sign-in of an organization of the asker's network, or change it, once its provider answered.

    An empty secret keeps the one we have, for the same client of the same provider only: nobody learns it by naming
    another address. Raises Unfit for the field that cannot be used, and NotFound.
    """
    organization = member(session, organization_id, by=by)
    known = queries.provider_set_up(session, organization.id)
    is_same = known is not None and (known.issuer, known.client_id) == (issuer, client_id)
    secret = client_secret or (known.client_secret if known is not None and is_same else "")
    if not secret:
        raise Unfit("client_secret", NO_SECRET)
    _check_answer(issuer, client_id, is_production=is_production)
    return set_provider(
        session,
        organization,
        issuer=issuer,
        client_id=client_id,
        client_secret=secret,
        is_sso_only=is_sso_only,
        is_production=is_production,
        by=by,
        at=at,
    )


def switch_off_provider(session: Session, organization_id: UUID, *, by: Principal, at: datetime) -> IdentityProvider:
    """Switch it off: whoever it let in is signed out, and passwords open the organization again. Raises NotFound."""
    provider = queries.provider_set_up(session, member(session, organization_id, by=by).id)
    if provider is None:
        raise NotFound
    provider.is_active = False
    session.flush()
    end_provider_sessions(session, provider.id, at=at)
    audit.record(session, "identity-provider:off", by=by, at=at, subject=("identity_provider", provider.id))
    return provider


def member(session: Session, organization_id: UUID, *, by: Principal) -> Organization:
    """Return an organization of the asker's network; raises NotFound."""
    organization = organizations.member(session, by.network_id, organization_id)
    if organization is None:
        raise NotFound
    return organization


def _check_answer(issuer: str, client_id: str, *, is_production: bool) -> None:
    try:
        outbound.check_url(issuer, is_production=is_production)
    except outbound.AddressRefused as refused:
        raise Unfit("issuer", str(refused)) from refused
    asked = IdentityProvider(issuer=issuer, client_id=client_id, client_secret="")
    try:
        RelyingParty(asked, redirect_uri="", is_production=is_production).check()
    except NotVouched as silent:
        raise Unfit("issuer", NO_ANSWER) from silent
