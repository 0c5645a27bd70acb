"""Questions about people. Row-level security decides who is seen at all; these say what is asked."""

import zlib
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Row, case, func, literal, or_, select
from sqlalchemy.orm import Session

from referral.foundation.database import principal_of
from referral.foundation.principal import Principal
from referral.organizations import queries as organizations
from referral.organizations.models import Organization
from referral.people.models import (
    AccessGrant,
    Consent,
    Coverage,
    Demographic,
    Person,
    PersonAddress,
    PersonPhone,
    PersonRequest,
    SignedLink,
)
from referral.people.permissions import PersonPermission
from referral.people.rules import (
    COMBINED_MULTIRACIAL,
    AnswerState,
    ConsentScope,
    ContactChannel,
    ContactRefusal,
    DemographicKind,
    GrantScope,
    Identifiers,
    NeedDomain,
    RaceEthnicity,
    SensitivityLevel,
    Tabulation,
    as_a_bill_needs,
    contact_refusal,
    covers,
    highest,
    is_in_force,
    most_trusted,
    next_safe_time,
)
from referral.people.rules.names import fold_name, sound_of, split_suffix

MAX_CANDIDATES = 200


def visible(session: Session, person_id: UUID) -> Person | None:
    """Return the person if the asker may see them at all."""
    asker = principal_of(session)
    query = select(Person).where(Person.id == person_id)
    if asker.network_id is not None:
        query = query.where(Person.network_id == asker.network_id)
    return session.scalars(query).one_or_none()


def by_number(session: Session, number: str) -> Person | None:
    """Return the visible person with this number, however it was typed (p-7f3k2q)."""
    return session.scalars(select(Person).where(Person.number == number.strip().upper())).one_or_none()


def by_ids(session: Session, person_ids: Iterable[UUID]) -> dict[UUID, Person]:
    """Return the visible ones of these people, by id: for lists."""
    found = session.scalars(select(Person).where(Person.id.in_(set(person_ids))))
    return {person.id: person for person in found}


def owned_by(session: Session, user_id: UUID, *, limit: int = 50) -> Sequence[Person]:
    """Return the people in a navigator's care, the latest first."""
    query = select(Person).where(Person.owner_user_id == user_id).order_by(Person.created_at.desc(), Person.id.desc())
    return session.scalars(query.limit(limit)).all()


def phones(session: Session, person_id: UUID) -> Sequence[PersonPhone]:
    """Return the numbers in use, the primary one first."""
    query = select(PersonPhone).where(PersonPhone.person_id == person_id, PersonPhone.ended_at.is_(None))
    return session.scalars(query.order_by(PersonPhone.is_primary.desc(), PersonPhone.id)).all()


def primary_phone(session: Session, person_id: UUID) -> PersonPhone | None:
    """Return the number to reach the person at."""
    return next(iter(phones(session, person_id)), None)


def address(session: Session, person_id: UUID) -> PersonAddress | None:
    """Return where the person lives now."""
    query = select(PersonAddress).where(PersonAddress.person_id == person_id, PersonAddress.ended_at.is_(None))
    return session.scalars(query.order_by(PersonAddress.starts_at.desc())).first()


def coverages(session: Session, person_id: UUID) -> Sequence[Row[Coverage, Organization]]:
    """Return every coverage with its plan, the latest first."""
    query = (
        select(Coverage, Organization)
        .join(Organization, Organization.id == Coverage.plan_id)
        .where(Coverage.person_id == person_id)
        .order_by(Coverage.starts_on.desc(), Coverage.id.desc())
    )
    return session.execute(query).all()


def coverage_on(session: Session, person_id: UUID, day: date) -> Coverage | None:
    """Return the coverage in force on a day (both ends included); the latest start wins."""
    query = select(Coverage).where(
        Coverage.person_id == person_id,
        Coverage.starts_on <= day,
        or_(Coverage.ends_on.is_(None), Coverage.ends_on >= day),
    )
    return session.scalars(query.order_by(Coverage.starts_on.desc(), Coverage.id.desc())).first()


def demographics(session: Session, person_id: UUID) -> dict[DemographicKind, Demographic]:
    """Return the answer that counts to each question that was asked."""
    query = select(Demographic).where(Demographic.person_id == person_id).order_by(Demographic.recorded_at.desc())
    answers: dict[DemographicKind, list[Demographic]] = {}
    for row in session.scalars(query):
        answers.setdefault(row.kind, []).append(row)
    return {kind: _counting(rows) for kind, rows in answers.items()}


def answers_version(session: Session, person_id: UUID) -> int:
    """Return the version of what somebody told about themselves: answers are only ever added, so their number."""
    return session.scalar(select(func.count()).where(Demographic.person_id == person_id)) or 0


def coverages_version(session: Session, person_id: UUID) -> int:
    """Return the version of the list of plans: a number that changes with any line or last day of it."""
    lines = [(coverage.id, coverage.member_id, coverage.ends_on) for coverage, _ in coverages(session, person_id)]
    return zlib.crc32(repr(sorted(lines, key=str)).encode())


