"""Ways to reach a person: phones, addresses, and what is safe."""

from collections.abc import Collection
from datetime import datetime, time
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from referral.audit import service as audit
from referral.foundation.principal import Principal
from referral.foundation.refusals import Refused
from referral.people import queries
from referral.people.models import Person, PersonAddress, PersonPhone
from referral.people.places import place_of
from referral.people.rules import ContactChannel, normalize_phone
from referral.people.rules.contact_ways import PhoneUse


def add_phone(
    session: Session,
    person: Person,
    number: str,
    *,
    by: Principal,
    at: datetime,
    use: PhoneUse = PhoneUse.MOBILE,
    is_primary: bool = True,
) -> PersonPhone:
    """Add a number, or return the one that is there; a new primary number takes the place of the old one."""
    normalized = normalize_phone(number)
    if normalized is None:
        raise Refused("This is not a phone number: write it with its area code.")
    known = queries.phones(session, person.id)
    same = next((phone for phone in known if phone.number == normalized), None)
    if same is not None and (same.is_primary or not is_primary):
        return same
    if is_primary:
        _step_down(session, person)
    phone = same or PersonPhone(
        person_id=person.id, network_id=person.network_id, number=normalized, use=use, added_at=at
    )
    phone.is_primary = is_primary or not known
    session.add(phone)
    session.flush()
    _record(session, "person:phone-added", person, by=by, at=at, phone_id=phone.id)
    return phone


def move_to(
    session: Session,
    person: Person,
    *,
    by: Principal,
    at: datetime,
    line_1: str | None = None,
    line_2: str | None = None,
    city: str | None = None,
    state: str | None = None,
    postal_code: str | None = None,
    county: str | None = None,
) -> PersonAddress:
    """Note where the person lives from now on; the ZIP code gives city, county and time zone where they are missing."""
    place = place_of(postal_code) if postal_code else None
    old = queries.address(session, person.id)
    new = PersonAddress(
        person_id=person.id,
        network_id=person.network_id,
        line_1=line_1,
        line_2=line_2,
        city=city or (place.city if place else None),
        state=state or (place.state if place else None),
        postal_code=postal_code,
        county=county or (place.county if place else None),
        starts_at=at,
    )
    if old is not None and _same_place(old, new):
        return old
    if old is not None:
        old.ended_at = at
    if place is not None:
        person.time_zone = place.time_zone
    session.add(new)
    session.flush()
    _record(session, "person:moved", person, by=by, at=at, address_id=new.id)
    return new


def note_safe_contact(
    session: Session,
    person: Person,
    *,
    channels: Collection[ContactChannel],
    by: Principal,
    at: datetime,
    weekdays: Collection[int] = range(7),
    from_time: time | None = None,
    until_time: time | None = None,
    note: str | None = None,
) -> None:
    """Note how the person may safely be reached, as confirmed by them now."""
    person.safe_channels = sorted(channel.value for channel in channels)
    person.safe_weekdays = [str(day) for day in sorted(weekdays)]
    person.safe_from, person.safe_until = from_time, until_time
    person.safe_note = note
    person.safe_confirmed_at = at
    session.flush()
    _record(session, "person:safe-contact-confirmed", person, by=by, at=at)


def _step_down(session: Session, person: Person) -> None:
    """Free the one place of a primary number before another takes it; whose it is has to be asked again."""
    unknown = {"confirmed_at": None, "confirmed_by_user_id": None, "code_hash": None}
    stepping = update(PersonPhone).where(PersonPhone.person_id == person.id, PersonPhone.is_primary)
    session.execute(stepping.values(is_primary=False, **unknown))


def _same_place(one: PersonAddress, other: PersonAddress) -> bool:
    parts = ("line_1", "line_2", "city", "state", "postal_code", "county")
    return all(getattr(one, part) == getattr(other, part) for part in parts)


def _record(session: Session, action: str, person: Person, *, by: Principal, at: datetime, **details: Any) -> None:
    audit.record(
        session,
        action,
        by=by,
        at=at,
        person_id=person.id,
        network_id=person.network_id,
        subject=("person", person.id),
        **details,
    )
