"""The services somebody is about to refer to: by which channel, on which consent, and what stands in the way."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from referral.directory.models import Location, Service, ServiceAtLocation
from referral.organizations import queries as organizations
from referral.organizations.models import Organization
from referral.people import queries as people
from referral.people.models import Consent
from referral.people.rules import ConsentScope, domain_of
from referral.referrals.models import Referral
from referral.referrals.queries.records import open_one_like
from referral.referrals.rules import Channel
from referral.screening.models import Need


@dataclass(frozen=True, slots=True)
class Choice:
    """A service at a location as a possible receiver of one need."""

    service_at_location_id: UUID
    service: str
    location: str | None
    organization_id: UUID
    organization: str
    channel: Channel
    consent: Consent | None
    open_one: Referral | None


def choices(session: Session, need: Need, ids: Collection[UUID], *, at: datetime) -> Sequence[Choice]:
    """Return the chosen services in the order of their names; unknown ids are left out."""
    rows = session.execute(
        select(ServiceAtLocation.id, Service.name, Location.name, Organization.id, Organization.name)
        .join(Service, Service.id == ServiceAtLocation.service_id)
        .join(Organization, Organization.id == Service.organization_id)
        .join(Location, Location.id == ServiceAtLocation.location_id)
        .where(ServiceAtLocation.id.in_(ids))
        .order_by(Organization.name, Service.name, ServiceAtLocation.id)
    )
    return [_choice(session, need, *row, at=at) for row in rows]


@dataclass(frozen=True, slots=True)
class Listing:
    """The service a referral is addressed to, by name."""

    service: str
    location: str | None


def listing_of(session: Session, referral: Referral) -> Listing:
    """Return the service and place that a referral is addressed to."""
    row = session.execute(
        select(Service.name, Location.name)
        .select_from(ServiceAtLocation)
        .join(Service, Service.id == ServiceAtLocation.service_id)
        .join(Location, Location.id == ServiceAtLocation.location_id)
        .where(ServiceAtLocation.id == referral.service_at_location_id)
    ).one()
    return Listing(*row)


def channel_to(session: Session, organization_id: UUID, network_id: UUID) -> Channel:
    """Return how a referral reaches the organization: through the network it takes part in, or off platform."""
    network = organizations.network_of(session, organization_id)
    is_member = network is not None and network.id == network_id
    return Channel.NETWORK if is_member else Channel.OFF_PLATFORM


def consent_for(
    session: Session, need: Need, organization_id: UUID, channel: Channel, *, at: datetime
) -> Consent | None:
    """Return the consent on which a referral of the need to the organization would rest, if there is one."""
    if channel is Channel.OFF_PLATFORM:
        return people.consent_in_force(session, need.person_id, ConsentScope.INTAKE_STORE, at=at)
    return people.consent_in_force(
        session,
        need.person_id,
        ConsentScope.REFERRAL_SHARE,
        at=at,
        organization_id=organization_id,
        domain=domain_of(need.category),
        level=need.level,
    )


def _choice(
    session: Session,
    need: Need,
    id_: UUID,
    service: str,
    location: str | None,
    organization_id: UUID,
    organization: str,
    *,
    at: datetime,
) -> Choice:
    channel = channel_to(session, organization_id, need.network_id)
    return Choice(
        service_at_location_id=id_,
        service=service,
        location=location,
        organization_id=organization_id,
        organization=organization,
        channel=channel,
        consent=consent_for(session, need, organization_id, channel, at=at),
        open_one=open_one_like(session, person_id=need.person_id, need_id=need.id, service_at_location_id=id_),
    )
