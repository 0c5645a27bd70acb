"""What the two sides wrote to each other, who may write, and what an organization has not read yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Text, and_, cast, exists, func, or_, select
from sqlalchemy.orm import Session

from referral.audit.models import AuditEvent
from referral.foundation.database import note_sensitive
from referral.foundation.principal import Principal
from referral.organizations.models import Organization
from referral.people.models import Person
from referral.people.rules import SensitivityLevel
from referral.referrals.models import Comment, Referral
from referral.referrals.permissions import ReferralPermission, sight_of
from referral.referrals.queries.levels import is_own_client
from referral.referrals.rules import AFTER_END, Sight, takes_comments


@dataclass(frozen=True, slots=True)
class Unread:
    """A referral in which the other side wrote since the organization last opened it."""

    id: UUID
    number: str
    given_name: str | None
    family_name: str | None
    by: str
    written_at: datetime


def comments_of(session: Session, referral_id: UUID) -> Sequence[Comment]:
    """Return what was written about the referral, the oldest first."""
    query = select(Comment).where(Comment.referral_id == referral_id)
    return session.scalars(query.order_by(Comment.recorded_at, Comment.id)).all()


def comments_about(session: Session, person_id: UUID) -> Sequence[Comment]:
    """Return what was written about all referrals of a person, the oldest first."""
    query = select(Comment).where(Comment.person_id == person_id)
    return session.scalars(query.order_by(Comment.recorded_at, Comment.id)).all()


def may_comment(session: Session, referral: Referral, by: Principal, *, at: datetime) -> bool:
    """Say whether the asker may write to the other side: of what is sensitive only the receiver and its own navigator.

    A colleague whom a named consent lets read it reads only.
    """
    finds_reader = takes_comments(
        referral.status,
        channel=referral.channel,
        was_taken=referral.taken_at is not None,
        ended_at=referral.ended_at,
        at=at,
    )
    if not finds_reader or not by.can(ReferralPermission.COMMENT) or sight_of(referral, by, at=at) is not Sight.PARTY:
        return False
    is_receiver = by.organization_id == referral.receiving_organization_id
    return is_receiver or referral.level is SensitivityLevel.L1 or is_own_client(session, referral, by)


def unread(session: Session, by: Principal, *, at: datetime, limit: int) -> Sequence[Unread]:
    """Return in which referrals the other side wrote since somebody here opened them, the latest first.

    Who receives could read none of it before taking the referral.
    """
    opened = exists().where(
        AuditEvent.person_id == Comment.person_id,
        AuditEvent.organization_id == by.organization_id,
        AuditEvent.action == "referral:read",
        AuditEvent.subject_id == cast(Comment.referral_id, Text),
        AuditEvent.at >= func.greatest(Comment.recorded_at, Referral.taken_at),
    )
    is_sent = Comment.sending_organization_id == by.organization_id
    is_taken = and_(Comment.receiving_organization_id == by.organization_id, Referral.taken_at.is_not(None))
    latest = func.max(Comment.recorded_at)
    query = (
        select(Referral, Person.given_name, Person.family_name, func.min(Organization.name), latest)
        .join(Comment, Comment.referral_id == Referral.id)
        .join(Organization, Organization.id == Comment.by_organization_id)
        .outerjoin(Person, Person.id == Referral.person_id)
        .where(
            or_(is_sent, is_taken),
            Comment.by_organization_id != by.organization_id,
            Comment.recorded_at > at - AFTER_END,
            ~opened,
        )
        .group_by(Referral.id, Person.id)
        .order_by(latest.desc(), Referral.id)
        .limit(limit)
    )
    return [_unread(session, *row) for row in session.execute(query)]


def _unread(
    session: Session, referral: Referral, given: str | None, family: str | None, by: str, at: datetime
) -> Unread:
    if referral.level is SensitivityLevel.L2:
        note_sensitive(session, referral.person_id)
    return Unread(referral.id, referral.number, given, family, by, at)
