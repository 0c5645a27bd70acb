"""What a paid service rests on: whether the permissions stand, and whether somebody was a member and enrolled on a day.

Whoever bills and pays needs the yes or no, and nothing of what was signed, asked or found.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from referral.foundation.elevation import seeing_all
from referral.people import queries as people
from referral.people.models import Consent, Coverage
from referral.people.rules import ConsentScope, is_in_force
from referral.programs.models import Enrollment, ServiceAuthorization
from referral.programs.rules import EnrollmentState, Window

WERE_ENROLLED = (EnrollmentState.ENROLLED, EnrollmentState.WITHDRAWN, EnrollmentState.ENDED)


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose grounds are asked for: in which program, with which plan, on which day."""

    person_id: UUID
    program_id: UUID
    plan_id: UUID
    on: date


@dataclass(frozen=True, slots=True)
class Grounds:
    """The answer: the permissions as they stand now, membership and enrollment as they were on the day."""

    on: date
    has_program_permission: bool
    has_billing_permission: bool
    is_member: bool
    is_enrolled: bool


def grounds_of(
    session: Session, asked: Collection[Asked], *, network_id: UUID, at: datetime
) -> Mapping[Asked, Grounds]:
    """Return yes or no for each question, of records that the asker has open."""
    person_ids = {one.person_id for one in asked}
    with seeing_all(session, "grounds"):
        allowed = _allowed(session, person_ids, network_id, at)
        members = _members(session, person_ids)
        enrolled = _enrolled(session, person_ids)
    return {
        one: Grounds(
            one.on,
            ConsentScope.PILOT_ENROL in allowed[one.person_id],
            ConsentScope.INVOICE_SHARE in allowed[one.person_id],
            any(one.on in window for window in members[one.person_id, one.plan_id]),
            any(one.on in window for window in enrolled[one.person_id, one.program_id]),
        )
        for one in asked
    }


def grounds_of_authorization(
    session: Session, authorization: ServiceAuthorization, *, on: date, at: datetime
) -> Grounds:
    """Return whether an authorization's grounds stand."""
    asked = Asked(authorization.person_id, authorization.program_id, authorization.plan_id, on)
    return grounds_of(session, [asked], network_id=authorization.network_id, at=at)[asked]


def _allowed(session: Session, person_ids: set[UUID], network_id: UUID, at: datetime) -> dict[UUID, set[ConsentScope]]:
    scopes = (ConsentScope.PILOT_ENROL, ConsentScope.INVOICE_SHARE)
    query = select(Consent).where(Consent.person_id.in_(person_ids), Consent.scope.in_(scopes))
    found: dict[UUID, set[ConsentScope]] = defaultdict(set)
    now = people.local_time(session, network_id, at)
    for consent in session.scalars(query):
        if is_in_force(consent.as_given(), now):
            found[consent.person_id].add(consent.scope)
    return found


def _members(session: Session, person_ids: set[UUID]) -> dict[tuple[UUID, UUID], list[Window]]:
    found: dict[tuple[UUID, UUID], list[Window]] = defaultdict(list)
    for one in session.scalars(select(Coverage).where(Coverage.person_id.in_(person_ids))):
        found[one.person_id, one.plan_id].append(Window(one.starts_on, one.ends_on))
    return found


def _enrolled(session: Session, person_ids: set[UUID]) -> dict[tuple[UUID, UUID], list[Window]]:
    query = select(Enrollment).where(
        Enrollment.person_id.in_(person_ids),
        Enrollment.state.in_(WERE_ENROLLED),
        # Withdrawn before the plan decided: there never was a day.
        Enrollment.starts_on.is_not(None),
    )
    found: dict[tuple[UUID, UUID], list[Window]] = defaultdict(list)
    for one in session.scalars(query):
        found[one.person_id, one.program_id].append(Window(one.starts_on, one.ends_on))
    return found
