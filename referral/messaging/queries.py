"""Questions about messages: what left, what waits, who said stop, what a person must read."""

from collections.abc import Sequence
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnExpressionArgument, and_, func, literal, select, true, tuple_
from sqlalchemy.orm import Session

from referral.messaging.models import Message, MessageStep, OptOut, Question
from referral.messaging.rules import Direction, MessageStatus, QuestionStatus

PAGE = 50


class Shown(StrEnum):
    """The lists of the messages page."""

    ALL = "all"
    TO_READ = "to_read"
    NOT_SENT = "not_sent"
    FAILED = "failed"


FAILED = (MessageStatus.FAILED, MessageStatus.UNDELIVERED, MessageStatus.CANCELED)

_WHEN = tuple_(Message.created_at, Message.id)
_LATEST_FIRST = (Message.created_at.desc(), Message.id.desc())


def _wanted(shown: Shown) -> list[ColumnExpressionArgument[bool]]:
    wanted: dict[Shown, list[ColumnExpressionArgument[bool]]] = {
        Shown.ALL: [],
        Shown.TO_READ: [Message.needs_person, Message.settled_at.is_(None)],
        Shown.NOT_SENT: [Message.direction == Direction.OUTBOUND, Message.reason.is_not(None)],
        Shown.FAILED: [Message.direction == Direction.OUTBOUND, Message.status.in_(FAILED)],
    }
    return wanted[shown]


def page(
    session: Session,
    organization_id: UUID | None,
    *,
    shown: Shown = Shown.ALL,
    before: UUID | None = None,
    limit: int = PAGE,
) -> Sequence[Message]:
    """Return messages of an organization, the latest first, from the one `before` on."""
    query = select(Message).where(Message.organization_id == organization_id, *_wanted(shown))
    last = session.get(Message, before) if before is not None else None
    if last is not None:
        query = query.where(tuple_(literal(last.created_at), literal(last.id)) > _WHEN)
    return session.scalars(query.order_by(*_LATEST_FIRST).limit(limit)).all()


def counts(session: Session, organization_id: UUID | None) -> dict[Shown, int]:
    """Return how many messages each list of an organization holds."""
    numbers = [func.count().filter(and_(true(), *_wanted(shown))).label(shown.value) for shown in Shown]
    row = session.execute(select(*numbers).where(Message.organization_id == organization_id)).one()
    return dict(zip(Shown, row, strict=True))


def visible(session: Session, message_id: UUID) -> Message | None:
    """Return a message that the asker may see (row-level security decides)."""
    return session.get(Message, message_id)


def of_person(session: Session, person_id: UUID, *, limit: int = PAGE) -> Sequence[Message]:
    """Return the texts exchanged with a person, the latest first."""
    query = select(Message).where(Message.person_id == person_id).order_by(*_LATEST_FIRST).limit(limit)
    return session.scalars(query).all()


def steps(session: Session, message_id: UUID) -> Sequence[MessageStep]:
    """Return what became of a message, in the order in which we learned it."""
    return session.scalars(
        select(MessageStep).where(MessageStep.message_id == message_id).order_by(MessageStep.id)
    ).all()


def exchanged_before(session: Session, message: Message, *, limit: int = 5) -> Sequence[Message]:
    """Return the texts exchanged with the number just before this one, the latest first."""
    query = select(Message).where(
        Message.phone == message.phone, tuple_(literal(message.created_at), literal(message.id)) > _WHEN
    )
    return session.scalars(query.order_by(*_LATEST_FIRST).limit(limit)).all()


def is_opted_out(session: Session, phone: str) -> bool:
    """Tell whether the number said stop and has not said start since."""
    query = select(OptOut.id).where(OptOut.phone == phone, OptOut.ended_at.is_(None))
    return session.scalar(query) is not None


def waits_for_person(session: Session, phone: str) -> bool:
    """Tell whether a reply from this number waits to be read; no text leaves meanwhile."""
    query = select(Message.id).where(Message.phone == phone, *_wanted(Shown.TO_READ)).limit(1)
    return session.scalar(query) is not None


def waiting_texts(session: Session, phone: str) -> Sequence[Message]:
    """Return our texts to the number that have not left yet."""
    query = select(Message).where(
        Message.phone == phone,
        Message.direction == Direction.OUTBOUND,
        Message.status == MessageStatus.QUEUED,
        Message.twilio_sid.is_(None),
    )
    return session.scalars(query.order_by(Message.id)).all()


def latest_text(session: Session, phone: str) -> Message | None:
    """Return our latest text to the number: it says whom a reply comes from."""
    query = select(Message).where(Message.phone == phone, Message.direction == Direction.OUTBOUND)
    return session.scalars(query.order_by(Message.id.desc()).limit(1)).first()


def open_question(session: Session, phone: str) -> Question | None:
    """Return the question that is open for the number."""
    query = select(Question).where(Question.phone == phone, Question.status == QuestionStatus.OPEN)
    return session.scalars(query).first()


def unfinished_questions(session: Session, phone: str) -> Sequence[Question]:
    """Return the questions of the number that are open or wait for their turn, the oldest first."""
    unfinished = (QuestionStatus.OPEN, QuestionStatus.WAITING)
    query = select(Question).where(Question.phone == phone, Question.status.in_(unfinished))
    return session.scalars(query.order_by(Question.id)).all()


def questions_about(session: Session, subject_kind: str, subject_id: UUID) -> Sequence[Question]:
    """Return what was asked about one record, the oldest first."""
    query = select(Question).where(Question.subject_kind == subject_kind, Question.subject_id == subject_id)
    return session.scalars(query.order_by(Question.id)).all()


def was_asked(session: Session, question_id: UUID) -> bool:
    """Tell whether the question's text was handed over, so that a reply can mean it."""
    query = select(Message.id).where(
        Message.question_id == question_id,
        Message.direction == Direction.OUTBOUND,
        Message.attempted_at.is_not(None),
    )
    return session.scalar(query.limit(1)) is not None


def known_sids(session: Session, sids: Sequence[str]) -> set[str]:
    """Return which of these Twilio ids already belong to one of our messages."""
    known = session.scalars(select(Message.twilio_sid).where(Message.twilio_sid.in_(sids)))
    return {sid for sid in known if sid}
