"""Work lists, a page at a time by keyset, with only the columns they show."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, func, or_, select
from sqlalchemy.orm import Session, aliased

from referral.directory.models import Service, ServiceAtLocation
from referral.foundation.database import note_sensitive
from referral.messaging.models import Question
from referral.messaging.rules import UNANSWERED
from referral.organizations.models import Organization
from referral.people.models import Person
from referral.people.rules import NeedCategory, SensitivityLevel
from referral.referrals.models import Contradiction, OutcomeEvidence, Referral
from referral.referrals.queries.clocks import answer_clock
from referral.referrals.queries.listed import ListedReferral
from referral.referrals.queries.ordering import Listed, latest_first, oldest_first
from referral.referrals.rules import (
    AWAITING_ANSWER,
    OPEN,
    Channel,
    Connection,
    EvidenceKind,
    Status,
    Urgency,
)
from referral.referrals.rules.boxes import SENT_STATUSES, SentBox

PAGE = 50
MOST = 1000
"""Where counting a box stops."""


@dataclass(frozen=True, slots=True)
class Among:
    """What a list is narrowed to besides its folder: some referrals, organizations or persons; None: any."""

    ids: Collection[UUID] | None = None
    senders: Collection[UUID] | None = None
    receivers: Collection[UUID] | None = None
    persons: Collection[UUID] | None = None

    def asked(self) -> list[ColumnElement[bool]]:
        """Return it as conditions of a query."""
        columns = (
            (Referral.id, self.ids),
            (Referral.sending_organization_id, self.senders),
            (Referral.receiving_organization_id, self.receivers),
            (Referral.person_id, self.persons),
        )
        return [column.in_(values) for column, values in columns if values is not None]


ANY = Among()


def inbox(
    session: Session,
    organization_id: UUID,
    *,
    statuses: Collection[Status] = AWAITING_ANSWER,
    among: Among = ANY,
    after: UUID | None = None,
    limit: int = PAGE,
) -> Sequence[ListedReferral]:
    """Return what came to an organization; before it takes one, only the minimum is shown.

    The oldest first, but what has ended the latest first.
    """
    mine = (Referral.receiving_organization_id == organization_id, Referral.channel == Channel.NETWORK)
    query = _ordered(_listed().where(*mine, *among.asked()), after, latest=OPEN.isdisjoint(statuses))
    return _with_due_dates(session, organization_id, _page(session, query, statuses, limit, is_receiver=True))


def sent_box(
    session: Session,
    organization_id: UUID,
    box: SentBox,
    *,
    category: NeedCategory | None = None,
    urgency: Urgency | None = None,
    language: str | None = None,
    by_user_id: UUID | None = None,
    after: UUID | None = None,
    limit: int = PAGE,
) -> Sequence[ListedReferral]:
    """Return one box of what an organization (or one of its users) sent, for people who speak a language.

    The oldest first, but what came back or ended the latest first.
    """
    query = _listed().where(Referral.sending_organization_id == organization_id, *_what_box_asks(box))
    asked = (
        (Referral.category, category),
        (Referral.urgency, urgency),
        (Person.language, language),
        (Referral.created_by_user_id, by_user_id),
    )
    query = query.where(*(column == value for column, value in asked if value is not None))
    query = _ordered(query, after, latest=box in {SentBox.SENT_BACK, SentBox.ENDED})
    return _page(session, query, SENT_STATUSES[box], limit)


def sent(
    session: Session,
    organization_id: UUID,
    *,
    statuses: Collection[Status],
    among: Among = ANY,
    after: UUID | None = None,
    limit: int = PAGE,
) -> Sequence[ListedReferral]:
    """Return what an organization sent and stands at one of these statuses, the oldest first."""
    mine = (Referral.sending_organization_id == organization_id, Referral.sent_at.is_not(None))
    return _page(session, oldest_first(_listed().where(*mine, *among.asked()), after), statuses, limit)


def sent_back(session: Session, organization_id: UUID, *, limit: int = PAGE) -> Sequence[ListedReferral]:
    """Return declined and expired referrals for which nobody has sent a successor: the sender's next step."""
    return sent_box(session, organization_id, SentBox.SENT_BACK, limit=limit)


def to_call(session: Session, organization_id: UUID, *, limit: int = PAGE) -> Sequence[ListedReferral]:
    """Return served referrals that wait for a call to the person.

    Nobody but the provider says that help came and no text asks about it, or the person was asked and gave no answer.
    """
    return sent_box(session, organization_id, SentBox.TO_CALL, limit=limit)


@cache
def _what_box_asks(box: SentBox) -> Sequence[ColumnElement[bool]]:
    """Return what a box asks for besides the status."""
    if box is SentBox.TO_CALL:
        return [*_waits_for_a_call()]
    if box is SentBox.SENT_BACK:
        successor = aliased(Referral)
        return [~select(successor.id).where(successor.successor_of_id == Referral.id).exists()]
    return [Referral.sent_at.is_not(None)]


def _waits_for_a_call() -> Iterable[ColumnElement[bool]]:
    """Ask for what the person has not answered, while no text about it waits for their reply."""
    asked = select(Question.id).where(Question.subject_kind == "referral", Question.subject_id == Referral.id)
    word = select(OutcomeEvidence.id).where(
        OutcomeEvidence.referral_id == Referral.id,
        OutcomeEvidence.kind == EvidenceKind.PERSON_CONFIRMATION,
        OutcomeEvidence.retracted_at.is_(None),
    )
    yield Referral.is_outcome_withheld.is_(False)
    yield ~word.exists()
    yield ~asked.where(Question.ended_at.is_(None)).exists()
    yield or_(
        Referral.connection == Connection.REPORTED,
        asked.where(Question.status.in_(UNANSWERED)).exists(),
    )


