"""Listings that may be the one somebody is about to add."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from referral.directory.models import Phone, SearchEntry, Service, ServiceAtLocation, ZipPlace
from referral.directory.queries.listing import Listing, listings
from referral.directory.rules.likely import is_alike
from referral.directory.rules.phones import read_phone
from referral.directory.rules.problems import Unusable
from referral.organizations.models import Organization

MOST = 5


def likely_listings(
    session: Session, *, organization: str, phones: Sequence[str], zip5: str | None, at: datetime
) -> list[Listing]:
    """Return the listings that answer on one of these telephones, or are of an organization of a name like this one.

    Names are compared with those of the same county; where no ZIP code is known, only the same name counts.
    """
    found = dict.fromkeys([*_by_phone(session, _numbers(phones)), *_by_name(session, organization, zip5)])
    return listings(session, list(found)[:MOST], at=at)


def _numbers(phones: Iterable[str]) -> set[str]:
    found = set()
    for typed in phones:
        try:
            found.add(read_phone(typed)[0])
        except Unusable:
            continue  # the form says so at its field
    return found


def _by_phone(session: Session, numbers: set[str]) -> Sequence[UUID]:
    if not numbers:
        return []
    query = (
        select(ServiceAtLocation.id)
        .join(Service, Service.id == ServiceAtLocation.service_id)
        .join(
            Phone,
            or_(
                Phone.service_at_location_id == ServiceAtLocation.id,
                Phone.service_id == ServiceAtLocation.service_id,
                Phone.location_id == ServiceAtLocation.location_id,
                Phone.organization_id == Service.organization_id,
            ),
        )
        .where(Phone.number.in_(numbers))
        .limit(MOST)
    )
    return session.scalars(query).all()


def _by_name(session: Session, organization: str, zip5: str | None) -> list[UUID]:
    place = session.get(ZipPlace, zip5) if zip5 else None
    query = select(SearchEntry.service_at_location_id, Organization.name).join(
        Organization, Organization.id == SearchEntry.organization_id
    )
    if place is None:
        query = query.where(func.lower(Organization.name) == organization.lower())
    else:
        query = query.where(SearchEntry.state == place.state, SearchEntry.county == place.county)
    return [id_ for id_, name in session.execute(query) if is_alike(name, organization)]
