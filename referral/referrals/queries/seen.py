"""The person as one reader of a referral sees them: fields are cut here, not hidden in a template."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from referral.foundation.principal import Face, Principal
from referral.people import queries as people
from referral.people.models import Person, PersonPhone
from referral.people.permissions import PersonPermission
from referral.people.rules import GrantScope
from referral.referrals.models import Referral
from referral.referrals.permissions import is_sender_side, sight_of
from referral.referrals.queries.levels import is_masked
from referral.referrals.rules import Sight


@dataclass(frozen=True, slots=True)
class SeenPerson:
    """What the reader may know; None where it is hidden or unknown. The minimum is the first six."""

    sight: Sight
    given_name: str | None = None
    area: str | None = None
    language: str | None = None
    household_size: int | None = None
    urgency: str | None = None
    category: str | None = None
    family_name: str | None = None
    needs_interpreter: bool | None = None
    phone: str | None = None
    email: str | None = None
    can_leave_message: bool | None = None
    safe_channels: Sequence[str] = ()
    safe_note: str | None = None
    safe_confirmed_at: datetime | None = None
    note: str | None = None
    person_id: UUID | None = None


def sight_for(session: Session, referral: Referral, by: Principal, *, at: datetime) -> Sight:
    """Return how much this reader sees: by a part in the referral, or because the person shares it with a plan."""
    sight = sight_of(referral, by, at=at)
    if sight is not Sight.NOTHING or by.face is not Face.PLAN or not by.can(PersonPermission.REACH):
        return sight
    is_shared = GrantScope.RECORD in people.scopes_held(session, referral.person_id, at=at)
    return Sight.PARTY if is_shared else sight


def seen_person(session: Session, referral: Referral, by: Principal, *, at: datetime) -> SeenPerson:
    """Return the person of the referral, cut to what this reader may see."""
    sight = sight_for(session, referral, by, at=at)
    person = session.get(Person, referral.person_id) if sight is not Sight.NOTHING else None
    if person is None:
        category = None if is_masked(referral, by) else referral.category
        return SeenPerson(Sight.NOTHING, urgency=referral.urgency, category=category)
    if sight is Sight.NAMED:
        return _named(referral, person, by)
    seen = SeenPerson(
        sight=sight,
        given_name=person.called or person.given_name,
        area=referral.area,
        language=person.language,
        household_size=person.household_size,
        urgency=referral.urgency,
        category=None if is_masked(referral, by) else referral.category,
    )
    return seen if sight is Sight.MINIMUM else _whole(session, referral, person, seen, by)


def _named(referral: Referral, person: Person, by: Principal) -> SeenPerson:
    return SeenPerson(
        Sight.NAMED,
        given_name=person.given_name,
        family_name=person.family_name,
        urgency=referral.urgency,
        category=None if is_masked(referral, by) else referral.category,
    )


def numbers_to_call(session: Session, person_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the number to reach each of these people at, of those whose numbers the reader may see."""
    query = select(PersonPhone).where(PersonPhone.person_id.in_(set(person_ids)), PersonPhone.ended_at.is_(None))
    in_use = session.scalars(query.order_by(PersonPhone.is_primary, PersonPhone.id.desc()))
    return {phone.person_id: phone.number for phone in in_use}


def _whole(session: Session, referral: Referral, person: Person, seen: SeenPerson, by: Principal) -> SeenPerson:
    phone = people.primary_phone(session, person.id)
    return SeenPerson(
        sight=seen.sight,
        given_name=person.given_name,
        area=seen.area,
        language=seen.language,
        household_size=seen.household_size,
        urgency=seen.urgency,
        category=seen.category,
        family_name=person.family_name,
        needs_interpreter=person.needs_interpreter,
        phone=phone.number if phone else None,
        email=person.email,
        can_leave_message=person.can_leave_message,
        safe_channels=person.safe_channels,
        safe_note=person.safe_note,
        safe_confirmed_at=person.safe_confirmed_at,
        note=None if is_masked(referral, by) else referral.note,
        person_id=person.id if is_sender_side(referral, by) else None,
    )