def contradicted(
    session: Session, network_id: UUID, *, limit: int = PAGE
) -> Sequence[tuple[Contradiction, ListedReferral]]:
    """Return open contradictions of a network with their referrals, the oldest first."""
    rows = session.execute(
        _listed()
        .add_columns(Contradiction)
        .join(Contradiction, Contradiction.referral_id == Referral.id)
        .where(Contradiction.network_id == network_id, Contradiction.closed_at.is_(None))
        .order_by(Contradiction.id)
        .limit(limit)
    ).all()
    return [(row.Contradiction, _line(row)) for row in rows]


def inbox_counts(session: Session, organization_id: UUID) -> dict[Status, int]:
    """Return how many referrals of each open status an organization has received."""
    return _counts(session, Referral.receiving_organization_id == organization_id, Referral.channel == Channel.NETWORK)


def sent_counts(session: Session, organization_id: UUID) -> dict[Status, int]:
    """Return how many referrals of each open status an organization has sent."""
    return _counts(session, Referral.sending_organization_id == organization_id)


def count_contradictions(session: Session, network_id: UUID) -> int:
    """Return how many contradictions wait in a network."""
    open_ones = (Contradiction.network_id == network_id, Contradiction.closed_at.is_(None))
    return session.scalar(select(func.count()).select_from(Contradiction).where(*open_ones)) or 0


def count_box(session: Session, organization_id: UUID, box: SentBox) -> int:
    """Return how many referrals a box of the sender holds, counted as far as MOST."""
    found = select(Referral.id).where(
        Referral.sending_organization_id == organization_id,
        Referral.status.in_(SENT_STATUSES[box]),
        *_what_box_asks(box),
    )
    return session.scalar(select(func.count()).select_from(found.limit(MOST).subquery())) or 0


def _counts(session: Session, *conditions: ColumnElement[bool]) -> dict[Status, int]:
    rows = session.execute(
        select(Referral.status, func.count().label("how_many"))
        .where(*conditions, Referral.status.in_(OPEN))
        .group_by(Referral.status)
    )
    return {row.status: row.how_many for row in rows}


@cache
def _listed() -> Select[*tuple[Any, ...]]:
    """Select a line; built once, since aliases made anew cost a list a fifth of its time.

    The person is joined from outside: a line never vanishes because the name is hidden.
    """
    sender, receiver = aliased(Organization), aliased(Organization)
    return (
        select(
            Referral.id,
            Referral.number,
            Referral.status,
            Referral.reason_code,
            Referral.category,
            Referral.urgency,
            Referral.channel,
            Referral.connection,
            Service.name.label("service"),
            sender.name.label("sender"),
            receiver.name.label("receiver"),
            Referral.person_id,
            Referral.need_id,
            Person.given_name,
            Person.family_name,
            Person.language,
            Person.household_size,
            Referral.area,
            Referral.sent_at,
            Referral.due_at,
            Referral.expected_on,
            Referral.ended_at,
            Referral.version,
            Referral.network_id,
            Referral.level,
            Referral.taken_at,
        )
        .join(ServiceAtLocation, ServiceAtLocation.id == Referral.service_at_location_id)
        .join(Service, Service.id == ServiceAtLocation.service_id)
        .join(sender, sender.id == Referral.sending_organization_id)
        .join(receiver, receiver.id == Referral.receiving_organization_id)
        .outerjoin(Person, Person.id == Referral.person_id)
    )


def _page(
    session: Session,
    query: Select[*tuple[Any, ...]],
    statuses: Collection[Status],
    limit: int,
    *,
    is_receiver: bool = False,
) -> Sequence[ListedReferral]:
    query = query.where(Referral.status.in_(statuses)).limit(limit)
    lines = [_line(row, is_receiver=is_receiver) for row in session.execute(query)]
    for line in lines:
        if line.level is SensitivityLevel.L2:
            note_sensitive(session, line.person_id)
    return lines


def _ordered(query: Listed, after: UUID | None, *, latest: bool) -> Listed:
    return latest_first(query, after) if latest else oldest_first(query, after)


def _with_due_dates(
    session: Session, organization_id: UUID, rows: Sequence[ListedReferral]
) -> Sequence[ListedReferral]:
    """Add until when the organization should answer, on its own calendar in each network."""
    waiting = [row for row in rows if row.sent_at is not None and row.status in AWAITING_ANSWER]
    clocks = {id_: answer_clock(session, organization_id, id_) for id_ in {row.network_id for row in waiting}}
    due = {row.id: clocks[row.network_id](row.sent_at) for row in waiting if row.sent_at is not None}
    return [replace(row, answer_due_at=due.get(row.id)) for row in rows]


def _line(row: Row[*tuple[Any, ...]], *, is_receiver: bool = False) -> ListedReferral:
    shown = row._asdict()
    taken_at = shown.pop("taken_at")
    shown.pop("Contradiction", None)
    if is_receiver and taken_at is None:
        shown["family_name"] = None
    return ListedReferral(**shown)
