"""Open somebody in an emergency: for an hour, for one user, with the reason on record and everybody told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from referral.accounts.models import User
from referral.audit import service as audit
from referral.foundation.elevation import seeing_all
from referral.foundation.ids import uuid7
from referral.foundation.principal import Principal
from referral.foundation.refusals import NotAllowed, NotFound, Refused, TooManyTries
from referral.organizations.models import Organization
from referral.people import emergencies, queries
from referral.people.models import BreakGlass, Person, PersonAddress, PersonPhone
from referral.people.rules import GrantBasis, GrantScope, SensitivityLevel
from referral.people.rules.break_glass import MOST_A_DAY, Verdict, ends_at, review_due_at
from referral.people.service.access import grant
from referral.people.service.links import share_own_page

JOB = "break-glass"


@dataclass(frozen=True, slots=True)
class Emergency:
    """What helps at once: who it is, how to reach them safely, and who knows them."""

    person: Person
    phones: Sequence[PersonPhone]
    address: PersonAddress | None
    navigator: str
    intake_organization: str


def break_glass(
    session: Session,
    *,
    given_name: str,
    family_name: str,
    birth_on: date,
    reason: str,
    base_url: str,
    by: Principal,
    at: datetime,
) -> BreakGlass:
    """Record the emergency, then open the one person with exactly this name and birth date, if they are there.

    Nobody learns whether somebody is here before the reason is on record: a miss is kept, counted and reviewed like a
    hit. Raises Refused after too many tries, and for somebody whose record is open to the asker anyway.
    """
    if by.user_id is None or by.organization_id is None or by.network_id is None:
        raise NotAllowed("Only a user of an organization can do this.")
    _check_tries(session, by.user_id, at=at)
    _check_need(session, by, given_name, family_name, birth_on, at=at)
    glass = BreakGlass(
        id=uuid7(),
        network_id=by.network_id,
        organization_id=by.organization_id,
        user_id=by.user_id,
        reason=reason,
        asked_at=at,
        review_due_at=review_due_at(at),
    )
    with seeing_all(session, JOB):
        sought: dict[str, Any] = {"given": given_name, "family": family_name, "birth_on": birth_on}
        person = emergencies.called_exactly(session, by.network_id, **sought)
        if person is not None and emergencies.is_related(session, person, by, at=at):
            _open(session, glass, person, base_url=base_url, by=by, at=at)
        else:
            glass.sought = f"{given_name} {family_name}, {birth_on:%m/%d/%Y}"
            session.add(glass)
            _record(session, "break-glass:asked", glass, by=by, at=at, is_found=False)
    return session.get_one(BreakGlass, glass.id)


def _check_tries(session: Session, user_id: UUID, *, at: datetime) -> None:
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"break-glass {user_id}", 0))))
    if emergencies.tries_since(session, user_id, at - timedelta(days=1)) >= MOST_A_DAY:
        raise TooManyTries("You did this too often today. Call your supervisor.", wait_s=24 * 3600)


def _check_need(
    session: Session, by: Principal, given_name: str, family_name: str, birth_on: date, *, at: datetime
) -> None:
    """Refuse where no glass is in the way; sees only what the asker sees."""
    if by.network_id is None:
        return
    person = emergencies.called_exactly(session, by.network_id, given=given_name, family=family_name, birth_on=birth_on)
    if person is not None and GrantScope.RECORD in queries.scopes_held(session, person.id, at=at):
        raise Refused(f"You may open this record already: search for {person.number}.")


def _open(session: Session, glass: BreakGlass, person: Person, *, base_url: str, by: Principal, at: datetime) -> None:
    """Open the person to this one user and tell them; what is sensitive stays with who is cleared for it."""
    glass.person_id, glass.until = person.id, ends_at(at)
    grant(
        session,
        person_id=person.id,
        network_id=person.network_id,
        organization_id=glass.organization_id,
        user_id=glass.user_id,
        scope=GrantScope.RECORD,
        basis=GrantBasis.BREAK_GLASS,
        basis_id=glass.id,
        level=SensitivityLevel.L3,
        until=glass.until,
        at=at,
    )
    session.add(glass)
    glass.was_texted = _tell(session, person, base_url=base_url, by=by, at=at)
    _record(session, "break-glass:asked", glass, by=by, at=at, is_found=True)


def _tell(session: Session, person: Person, *, base_url: str, by: Principal, at: datetime) -> bool:
    """Text a neutral link to their own page, only where the person said that a text is safe; returns whether it went.

    The page tells them in any case, whenever they open it.
    """
    phone = queries.primary_phone(session, person.id)
    if phone is None or person.birth_on is None or not queries.may_text(session, person.id, phone.number, at):
        return False
    return share_own_page(session, person, base_url=base_url, by=by, at=at).is_texted


def open_glass(session: Session, glass_id: UUID, *, by: Principal, at: datetime, may_review: bool) -> emergencies.Glass:
    """Return an emergency to who asked, or to who may review it, whose reading is written down; else NotFound."""
    found = emergencies.glass(session, glass_id)
    if found is None or not (found[0].user_id == by.user_id or may_review):
        raise NotFound
    if found[0].user_id != by.user_id:
        _record(session, "break-glass:read", found[0], by=by, at=at)
    return found


def read_emergency(session: Session, glass: BreakGlass, *, by: Principal, at: datetime) -> Emergency:
    """Read what the glass opened, which is written down; raises NotFound but for who broke it, within the hour."""
    if glass.user_id != by.user_id or glass.person_id is None or glass.until is None or at >= glass.until:
        raise NotFound
    with seeing_all(session, JOB):
        person = session.get_one(Person, glass.person_id)
        navigator = session.get(User, person.owner_user_id) if person.owner_user_id else None
        found = Emergency(
            person=person,
            phones=queries.phones(session, person.id),
            address=queries.address(session, person.id),
            navigator=navigator.name if navigator else "",
            intake_organization=session.get_one(Organization, person.intake_organization_id).name,
        )
        audit.record(
            session,
            "person:read",
            by=by,
            at=at,
            person_id=person.id,
            network_id=person.network_id,
            subject=("person", person.id),
            level=int(person.level),
            why="break_glass",
            glass=glass.id,
        )
    return found


def review_glass(
    session: Session, glass: BreakGlass, *, verdict: Verdict, note: str = "", by: Principal, at: datetime
) -> None:
    """Say whether it was an emergency; raises NotAllowed for what one asked oneself, Refused for a second review."""
    if by.user_id is None or glass.user_id == by.user_id:
        raise NotAllowed("Somebody else reviews what you asked for.")
    if glass.reviewed_at is not None:
        raise Refused("Somebody reviewed this already.")
    glass.reviewed_at, glass.reviewed_by_user_id, glass.verdict = at, by.user_id, verdict
    glass.review_note = note or None
    session.flush()
    _record(session, "break-glass:reviewed", glass, by=by, at=at, verdict=verdict)


def _record(session: Session, action: str, glass: BreakGlass, *, by: Principal, at: datetime, **details: Any) -> None:
    audit.record(
        session,
        action,
        by=by,
        at=at,
        person_id=glass.person_id,
        network_id=glass.network_id,
        subject=("break_glass", glass.id),
        **details,
    )
