"""What we ask about instruments, screenings and needs; lists load what they show."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from referral.people.rules import NeedCategory, SensitivityLevel
from referral.screening.models import (
    Answer,
    InstrumentVersion,
    Need,
    NeedAnswer,
    NeedChange,
    Screening,
    UrgentAnswer,
    WarmHandOff,
)
from referral.screening.rules import OPEN_STATES, HandOff, NeedState, ScreeningStatus


def instruments(session: Session) -> Sequence[InstrumentVersion]:
    """Return the instruments that are offered, by title."""
    return session.scalars(
        select(InstrumentVersion).where(InstrumentVersion.is_offered).order_by(InstrumentVersion.title)
    ).all()


def instrument(session: Session, url: str, version: str) -> InstrumentVersion | None:
    """Return this version of an instrument, also one that is no longer offered."""
    return session.scalars(
        select(InstrumentVersion).where(InstrumentVersion.url == url, InstrumentVersion.version == version)
    ).one_or_none()


def screening(session: Session, screening_id: UUID) -> Screening | None:
    """Return a screening that the asker may see, or None."""
    return session.get(Screening, screening_id)


def level_shown(session: Session, screening: Screening) -> SensitivityLevel:
    """Return the level of the most sensitive answer that the asker sees of a screening."""
    found = session.scalar(select(func.max(Answer.level)).where(Answer.screening_id == screening.id))
    return SensitivityLevel(found) if found else SensitivityLevel.L1


def screenings_of(session: Session, person_id: UUID) -> Sequence[Screening]:
    """Return a person's screenings, the latest first."""
    return session.scalars(
        select(Screening).where(Screening.person_id == person_id).order_by(Screening.started_at.desc(), Screening.id)
    ).all()


def unfinished(session: Session, user_id: UUID, *, limit: int = 20) -> Sequence[Screening]:
    """Return screenings that a user began and did not finish, the latest first."""
    return session.scalars(
        select(Screening)
        .where(Screening.asked_by_user_id == user_id, Screening.status == ScreeningStatus.IN_PROGRESS)
        .order_by(Screening.started_at.desc())
        .limit(limit)
    ).all()


def answers_of(session: Session, screening_id: UUID) -> Sequence[Answer]:
    """Return the answers of a screening that the asker may see."""
    return session.scalars(select(Answer).where(Answer.screening_id == screening_id).order_by(Answer.id)).all()


def answer(session: Session, screening_id: UUID, link_id: str) -> Answer | None:
    """Return the answer to one question that the asker may see, or None."""
    return session.scalars(
        select(Answer).where(Answer.screening_id == screening_id, Answer.link_id == link_id)
    ).one_or_none()


def urgent_answers_of(session: Session, screening_id: UUID) -> Sequence[UrgentAnswer]:
    """Return the urgent answers of a screening that the asker may see."""
    return session.scalars(
        select(UrgentAnswer).where(UrgentAnswer.screening_id == screening_id).order_by(UrgentAnswer.id)
    ).all()


def urgent_by_answer(session: Session, answer_id: UUID) -> UrgentAnswer | None:
    """Return what was urgent in an answer, or None."""
    return session.scalars(select(UrgentAnswer).where(UrgentAnswer.answer_id == answer_id)).one_or_none()


def urgent_waiting(session: Session, user_id: UUID) -> Sequence[UrgentAnswer]:
    """Return the urgent answers a user heard and has not yet handed to a named person, the oldest first."""
    return session.scalars(
        select(UrgentAnswer)
        .where(UrgentAnswer.asked_by_user_id == user_id, UrgentAnswer.first_contact_at.is_(None))
        .order_by(UrgentAnswer.noticed_at)
    ).all()


def need(session: Session, need_id: UUID) -> Need | None:
    """Return a need that the asker may see, or None."""
    return session.get(Need, need_id)


def needs_of(session: Session, person_id: UUID) -> Sequence[Need]:
    """Return a person's needs that the asker may see: urgent first, then the latest."""
    return session.scalars(
        select(Need).where(Need.person_id == person_id).order_by(Need.is_urgent.desc(), Need.found_at.desc(), Need.id)
    ).all()


def open_needs(
    session: Session,
    person_id: UUID,
    *,
    finder: UUID | None,
    categories: Collection[NeedCategory],
    states: Collection[NeedState] = OPEN_STATES,
) -> dict[NeedCategory, Need]:
    """Return the person's open needs in these categories; above L1 only those the finder found."""
    found = session.scalars(
        select(Need).where(Need.person_id == person_id, Need.category.in_(categories), Need.state.in_(states))
    )
    return {row.category: row for row in found if row.level is SensitivityLevel.L1 or row.found_by_user_id == finder}


def needs_behind(session: Session, screening_id: UUID) -> Sequence[Need]:
    """Return the needs that rest on a screening's answers: urgent first, then as they were found."""
    resting = (
        select(NeedAnswer.need_id)
        .join(Answer, Answer.id == NeedAnswer.answer_id)
        .where(Answer.screening_id == screening_id)
    )
    return session.scalars(
        select(Need).where(Need.id.in_(resting)).order_by(Need.is_urgent.desc(), Need.found_at, Need.id)
    ).all()


def changes_of(session: Session, need_id: UUID) -> Sequence[NeedChange]:
    """Return what happened to a need, the oldest first."""
    return session.scalars(
        select(NeedChange).where(NeedChange.need_id == need_id).order_by(NeedChange.at, NeedChange.id)
    ).all()


def last_moved_at(session: Session, need: Need) -> datetime:
    """Return when the need last changed its state, or was found."""
    moved = select(func.max(NeedChange.at)).where(NeedChange.need_id == need.id, NeedChange.action.is_not(None))
    return session.scalar(moved) or need.found_at


def answers_behind(session: Session, need_id: UUID) -> Sequence[tuple[Answer, Screening]]:
    """Return the answers a need rests on, with the screening that asked for them."""
    rows = session.execute(
        select(Answer, Screening)
        .join(NeedAnswer, NeedAnswer.answer_id == Answer.id)
        .join(Screening, Screening.id == Answer.screening_id)
        .where(NeedAnswer.need_id == need_id)
        .order_by(Answer.id)
    )
    return [(answer, asked) for answer, asked in rows]


def hand_offs(session: Session, organization_id: UUID, since: date) -> dict[HandOff, int]:
    """Return how many warm hand-offs an organization made since a day, by kind."""
    rows = session.execute(
        select(WarmHandOff.kind, func.sum(WarmHandOff.times))
        .where(WarmHandOff.organization_id == organization_id, WarmHandOff.made_on >= since)
        .group_by(WarmHandOff.kind)
    )
    return {kind: int(times) for kind, times in rows}
