"""Questions about the own sign-ins of a network's organizations."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from referral.accounts.models import IdentityProvider
from referral.organizations.models import NetworkMembership, Organization


def providers_in(session: Session, network_id: UUID | None) -> Sequence[Row[Organization, IdentityProvider | None]]:
    """Return the organizations of a network, by name, each with its own sign-in, if there is one, on or off."""
    query = (
        select(Organization, IdentityProvider)
        .join(NetworkMembership, NetworkMembership.organization_id == Organization.id)
        .outerjoin(IdentityProvider, IdentityProvider.organization_id == Organization.id)
        .where(NetworkMembership.network_id == network_id, Organization.is_active)
        .order_by(Organization.name, Organization.id)
    )
    return session.execute(query).unique().all()


def provider_set_up(session: Session, organization_id: UUID) -> IdentityProvider | None:
    """Return the organization's own sign-in, on or off."""
    query = select(IdentityProvider).where(IdentityProvider.organization_id == organization_id)
    return session.scalars(query).one_or_none()
