"""The names behind ids, read once for a whole page."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from referral.accounts.models import User
from referral.directory.models import Service, ServiceAtLocation
from referral.organizations.models import Organization


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
