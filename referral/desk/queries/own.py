"""What a person reads about themselves through their link: read as the person, under row-level security."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from referral.audit import queries as audit
from referral.audit.models import AuditEvent
from referral.audit.queries import Asked
from referral.audit.rules import AccountWindow, DeedKind
from referral.desk.queries.names import organization_names, user_names
from referral.organizations.models import Organization
from referral.people import queries as people
from referral.people.models import Consent, Coverage, Person, PersonAddress, PersonPhone, SignedLink
from referral.people.rules import AnswerState, GivenBy, SensitivityLevel
from referral.people.rules.minors import may_guardian_see
from referral.people.rules.questions import QUESTIONS
from referral.referrals.models import Referral
from referral.referrals.queries import comments_about, records
from referral.screening import queries as screenings
from referral.screening import service as screening
from referral.screening.models import Need


@dataclass(frozen=True, slots=True)
class Reach:
    """How far somebody with a link sees: the person everything but safety, unless asked for; a guardian only L1."""

    most_level: SensitivityLevel
    reader: GivenBy

    def shows(self, level: int) -> bool:
        """Whether a record of this level is shown."""
        return level <= self.most_level


@dataclass(frozen=True, slots=True)
class Answered:
    """One question of a conversation with what was answered, in the words of the form."""

    asked_at: datetime
    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Written:
    """What one side of a referral wrote to the other: when, who, for which organization, and the words."""

    at: datetime
    name: str
    organization: str
    note: str


@dataclass(frozen=True, slots=True)
class Known:
    """What the network knows of somebody."""

    person: Person
    phones: Sequence[PersonPhone]
    address: PersonAddress | None
    coverages: Sequence[Row[Coverage, Organization]]
    told: Sequence[tuple[str, str]]
    needs: Sequence[Need]
    answers: Sequence[Answered]
    referrals: Sequence[Referral]
    written: Mapping[UUID, Sequence[Written]]
    """What the two sides of each referral wrote to each other."""


@dataclass(frozen=True, slots=True)
class Looked:
    """Somebody opened something: when, what they did, who they are, in which roles, and for whom they worked then."""

    at: datetime
    action: str
    organization: str
    name: str
    roles: Sequence[str]


@dataclass(frozen=True, slots=True)
class Given:
    """Something reached an organization: when, to whom, how, and what it was."""

    id: int
    at: datetime
    organization: str
    how: str
    what: Sequence[str]


def reach(link: SignedLink, *, is_asked_for: bool = False) -> Reach:
    """Return how far the holder of a link sees."""
    if link.reader is not GivenBy.SELF:
        return Reach(SensitivityLevel.L1, link.reader)
    return Reach(SensitivityLevel.L3 if is_asked_for else SensitivityLevel.L2, link.reader)


def known(session: Session, person: Person, far: Reach) -> Known:
    """Return what is known of somebody, as far as the reader sees."""
    hidden = _resting_on_a_minors_own(session, person.id, far)
    referrals = [
        one
        for one in records.referrals_of_person(session, person.id)
        if far.shows(one.level) and one.release_id not in hidden
    ]
    return Known(
        person=person,
        phones=people.phones(session, person.id),
        address=people.address(session, person.id),
        coverages=people.coverages(session, person.id),
        told=list(_told(session, person.id)) if far.reader is GivenBy.SELF else [],
        needs=[need for need in screenings.needs_of(session, person.id) if far.shows(need.level)],
        answers=list(_answers(session, person.id, far)),
        referrals=referrals,
        written=_written(session, person.id, {one.id for one in referrals}),
    )


def _written(session: Session, person_id: UUID, shown: Collection[UUID]) -> Mapping[UUID, Sequence[Written]]:
    rows = [one for one in comments_about(session, person_id) if one.referral_id in shown and one.note]
    users = user_names(session, (one.by_user_id for one in rows))
    names = organization_names(session, (one.by_organization_id for one in rows))
    found: dict[UUID, list[Written]] = defaultdict(list)
    for one in rows:
        who, organization = users.get(one.by_user_id, ""), names.get(one.by_organization_id, "")
        found[one.referral_id].append(Written(one.recorded_at, who, organization, one.note or ""))
    return found


def _resting_on_a_minors_own(session: Session, person_id: UUID, far: Reach) -> set[UUID | None]:
    consents = people.consents(session, person_id)
    return {one.id for one in consents if not may_guardian_see(one.minor_topic, reader=far.reader)}


def _told(session: Session, person_id: UUID) -> Iterator[tuple[str, str]]:
    answers = people.demographics(session, person_id)
    for question in QUESTIONS:
        answer = answers.get(question.kind)
        if answer is not None and answer.state is AnswerState.ANSWERED:
            yield question.text, ", ".join(question.label_of(value) for value in answer.values)


def _answers(session: Session, person_id: UUID, far: Reach) -> Iterator[Answered]:
    for asked in screenings.screenings_of(session, person_id):
        for line in screening.sheet(session, asked, reader=None).lines:
            if line.answer is not None and line.chosen and far.shows(line.answer.level):
                words = ", ".join(option.coding.display for option in line.chosen)
                yield Answered(asked.started_at, line.item.text, words)


def in_days(rows: Iterable[Looked]) -> list[tuple[Looked, int]]:
    """Return each deed of a user once a day, at its latest, with how often it was done that day."""
    counted: dict[tuple[date, str, str, str], tuple[Looked, int]] = {}
    for one in rows:
        key = (one.at.date(), one.organization, one.name, one.action)
        latest, times = counted.get(key, (one, 0))
        counted[key] = (latest, times + 1)
    return list(counted.values())


def looked(session: Session, person_id: UUID, *, since: datetime, far: Reach) -> list[Looked]:
    """Return who opened something of the person since an instant, the latest 50; their own visits are left out."""
    asked = Asked(since=since, kind=DeedKind.READ)
    about = (
        AuditEvent.person_id == person_id,
        AuditEvent.level <= int(far.most_level),
        AuditEvent.user_id.is_not(None),
    )
    rows = audit.events(session, asked, *about)
    names = organization_names(session, (row.organization_id for row in rows))
    people_names = user_names(session, (row.user_id for row in rows))
    named = _organizations_named(session, person_id, far)
    return [
        Looked(
            row.at,
            row.action,
            names.get(row.organization_id, ""),
            people_names.get(row.user_id, ""),
            row.details.get("roles", []),
        )
        for row in rows
        if named is None or row.organization_id in named
    ]


def given(
    session: Session,
    person_id: UUID,
    window: AccountWindow,
    *,
    at: datetime,
    far: Reach,
    before: int | None = None,
    limit: int | None = audit.DISCLOSURES_SHOWN,
) -> list[Given]:
    """Return what reached other organizations in the window, the latest first."""
    level = int(far.most_level)
    rows: Sequence[Row[Any]] = audit.disclosures(
        session, person_id, since=window.since(at), before=before, most_level=level, limit=limit
    )
    hidden = _resting_on_a_minors_own(session, person_id, far) - {None}
    named = _organizations_named(session, person_id, far)
    names = organization_names(session, (row.to_organization_id for row in rows))
    return [
        Given(row.id, row.at, names.get(row.to_organization_id, ""), str(row.how), row.what)
        for row in rows
        if row.consent_id not in hidden and (named is None or row.to_organization_id in named)
    ]


def _organizations_named(session: Session, person_id: UUID, far: Reach) -> set[UUID | None] | None:
    """Return which organizations a guardian may read of: that one was there can say what for. None: all of them."""
    if far.reader is GivenBy.SELF:
        return None
    shown = known(session, session.get_one(Person, person_id), far)
    return {shown.person.intake_organization_id, *(one.receiving_organization_id for one in shown.referrals)}


def own_referral(session: Session, person_id: UUID, referral_id: UUID) -> Referral | None:
    """Return one's own referral."""
    query = select(Referral).where(Referral.id == referral_id, Referral.person_id == person_id)
    return session.scalars(query).one_or_none()


def own_consents(session: Session, person_id: UUID, *, at: datetime, far: Reach) -> list[Consent]:
    """Return what somebody allows now, as far as the reader sees."""
    hidden = _resting_on_a_minors_own(session, person_id, far)
    in_force = people.consents_in_force(session, person_id, at=at)
    return [one for one in in_force if one.id not in hidden and far.shows(one.level)]
