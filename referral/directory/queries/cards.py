"""What a result shows beside its name: place, cost, eligibility, telephones; looked up for the shown results only."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from referral.directory.models import Address, CostOption, Location, Phone, Service, ServiceAtLocation
from referral.directory.queries.ids import is_one_of
from referral.directory.rules.phones import say_phone
from referral.directory.rules.text import readable_name

MOST_PHONES = 3

_Row = tuple[UUID, Service, Location]


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
    query = (
        select(ServiceAtLocation.id, Service, Location)
        .join(Service, Service.id == ServiceAtLocation.service_id)
        .join(Location, Location.id == ServiceAtLocation.location_id)
        .where(is_one_of(ServiceAtLocation.id, ids))
    )
    rows: list[_Row] = [(id_, service, location) for id_, service, location in session.execute(query)]
    addresses = _addresses(session, [location.id for _, _, location in rows])
    costs = _costs(session, [service.id for _, service, _ in rows])
    phones = _phones(session, rows)
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
    found = session.scalars(
        select(Address).where(is_one_of(Address.location_id, locations)).order_by(Address.id.desc())
    )
    return {address.location_id: address for address in found}


def _costs(session: Session, services: Sequence[UUID]) -> dict[UUID, str]:
    said: dict[UUID, list[str]] = {}
    for cost in session.scalars(
        select(CostOption).where(is_one_of(CostOption.service_id, services)).order_by(CostOption.id)
    ):
        amount = "" if cost.amount is None else f"${cost.amount}"
        text = " ".join(filter(None, [cost.option, amount, cost.amount_description]))
        said.setdefault(cost.service_id, []).append(text)
    return {service: "; ".join(filter(None, texts)) for service, texts in said.items()}


def _phones(session: Session, rows: Sequence[_Row]) -> dict[UUID, tuple[str, ...]]:
    """The telephones of each listing, those of its own desk first, then of the service, the place, the organization."""
    owners = {owner for row in rows for owner in _owners(row)}
    columns = (Phone.service_at_location_id, Phone.service_id, Phone.location_id, Phone.organization_id)
    query = select(Phone).where(or_(*(is_one_of(column, owners) for column in columns)), Phone.contact_id.is_(None))
    by_owner: dict[UUID, list[str]] = {}
    for phone in session.scalars(query.order_by(Phone.id)):
        owner = phone.service_at_location_id or phone.service_id or phone.location_id or phone.organization_id
        if owner:
            by_owner.setdefault(owner, []).append(say_phone(phone.number, phone.extension))
    found: dict[UUID, tuple[str, ...]] = {}
    for row in rows:
        said = (number for owner in _owners(row) for number in by_owner.get(owner, ()))
        found[row[0]] = tuple(dict.fromkeys(said))[:MOST_PHONES]
    return found


def _owners(row: _Row) -> tuple[UUID, ...]:
    listing_id, service, location = row
    return (listing_id, service.id, location.id, service.organization_id)
