"""Take somebody in, find them again, and keep what we know of them right."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from referral.audit import service as audit
from referral.audit.service import Told
from referral.foundation import jobs
from referral.foundation.elevation import seeing_all
from referral.foundation.ids import short_number
from referral.foundation.principal import Principal
from referral.foundation.refusals import NotFound, Refused, check_version
from referral.people import queries
from referral.people.models import Person
from referral.people.rules import (
    GrantBasis,
    GrantScope,
    Identifiers,
    Likeness,
    SensitivityLevel,
    compare,
    normalize_phone,
)
from referral.people.rules.names import fold_name, is_person_number, sound_of, split_name, split_suffix
from referral.people.service.access import grant
from referral.people.service.disclosing import record_opening

SHOWN_MATCHES = 20


@dataclass(frozen=True, slots=True)
class Match:
    """Somebody who may be the person sought; details only where the asker may see the person."""

    person_id: UUID
    number: str
    name: str
    birth_on: date | None
    likeness: Likeness
    is_open: bool


def add_person(
    session: Session,
    *,
    given_name: str,
    family_name: str,
    by: Principal,
    at: datetime,
    is_hidden: bool = False,
    **fields: Any,
) -> Person:
    """Take somebody in; their record opens for the intake organization. `fields` are columns of Person."""
    if by.organization_id is None or by.network_id is None:
        raise Refused("Only somebody who works for an organization of a network can take people in.")
    person = Person(
        network_id=by.network_id,
        number=short_number("P"),
        intake_organization_id=by.organization_id,
        owner_user_id=by.user_id,
        is_hidden=is_hidden,
        level=SensitivityLevel.L3 if is_hidden else SensitivityLevel.L1,
        created_at=at,
        changed_at=at,
        **fields,
    )
    _name(person, given_name, family_name)
    session.add(person)
    session.flush()
    grant(
        session,
        person_id=person.id,
        network_id=person.network_id,
        organization_id=by.organization_id,
        scope=GrantScope.RECORD,
        basis=GrantBasis.INTAKE_OWNER,
        basis_id=person.id,
        at=at,
    )
    _record(session, "person:added", person, by=by, at=at)
    return person


def open_person(session: Session, person_id: UUID, *, by: Principal, at: datetime, why: str = "") -> Person:
    """Open somebody's record, which is written down; raises NotFound for whoever may not see it."""
    person = visible_person(session, person_id)
    _record(session, "person:read", person, by=by, at=at, **({"why": why} if why else {}))
    told = Told(
        person_id=person.id,
        network_id=person.network_id,
        subject=("person", person.id),
        what=queries.scopes_held(session, person.id, at=at),
        level=person.level,
    )
    record_opening(session, told, by=by, at=at)
    return person


def visible_person(session: Session, person_id: UUID) -> Person:
    """Return the person, or raise NotFound; for verbs that write their own event."""
    person = queries.visible(session, person_id)
    if person is None:
        raise NotFound
    return person


def change_person(
    session: Session,
    person: Person,
    changes: Mapping[str, Any],
    *,
    by: Principal,
    at: datetime,
    version: int | None = None,
) -> Person:
    """Change what we know of somebody; raises Stale when somebody else changed it since `version`."""
    check_version(version, person.version)
    changed = {name: value for name, value in changes.items() if getattr(person, name) != value}
    if not changed:
        return person
    for name, value in changed.items():
        setattr(person, name, value)
    _name(person, person.given_name, person.family_name)
    person.level = SensitivityLevel.L3 if person.is_hidden else SensitivityLevel.L1
    if person.is_hidden and person.owner_user_id is None:
        raise Refused("Somebody hidden needs a navigator of their own first.")
    person.changed_at = at
    session.flush()
    if "is_hidden" in changed and person.is_hidden:
        jobs.add(session, "person.hidden", key=f"person-{person.id}-v{person.version}-hidden", person_id=person.id)
    _record(session, "person:changed", person, by=by, at=at, fields=sorted(changed))
    return person


def search(session: Session, asked: Mapping[str, Any], *, by: Principal, at: datetime) -> list[Match]:
    """Return who may be meant by a name in one piece (or two) or our number, a birth date, a phone or a member ID."""
    if is_person_number(asked.get("name", "")):
        return _numbered(session, asked["name"], at=at)
    parts = ("given_name", "family_name")
    named = {part: asked[part] for part in parts if part in asked} or split_name(asked.get("name", ""))
    marks = {mark: asked[mark] for mark in ("birth_on", "phone", "member_id") if asked.get(mark)}
    if not any(named.values()) and not marks:
        return []
    return find_likely(session, by=by, at=at, **named, **marks)


def _numbered(session: Session, number: str, *, at: datetime) -> list[Match]:
    person = queries.by_number(session, number)
    found = [person] if person is not None and not person.is_hidden else []
    audit.record_list(session, "person:searched", at=at, kind="person", ids=[one.id for one in found])
    return [_match(one, Likeness(100, ("This is their number",)), True) for one in found]


def find_likely(
    session: Session,
    *,
    by: Principal,
    at: datetime,
    given_name: str = "",
    family_name: str = "",
    birth_on: date | None = None,
    phone: str | None = None,
    member_id: str | None = None,
) -> list[Match]:
    """Return people of the own network who may be the one sought, the likeliest first, each with its reasons.

    The whole network is searched, hidden persons never; who is not open to the asker is shown without birth date.
    """
    if by.network_id is None:
        return []
    number = normalize_phone(phone) if phone else None
    sought = Identifiers(
        given_name=given_name,
        family_name=family_name,
        birth_on=birth_on,
        phones=frozenset({number} if number else ()),
        member_ids=frozenset({member_id} if member_id else ()),
    )
    scored = _scored(session, by.network_id, sought)
    open_ids = set(queries.by_ids(session, (person.id for person, _ in scored)))
    matches = [_match(person, likeness, person.id in open_ids) for person, likeness in scored]
    audit.record_list(session, "person:searched", at=at, kind="person", ids=[match.person_id for match in matches])
    return matches


def _scored(session: Session, network_id: UUID, sought: Identifiers) -> list[tuple[Person, Likeness]]:
    """Look through the network as the search itself."""
    with seeing_all(session, "likely-duplicates"):
        people = queries.alike(session, network_id, sought)
        known = queries.identifiers_of(session, people)
    scored = [(person, compare(sought, known[person.id])) for person in people]
    worth_showing = [pair for pair in scored if pair[1].score > 0]
    return sorted(worth_showing, key=lambda pair: (-pair[1].score, pair[0].folded_name))[:SHOWN_MATCHES]


def _match(person: Person, likeness: Likeness, is_open: bool) -> Match:
    return Match(
        person_id=person.id,
        number=person.number,
        name=person.full_name if is_open else f"{person.given_name} {person.family_name[:1]}.",
        birth_on=person.birth_on if is_open else None,
        likeness=likeness,
        is_open=is_open,
    )


def likely_same(matches: Collection[Match]) -> list[Match]:
    """Return only those who are probably the same person."""
    return [match for match in matches if match.likeness.is_likely]


def _name(person: Person, given_name: str, family_name: str) -> None:
    folded, suffix = split_suffix(family_name)
    words = family_name.replace(",", " ").split()
    person.given_name = given_name.strip()
    person.family_name = " ".join(words[:-1]) if suffix else family_name.strip()
    person.suffix = suffix or person.suffix
    person.folded_family_name = folded
    person.folded_name = f"{fold_name(given_name)} {folded}"
    person.family_name_sound = sound_of(folded)


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
