"""The log as people read it: who, what, about whom, cut to what the role may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import Session

from referral.audit import queries as audit
from referral.audit.models import AuditEvent
from referral.audit.queries import Asked, SealState
from referral.audit.rules import DeedKind, deed_words
from referral.desk.queries.names import organization_names, user_names
from referral.foundation.principal import Principal, PrincipalKind
from referral.foundation.refusals import NotFound
from referral.organizations.models import Contract
from referral.organizations.rules import Role
from referral.people import queries as people
from referral.people.models import Person
from referral.referrals.queries import records
from referral.screening import queries as screening

_NOT_A_USER = {
    PrincipalKind.LINK: "The person, by their link",
    PrincipalKind.SYSTEM: "The program itself",
    PrincipalKind.NOBODY: "Somebody not signed in yet",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One event, in words."""

    id: int
    at: datetime
    what: str
    action: str
    who: str
    user_id: UUID | None
    organization: str
    whom: str = ""
    """Empty where nobody was concerned, or where the role does not see who."""
    person_id: UUID | None = None
    """Only where the asker may open the person."""


@dataclass(frozen=True, slots=True)
class Log:
    """A page of the log."""

    lines: Sequence[Line]
    has_clients: bool
    next: int | None
    state: SealState | None = None
    """How far it is sealed: for the administrator of the system."""


def sought(
    zone: str,
    *,
    from_on: date | None = None,
    until_on: date | None = None,
    kind: DeedKind | None = None,
    user: UUID | None = None,
    before: int | None = None,
) -> Asked:
    """Return what is asked for; both days are included, and they are days of the reader's zone."""
    return Asked(
        since=_midnight(from_on, zone),
        until=_midnight(until_on + timedelta(days=1), zone) if until_on else None,
        kind=kind,
        user_id=user,
        before=before,
    )


def _midnight(day: date | None, zone: str) -> datetime | None:
    return datetime.combine(day, time(), tzinfo=ZoneInfo(zone)) if day else None


def audit_log(session: Session, asked: Asked, *, by: Principal) -> Log:
    """Return what happened in the asker's reach: a supervisor's network, an administrator's organization.

    The network lead and the administrator of the system read deeds only, never whom they were about.
    """
    if Role.SYSADMIN.value in by.roles:
        rows = audit.deeds_without_clients(session, asked)
        return _log(session, rows, has_clients=False, state=audit.seal_state(session))
    if Role.COORD_SUPERVISOR.value in by.roles:
        return _log(session, audit.events(session, asked, AuditEvent.network_id == by.network_id))
    if Role.CBO_ADMIN.value in by.roles:
        return _log(session, audit.events(session, asked, AuditEvent.organization_id == by.organization_id))
    led = _led_by(session, by)
    return _log(
        session,
        audit.deeds_without_clients(session, asked, network_id=by.network_id, organization_ids=led),
        has_clients=False,
    )


def access_log(session: Session, person_id: UUID, asked: Asked, *, by: Principal) -> tuple[Person | None, Log]:
    """Return who did and read what about a person: all of it to a supervisor, else own acts or those of colleagues.

    Raises NotFound for whoever neither sees the person nor did anything about them, and of who is hidden.
    """
    person = people.visible(session, person_id)
    if session.scalar(select(func.is_hidden_from_asker(person_id))):
        raise NotFound
    rows = audit.events(session, asked, audit.about(person_id, _shown_ids(session, person)), _own(by))
    if person is None and not rows:
        raise NotFound
    return person, _log(session, rows)


def _own(by: Principal) -> ColumnElement[bool]:
    if Role.COORD_SUPERVISOR.value in by.roles:
        return true()
    own = [AuditEvent.user_id == by.user_id]
    if Role.CBO_ADMIN.value in by.roles:
        own.append(AuditEvent.organization_id == by.organization_id)
    return or_(*own)


def _shown_ids(session: Session, person: Person | None) -> list[UUID]:
    """Return the ids under which lists show the person."""
    if person is None:
        return []
    referrals = [referral.id for referral in records.referrals_of_person(session, person.id)]
    return referrals + [need.id for need in screening.needs_of(session, person.id)]


def _led_by(session: Session, by: Principal) -> list[UUID]:
    query = select(Contract.organization_id).where(
        Contract.network_lead_id == by.organization_id, Contract.network_id == by.network_id
    )
    return [*session.scalars(query), *([by.organization_id] if by.organization_id else [])]


def _log(session: Session, rows: Sequence[Any], *, has_clients: bool = True, state: SealState | None = None) -> Log:
    users = user_names(session, (row.user_id for row in rows))
    organizations = organization_names(session, (row.organization_id for row in rows))
    concerned = {row.person_id for row in rows if row.person_id} if has_clients else set()
    persons = people.by_ids(session, concerned) if concerned else {}
    lines = [
        Line(
            id=row.id,
            at=row.at,
            what=deed_words(row.action),
            action=row.action,
            who=_who(row, users),
            user_id=row.user_id,
            organization=organizations.get(row.organization_id, ""),
            **(_whom(row.person_id, persons) if has_clients else {}),
        )
        for row in rows
    ]
    return Log(lines, has_clients, lines[-1].id if len(lines) == audit.PAGE else None, state)


def _who(row: Any, users: dict[UUID | None, str]) -> str:
    kind = PrincipalKind(row.principal_kind)
    name = users.get(row.user_id, "")
    return f"{name}, by a program" if kind is PrincipalKind.CLIENT else name or _NOT_A_USER.get(kind, "Somebody")


def _whom(person_id: UUID | None, persons: dict[UUID, Person]) -> dict[str, Any]:
    if person_id is None:
        return {}
    person = persons.get(person_id)
    return {"whom": person.full_name, "person_id": person.id} if person else {"whom": "Somebody you may not open"}
