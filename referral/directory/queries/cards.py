"""What a result shows beside its name: place, cost, eligibility, telephones; looked up for the shown results only."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from referral.directory.models import Address, CostOption, Location, Phone, Service, ServiceAtLocation
from referral.directory.rules.phones import say_phone
from referral.directory.rules.text import readable_name

MOST_PHONES = 3


@dataclass(frozen=True, slots=True)
class Card:
    """The looked-up parts of one result."""

    place: str
    city: str | None
    cost: str
    eligibility: str
    phones: tuple[str, ...]


def cards(session: Session, ids: Sequence[UUID]) -> dict[UUID, Card]:
    """Return the card of each listing."""
    rows = session.execute(
        select(ServiceAtLocation.id, Service, Location)
        .join(Service, Service.id == ServiceAtLocation.service_id)
        .join(Location, Location.id == ServiceAtLocation.location_id)
        .where(ServiceAtLocation.id.in_(ids))
    ).all()
    addresses = _addresses(session, [location.id for _, _, location in rows])
    costs = _costs(session, [service.id for _, service, _ in rows])
    phones = _phones(session, ids)
    return {
        listing_id: Card(
            place=say_place(location, addresses.get(location.id)),
            city=address.city if (address := addresses.get(location.id)) else None,
            cost=service.fees_description or costs.get(service.id, ""),
            eligibility=say_eligibility(service),
            phones=phones.get(listing_id, ()),
        )
        for listing_id, service, location in rows
    }


def say_place(location: Location, address: Address | None) -> str:
    """Where a listing is, in one line; of a confidential place only the city."""
    city = readable_name(address.city) if address and address.city else ""
    state = (address.state_province if address else None) or location.state or ""
    if location.is_confidential:
        return ", ".join(filter(None, [city, state, "confidential address"]))
    street = ", ".join(filter(None, [address.address_1, address.address_2])) if address else ""
    postal = f"{state} {(address.postal_code if address else None) or ''}".strip()
    said = ", ".join(filter(None, [readable_name(street), city, postal]))
    if address is None and location.county:
        return f"{location.county} County, {state} (no address stated)"
    return said or "Place not stated"


def say_eligibility(service: Service) -> str:
    """Who may come, with the ages; empty when the listing does not say."""
    low, high = service.minimum_age, service.maximum_age
    ages = ""
    if low is not None and high is not None:
        ages = f"Ages {low:g} to {high:g}."
    elif low is not None:
        ages = f"Age {low:g} and older."
    elif high is not None:
        ages = f"Up to age {high:g}."
    return " ".join(filter(None, [service.eligibility_description, ages]))


def _addresses(session: Session, locations: Sequence[UUID]) -> dict[UUID, Address]:
    found = session.scalars(select(Address).where(Address.location_id.in_(locations)).order_by(Address.id.desc()))
    return {address.location_id: address for address in found}


def _costs(session: Session, services: Sequence[UUID]) -> dict[UUID, str]:
    said: dict[UUID, list[str]] = {}
    for cost in session.scalars(select(CostOption).where(CostOption.service_id.in_(services)).order_by(CostOption.id)):
        amount = "" if cost.amount is None else f"${cost.amount}"
        text = " ".join(filter(None, [cost.option, amount, cost.amount_description]))
        said.setdefault(cost.service_id, []).append(text)
    return {service: "; ".join(filter(None, texts)) for service, texts in said.items()}


def _phones(session: Session, ids: Sequence[UUID]) -> dict[UUID, tuple[str, ...]]:
    """The telephones of each listing, those of its own desk first, then of the service, the place, the organization."""
    owners: Any = or_(
        Phone.service_at_location_id == ServiceAtLocation.id,
        Phone.service_id == ServiceAtLocation.service_id,
        Phone.location_id == ServiceAtLocation.location_id,
        Phone.organization_id == Service.organization_id,
    )
    query = (
        select(ServiceAtLocation.id, Phone.number, Phone.extension)
        .join(Service, Service.id == ServiceAtLocation.service_id)
        .join(Phone, and_(owners, Phone.contact_id.is_(None)))
        .where(ServiceAtLocation.id.in_(ids))
        .order_by(Phone.service_at_location_id, Phone.service_id, Phone.location_id, Phone.id)
    )
    found: dict[UUID, list[str]] = {}
    for listing_id, number, extension in session.execute(query):
        listed = found.setdefault(listing_id, [])
        said = say_phone(number, extension)
        if said not in listed and len(listed) < MOST_PHONES:
            listed.append(said)
    return {listing_id: tuple(listed) for listing_id, listed in found.items()}
