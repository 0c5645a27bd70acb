"""Questions about one referral: the row, its evidence, its contacts, its history."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload

from referral.foundation.principal import Principal
from referral.referrals.models import (
    ContactAttempt,
    Contradiction,
    OutcomeEvidence,
    Referral,
    StatusChange,
)
from referral.referrals.permissions import may_see
from referral.referrals.queries.levels import is_level_open
from referral.referrals.rules import OPEN, EvidenceKind


def visible(session: Session, by: Principal, referral_id: UUID, *, at: datetime) -> Referral | None:
    """Return a referral that the asker may see now, with both organizations."""
    referral = session.scalar(
        select(Referral)
        .where(Referral.id == referral_id)
        .options(joinedload(Referral.sender), joinedload(Referral.receiver))
    )
    if referral is None or not may_see(referral, by, at=at):
        return None
    return referral if is_level_open(session, referral, by, at=at) else None


def of_list(session: Session, ids: Collection[UUID]) -> dict[UUID, Referral]:
    """Return the referrals of a list that was read already, by id, each with all its facts."""
    return {row.id: row for row in session.scalars(select(Referral).where(Referral.id.in_(ids)))}


def by_number(session: Session, number: str) -> UUID | None:
    """Return the visible referral with the number that somebody reads out, however it was typed (r-7f3k2q)."""
    return session.scalar(select(Referral.id).where(Referral.number == number.strip().upper()))


def changes_of(session: Session, referral_id: UUID) -> Sequence[StatusChange]:
    """Return every move of the referral, the oldest first."""
    return session.scalars(
        select(StatusChange).where(StatusChange.referral_id == referral_id).order_by(StatusChange.version)
    ).all()


def attempts_of(session: Session, referral_id: UUID) -> Sequence[ContactAttempt]:
    """Return every logged attempt to reach the person, the oldest first."""
    return session.scalars(
        select(ContactAttempt)
        .where(ContactAttempt.referral_id == referral_id)
        .order_by(ContactAttempt.occurred_at, ContactAttempt.id)
    ).all()


def count_attempts(session: Session, referral_id: UUID) -> int:
    """Return how many attempts to reach the person are logged."""
    count = select(func.count()).select_from(ContactAttempt).where(ContactAttempt.referral_id == referral_id)
    return session.scalar(count) or 0


def all_evidence_of(session: Session, referral_id: UUID) -> Sequence[OutcomeEvidence]:
    """Return every report about help, retracted ones too, the oldest first."""
    return session.scalars(
        select(OutcomeEvidence)
        .where(OutcomeEvidence.referral_id == referral_id)
        .order_by(OutcomeEvidence.occurred_at, OutcomeEvidence.id)
    ).all()


def evidence_of(session: Session, referral_id: UUID) -> Sequence[OutcomeEvidence]:
    """Return the reports about help that count."""
    return [row for row in all_evidence_of(session, referral_id) if row.retracted_at is None]


def evidence_from(session: Session, referral_id: UUID, kind: EvidenceKind, source_id: UUID) -> OutcomeEvidence | None:
    """Return the report that came from this delivery, payment line or question."""
    return session.scalar(
        select(OutcomeEvidence).where(
            OutcomeEvidence.referral_id == referral_id,
            OutcomeEvidence.kind == kind,
            OutcomeEvidence.source_id == source_id,
        )
    )


def contradiction(session: Session, contradiction_id: UUID) -> Contradiction | None:
    """Return a contradiction that the asker may see."""
    return session.get(Contradiction, contradiction_id)


def open_contradiction(session: Session, referral_id: UUID) -> Contradiction | None:
    """Return the review that is open on the referral."""
    return session.scalar(
        select(Contradiction).where(Contradiction.referral_id == referral_id, Contradiction.closed_at.is_(None))
    )


def last_settled_at(session: Session, referral_id: UUID) -> datetime | None:
    """Return when the last review of the referral was closed."""
    return session.scalar(select(func.max(Contradiction.closed_at)).where(Contradiction.referral_id == referral_id))


def open_one_like(session: Session, *, person_id: UUID, need_id: UUID, service_at_location_id: UUID) -> Referral | None:
    """Return the open referral for the same need to the same service, if there is one."""
    return session.scalar(
        select(Referral).where(
            Referral.person_id == person_id,
            Referral.need_id == need_id,
            Referral.service_at_location_id == service_at_location_id,
            Referral.status.in_(OPEN),
        )
    )


def resting_on(session: Session, consent_id: UUID) -> Sequence[Referral]:
    """Return the open referrals that rest on the consent, in the order of their keys."""
    return session.scalars(
        select(Referral)
        .where(or_(Referral.consent_id == consent_id, Referral.release_id == consent_id), Referral.status.in_(OPEN))
        .order_by(Referral.id)
    ).all()


def referrals_of_need(session: Session, need_id: UUID) -> Sequence[Referral]:
    """Return the referrals made for a need, the first first, with both organizations."""
    return session.scalars(
        select(Referral)
        .where(Referral.need_id == need_id)
        .order_by(Referral.created_at, Referral.id)
        .options(joinedload(Referral.sender), joinedload(Referral.receiver))
    ).all()


def referrals_of_person(session: Session, person_id: UUID, *, limit: int = 200) -> Sequence[Referral]:
    """Return a person's referrals that the asker may see, the latest first, with both organizations."""
    return session.scalars(
        select(Referral)
        .where(Referral.person_id == person_id)
        .order_by(Referral.created_at.desc(), Referral.id.desc())
        .limit(limit)
        .options(joinedload(Referral.sender), joinedload(Referral.receiver))
    ).all()
