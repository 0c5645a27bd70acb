"""What a listing says, part by part, as whoever keeps it changes it; and whose to keep it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Text, cast, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload

from referral.directory.models import (
    Address,
    Language,
    Location,
    Phone,
    RequiredDocument,
    Schedule,
    Service,
    ServiceAtLocation,
    ServiceNeed,
)
from referral.directory.queries.cards import cards
from referral.directory.rules import hours
from referral.directory.rules.hours_text import say_schedule
from referral.directory.rules.languages import language_codes
from referral.directory.rules.phones import say_phone
from referral.directory.rules.vocabulary import LocationType, ServiceStatus
from referral.foundation.principal import Principal
from referral.organizations import queries as organizations
from referral.organizations.models import Organization
from referral.organizations.rules import Role
from referral.people.rules import NeedCategory


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What a listing says, as its keeper types it; of a confidential place never the street or ZIP code."""

    id: UUID
    title: str
    organization_name: str
    place: str
    sites: int
    """At how many places the service is offered."""
    version: int
    name: str
    description: str | None
    status: ServiceStatus
    alert: str | None
    needs: list[NeedCategory]
    hours: list[str]
    phones: list[str]
    email: str | None
    url: str | None
    eligibility: str | None
    minimum_age: float | None
    maximum_age: float | None
    documents: list[str]
    languages: list[str]
    cost: str | None
    application_process: str | None
    transportation: str | None
    address_1: str | None
    address_2: str | None
    city: str | None
    zip5: str | None
    is_virtual: bool
    is_confidential: bool


def kept_listing(session: Session, service_at_location_id: UUID) -> ServiceAtLocation | None:
    """Return a listing with its service, organization and place."""
    query = select(ServiceAtLocation).options(
        joinedload(ServiceAtLocation.service).joinedload(Service.organization), joinedload(ServiceAtLocation.location)
    )
    return session.scalars(query.where(ServiceAtLocation.id == service_at_location_id)).one_or_none()


def may_edit(session: Session, organization: Organization, by: Principal) -> bool:
    """Say whether the asker keeps its listings: its own staff, its network lead, or where nobody does a supervisor."""
    roles = by.roles
    if organization.id == by.organization_id and roles & {Role.CBO_ADMIN.value, Role.CBO_INTAKE.value}:
        return True
    if not organization.is_claimed:
        return Role.COORD_SUPERVISOR.value in roles
    return Role.NETWORK_LEAD.value in roles and organizations.is_led_by(session, organization.id, by.organization_id)


def words_of(session: Session, listing: ServiceAtLocation) -> Words:
    """Return what the listing says, part by part."""
    service, location = listing.service, listing.location
    card = cards(session, [listing.id])[listing.id]
    address = address_of(session, location)
    is_secret = location.is_confidential
    sites = select(func.count()).where(ServiceAtLocation.service_id == service.id)
    return Words(
        id=listing.id,
        title=service.name,
        organization_name=service.organization.name,
        place=card.place,
        sites=session.scalar(sites) or 1,
        version=service.version,
        name=service.name,
        description=service.description,
        status=service.status,
        alert=service.alert,
        needs=sorted(session.scalars(select(ServiceNeed.need).where(ServiceNeed.service_id == service.id))),
        hours=list(said_hours(session, listing)),
        phones=[say_phone(one.number, one.extension) for one in phones_of(session, listing)],
        email=service.email,
        url=service.url,
        eligibility=service.eligibility_description,
        minimum_age=service.minimum_age,
        maximum_age=service.maximum_age,
        documents=[one.document for one in documents_of(session, service)],
        languages=sorted({code for one in languages_of(session, listing) for code in codes_of(one)}),
        cost=card.cost or None,
        application_process=service.application_process,
        transportation=None if is_secret else location.transportation,
        address_1=address.address_1 if address and not is_secret else None,
        address_2=address.address_2 if address and not is_secret else None,
        city=address.city if address else None,
        zip5=None if is_secret else location.zip5,
        is_virtual=location.location_type is LocationType.VIRTUAL,
        is_confidential=is_secret,
    )


def address_of(session: Session, location: Location) -> Address | None:
    """Return the address that a listing shows."""
    query = select(Address).where(Address.location_id == location.id).order_by(Address.id)
    return session.scalars(query.limit(1)).first()


def said_hours(session: Session, listing: ServiceAtLocation) -> dict[str, Schedule]:
    """Return the hours that count by the line that says them: of the listing, else its service, else its place."""
    for column, owner in (
        (Schedule.service_at_location_id, listing.id),
        (Schedule.service_id, listing.service_id),
        (Schedule.location_id, listing.location_id),
    ):
        found = session.scalars(select(Schedule).where(column == owner).order_by(Schedule.id)).all()
        if found:
            said = ((_say(one), one) for one in found)
            return {line: one for line, one in said if line}
    return {}


def _say(one: Schedule) -> str:
    said = say_schedule(hours.Schedule.of(vars(one)), description=one.description, notes=one.notes)
    return " ".join(said.split())


def phones_of(session: Session, listing: ServiceAtLocation) -> Sequence[Phone]:
    """Return every telephone that the listing shows, those of its own desk first."""
    owners = (
        (Phone.service_at_location_id, listing.id),
        (Phone.service_id, listing.service_id),
        (Phone.location_id, listing.location_id),
        (Phone.organization_id, listing.service.organization_id),
    )
    found = session.scalars(select(Phone).where(_belongs(*owners), Phone.contact_id.is_(None)).order_by(Phone.id)).all()
    return sorted(found, key=lambda one: (not one.service_at_location_id, not one.service_id, not one.location_id))


def languages_of(session: Session, listing: ServiceAtLocation) -> Sequence[Language]:
    """Return the languages of the service and of its place."""
    owners = _belongs((Language.service_id, listing.service_id), (Language.location_id, listing.location_id))
    return session.scalars(select(Language).where(owners).order_by(Language.id)).all()


def codes_of(language: Language) -> set[str]:
    """Return the codes of what one row says; it may name several languages."""
    return language_codes(language.code, language.name)


def documents_of(session: Session, service: Service) -> Sequence[RequiredDocument]:
    """Return the papers to bring."""
    query = select(RequiredDocument).where(RequiredDocument.service_id == service.id)
    return session.scalars(query.order_by(RequiredDocument.id)).all()


def places_of(session: Session, organization_id: UUID) -> Sequence[tuple[UUID, str]]:
    """Return the places where an organization offers something, with how they are said; confidential ones by city."""
    query = (
        select(ServiceAtLocation.location_id, func.min(cast(ServiceAtLocation.id, Text)))
        .join(Service, Service.id == ServiceAtLocation.service_id)
        .where(Service.organization_id == organization_id)
        .group_by(ServiceAtLocation.location_id)
    )
    one_each = {location_id: UUID(listing_id) for location_id, listing_id in session.execute(query)}
    shown = cards(session, list(one_each.values()))
    said = [(location_id, shown[listing_id].place) for location_id, listing_id in one_each.items()]
    return sorted(said, key=lambda one: (one[1], str(one[0])))


def _belongs(*owners: tuple[InstrumentedAttribute[Any], UUID]) -> ColumnElement[bool]:
    return or_(*(column == owner for column, owner in owners))
