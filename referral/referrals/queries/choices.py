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
from referral.people.models import Consent, Person
from referral.people.rules import ConsentScope, SensitivityLevel, domain_of, highest
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
    level: SensitivityLevel = SensitivityLevel.L1
    """Of the need, or of a person who asked not to be found."""
    release: Consent | None = None
    """The signed consent that names this organization; needed for what is sensitive."""
    is_victim_service: bool = False

    @property
    def lacks(self) -> tuple[ConsentScope, ...]:
        """Return the permissions that are still missing, in the order in which they are asked for."""
        needed = {
            SensitivityLevel.L1: (ConsentScope.REFERRAL_SHARE,),
            SensitivityLevel.L2: (ConsentScope.REFERRAL_SHARE, ConsentScope.PART2_DISCLOSE),
            SensitivityLevel.L3: (ConsentScope.IPV_RELEASE,),
        }[self.level]
        if self.channel is Channel.OFF_PLATFORM:
            return ()
        held = {ConsentScope.REFERRAL_SHARE: self.consent}
        return tuple(scope for scope in needed if held.get(scope, self.release) is None)

    @property
    def is_sendable(self) -> bool:
        """Whether it can be sent electronically at all, once permitted: not again, and not to just anybody."""
        if self.open_one is not None:
            return False
        if self.level is SensitivityLevel.L1:
            return True
        is_safe = self.level is SensitivityLevel.L2 or self.is_victim_service
        return self.channel is Channel.NETWORK and is_safe


def choices(session: Session, need: Need, ids: Collection[UUID], *, at: datetime) -> Sequence[Choice]:
    """Return the chosen services in the order of their names; unknown ids are left out."""
    rows = session.execute(
        select(ServiceAtLocation.id, Service.name, Location.name, Organization)
        .join(Service, Service.id == ServiceAtLocation.service_id)
        .join(Organization, Organization.id == Service.organization_id)
        .join(Location, Location.id == ServiceAtLocation.location_id)
        .where(ServiceAtLocation.id.in_(ids))
        .order_by(Organization.name, Service.name, ServiceAtLocation.id)
    )
    person = session.get(Person, need.person_id)
    level = highest(need.level, person.level) if person else need.level
    return [_choice(session, need, level, *row, at=at) for row in rows]


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


RELEASES = {SensitivityLevel.L2: ConsentScope.PART2_DISCLOSE, SensitivityLevel.L3: ConsentScope.IPV_RELEASE}


def release_for(
    session: Session, need: Need, level: SensitivityLevel, organization_id: UUID, *, at: datetime
) -> Consent | None:
    """Return the named consent in force that lets the organization know something of this level about this need.

    A release of safety information serves one purpose: it carries no second need.
    """
    if level not in RELEASES:
        return None
    scope = RELEASES[level]
    release = people.consent_in_force(
        session, need.person_id, scope, at=at, organization_id=organization_id, level=level
    )
    if release is None or scope is ConsentScope.PART2_DISCLOSE:
        return release
    used = select(Referral.id).where(Referral.release_id == release.id, Referral.need_id != need.id)
    return None if session.scalars(used).first() else release


def _choice(
    session: Session,
    need: Need,
    level: SensitivityLevel,
    id_: UUID,
    service: str,
    location: str | None,
    organization: Organization,
    *,
    at: datetime,
) -> Choice:
    channel = channel_to(session, organization.id, need.network_id)
    release = release_for(session, need, level, organization.id, at=at)
    is_for_survivors = level is SensitivityLevel.L3
    return Choice(
        service_at_location_id=id_,
        service=service,
        location=location,
        organization_id=organization.id,
        organization=organization.name,
        channel=channel,
        consent=release if is_for_survivors else consent_for(session, need, organization.id, channel, at=at),
        level=level,
        release=release,
        is_victim_service=organization.is_victim_service,
        open_one=open_one_like(session, person_id=need.person_id, need_id=need.id, service_at_location_id=id_),
    )