def _counting(rows: Sequence[Demographic]) -> Demographic:
    best = most_trusted(row.as_observation() for row in rows)
    return next(row for row in rows if row.as_observation() == best)


def exclusive_race(session: Session, person_id: UUID, tabulation: Tabulation = COMBINED_MULTIRACIAL) -> str | None:
    """Return the one group a person counts in, or None when they did not say."""
    answer = demographics(session, person_id).get(DemographicKind.RACE_ETHNICITY)
    if answer is None or answer.state is not AnswerState.ANSWERED:
        return None
    groups = tabulation.groups([RaceEthnicity(value) for value in answer.values])
    return next(iter(groups), None)


def state_and_zone(session: Session, person: Person) -> tuple[str, str]:
    """Return the state whose law, and the zone whose midnight, counts for the person: where they live, if we know."""
    network = organizations.network(session, person.network_id)
    place = address(session, person.id)
    return (place.state if place else None) or network.state, person.time_zone or network.time_zone


def local_time(session: Session, network_id: UUID, at: datetime) -> datetime:
    """Return the instant in the network's zone, whose days a consent counts."""
    return at.astimezone(ZoneInfo(organizations.network(session, network_id).time_zone))


def consents(session: Session, person_id: UUID) -> Sequence[Consent]:
    """Return every consent of a person, the latest first, withdrawn and ended ones too."""
    query = (
        select(Consent).where(Consent.person_id == person_id).order_by(Consent.recorded_at.desc(), Consent.id.desc())
    )
    return session.scalars(query).all()


def consents_in_force(session: Session, person_id: UUID, *, at: datetime) -> list[Consent]:
    """Return what the person allows now."""
    return [
        consent
        for consent in consents(session, person_id)
        if is_in_force(consent.as_given(), local_time(session, consent.network_id, at))
    ]


def consent_in_force(
    session: Session,
    person_id: UUID,
    scope: ConsentScope,
    *,
    at: datetime,
    organization_id: UUID | None = None,
    domain: NeedDomain | None = None,
    level: SensitivityLevel = SensitivityLevel.L1,
) -> Consent | None:
    """Return the consent that allows this now, or None; asked each time, never kept over a request."""
    query = (
        select(Consent)
        .where(Consent.person_id == person_id, Consent.scope == scope, Consent.revoked_at.is_(None))
        .order_by(Consent.starts_on.desc(), Consent.id.desc())
    )
    for consent in session.scalars(query):
        is_covered = covers(
            consent.as_given(),
            scope,
            organization_id=organization_id,
            network_id=consent.network_id,
            domain=domain,
            level=level,
            at=local_time(session, consent.network_id, at),
        )
        if is_covered:
            return consent
    return None


def ended_since(session: Session, day: date) -> Sequence[Consent]:
    """Return consents of any person whose last day is this one or later, and which were not taken back."""
    query = select(Consent).where(Consent.ends_on >= day, Consent.revoked_at.is_(None))
    return session.scalars(query.where(Consent.ends_on <= day + timedelta(days=8))).all()


def may_text(
    session: Session,
    person_id: UUID,
    number: str,
    at: datetime,
    *,
    level: SensitivityLevel = SensitivityLevel.L1,
) -> bool:
    """Whether the person agreed to texts at this number, which is still theirs.

    Who asked not to be found, or told about violence (`level`), is texted only as they said is safe within 30 days.

    At what hour a text may leave is for `safe_to_text_from` to say: one written at another hour waits.
    """
    person = session.get(Person, person_id)
    if person is None or person.can_text is False:
        return False
    zone = _zone_of(session, person)
    careful = highest(level, person.level)
    refusal = contact_refusal(person.safe_contact, ContactChannel.SMS, level=careful, at=at, zone=zone)
    if refusal not in {None, ContactRefusal.OUTSIDE_SAFE_TIMES}:
        return False
    is_theirs = any(phone.number == number for phone in phones(session, person_id))
    return is_theirs and consent_in_force(session, person_id, ConsentScope.MESSAGE_SMS, at=at) is not None


def safe_to_text_from(session: Session, person_id: UUID, at: datetime) -> datetime | None:
    """Return the first instant from `at` on within the hours that the person called safe; None when there is none."""
    person = session.get(Person, person_id)
    return at if person is None else next_safe_time(person.safe_contact, at, zone=_zone_of(session, person))


def _zone_of(session: Session, person: Person) -> str:
    return person.time_zone or organizations.network(session, person.network_id).time_zone


def grants(session: Session, person_id: UUID, *, at: datetime) -> Sequence[Row[AccessGrant, str | None]]:
    """Return who may see the person now, with the organization's name (None: the network's care teams)."""
    query = (
        select(AccessGrant, Organization.name)
        .outerjoin(Organization, Organization.id == AccessGrant.organization_id)
        .where(AccessGrant.person_id == person_id, or_(AccessGrant.until.is_(None), AccessGrant.until > at))
        .order_by(AccessGrant.starts_at)
    )
    return session.execute(query).all()


