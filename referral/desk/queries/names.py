"""The names behind ids, read once for a whole page."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from referral.accounts.models import User
from referral.directory.models import Service, ServiceAtLocation
from referral.organizations.models import Organization
from referral.programs import queries as programs
from referral.referrals.models import Referral


def user_names(session: Session, ids: Iterable[UUID | None]) -> dict[UUID | None, str]:
    """Return the names of users by id."""
    query = select(User.id, User.name).where(User.id.in_({one for one in ids if one}))
    return {row.id: row.name for row in session.execute(query)}


def organization_names(session: Session, ids: Iterable[UUID | None]) -> dict[UUID | None, str]:
    """Return the names of organizations by id."""
    query = select(Organization.id, Organization.name).where(Organization.id.in_({one for one in ids if one}))
    return {row.id: row.name for row in session.execute(query)}


def service_names(session: Session, ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the names of services by the id of where they are offered."""
    query = (
        select(ServiceAtLocation.id, Service.name)
        .join(Service, Service.id == ServiceAtLocation.service_id)
        .where(ServiceAtLocation.id.in_(set(ids)))
    )
    return {row.id: row.name for row in session.execute(query)}


def paid_service_names(session: Session, referrals: Sequence[Referral]) -> dict[tuple[str | None, str | None], str]:
    """Return what the services that programs pay for are called, by code and variant."""
    networks = {referral.network_id for referral in referrals}
    labels = [programs.service_labels(session, network_id) for network_id in networks]
    return {(code, variant): label for found in labels for (_, code, variant), label in found.items()}