def scopes_held(session: Session, person_id: UUID, *, at: datetime) -> frozenset[GrantScope]:
    """Return how much of the person the asker's organization, or care team, may see now."""
    asker = principal_of(session)
    is_mine = AccessGrant.organization_id == asker.organization_id
    if asker.is_care_team:
        is_mine = or_(is_mine, AccessGrant.organization_id.is_(None) & (AccessGrant.network_id == asker.network_id))
    query = select(AccessGrant.scope).where(
        AccessGrant.person_id == person_id, is_mine, or_(AccessGrant.until.is_(None), AccessGrant.until > at)
    )
    return cut_to_role(session.scalars(query), by=asker)


def cut_to_role(scopes: Iterable[GrantScope], *, by: Principal) -> frozenset[GrantScope]:
    """Return how much of what an organization may see is for this member of it."""
    is_for_bills = bool(by.roles) and not by.can(PersonPermission.REACH)
    return as_a_bill_needs(scopes) if is_for_bills else frozenset(scopes)


def requests_of(session: Session, person_id: UUID) -> Sequence[PersonRequest]:
    """Return what somebody asked their care team for, the latest first."""
    query = select(PersonRequest).where(PersonRequest.person_id == person_id)
    return session.scalars(query.order_by(PersonRequest.asked_at.desc(), PersonRequest.id.desc())).all()


def requests_waiting(session: Session, *, by: Principal, limit: int = 50) -> Sequence[Row[PersonRequest, Person]]:
    """Return what waits for an answer: from people in the asker's care, or whom their organization took in."""
    query = (
        select(PersonRequest, Person)
        .join(Person, Person.id == PersonRequest.person_id)
        .where(
            PersonRequest.answered_at.is_(None),
            or_(Person.owner_user_id == by.user_id, Person.intake_organization_id == by.organization_id),
        )
    )
    return session.execute(query.order_by(PersonRequest.asked_at, PersonRequest.id).limit(limit)).all()


def link_by_hash(session: Session, token_hash: bytes) -> SignedLink | None:
    """Return the link that a secret opens."""
    return session.scalars(select(SignedLink).where(SignedLink.token_hash == token_hash)).one_or_none()


def alike(session: Session, network_id: UUID, sought: Identifiers) -> Sequence[Person]:
    """Return people of the network who share something with the one sought; hidden ones never."""
    conditions = list(_shared_marks(sought))
    if not conditions:
        return []
    query = select(Person).where(Person.network_id == network_id, Person.is_hidden.is_(False), or_(*conditions))
    # Where hundreds bear the name, whoever shares most with the one sought must be among those that are compared.
    shared = sum((case((condition, 1), else_=0) for condition in conditions), literal(0))
    return session.scalars(query.order_by(shared.desc(), Person.created_at.desc()).limit(MAX_CANDIDATES)).all()


def _shared_marks(sought: Identifiers) -> Iterable[ColumnElement[bool]]:
    family = split_suffix(sought.family_name)[0]
    if family:
        yield Person.family_name_sound == sound_of(family)
        yield Person.folded_family_name.startswith(family, autoescape=True)
        if sought.given_name:  # the two may have changed places
            yield Person.family_name_sound == sound_of(sought.given_name)
    elif sought.given_name:
        yield Person.folded_name.startswith(fold_name(sought.given_name), autoescape=True)
        yield Person.folded_family_name.startswith(fold_name(sought.given_name), autoescape=True)
    if sought.birth_on:
        yield Person.birth_on == sought.birth_on
    if sought.phones:
        owners = select(PersonPhone.person_id).where(
            PersonPhone.number.in_(sought.phones), PersonPhone.ended_at.is_(None)
        )
        yield Person.id.in_(owners)
    if sought.member_ids:
        yield Person.id.in_(select(Coverage.person_id).where(Coverage.member_id.in_(sought.member_ids)))


def identifiers_of(session: Session, people: Sequence[Person]) -> dict[UUID, Identifiers]:
    """Return what tells these people apart, in three queries however many they are."""
    ids = [person.id for person in people]
    numbers = _collected(
        session,
        select(PersonPhone.person_id, PersonPhone.number).where(
            PersonPhone.person_id.in_(ids), PersonPhone.ended_at.is_(None)
        ),
    )
    cards = _collected(session, select(Coverage.person_id, Coverage.member_id).where(Coverage.person_id.in_(ids)))
    return {
        person.id: Identifiers(
            given_name=person.given_name,
            family_name=" ".join(filter(None, (person.family_name, person.suffix))),
            birth_on=person.birth_on,
            phones=frozenset(numbers.get(person.id, ())),
            member_ids=frozenset(cards.get(person.id, ())),
        )
        for person in people
    }


def _collected(session: Session, query: Any) -> dict[UUID, set[str]]:
    found: dict[UUID, set[str]] = {}
    for person_id, value in session.execute(query):
        found.setdefault(person_id, set()).add(value)
    return found
