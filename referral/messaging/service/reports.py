"""What Twilio reports about a text: each report counts once, in whatever order they come."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from referral.foundation.database import principal_of
from referral.messaging.models import Message, Question
from referral.messaging.rules import Direction, Failure, MessageStatus, OptOutSource, QuestionStatus
from referral.messaging.service.fate import note
from referral.messaging.service.opt_outs import opt_out, silence
from referral.messaging.service.questions import end
from referral.messaging.vocabulary import known_failures

OURS = frozenset(MessageStatus) - {MessageStatus.RECEIVING, MessageStatus.RECEIVED, MessageStatus.NOT_SENT}
NOT_ARRIVED = frozenset({MessageStatus.FAILED, MessageStatus.UNDELIVERED, MessageStatus.CANCELED})


def report(
    session: Session,
    *,
    twilio_sid: str,
    status: MessageStatus,
    at: datetime,
    message_id: UUID | None = None,
    error_code: int | None = None,
) -> Message | None:
    """Take over one report; None, and nothing written, for a message that is not ours or a report we had.

    `message_id` comes back from the callback address: a report may arrive before we have stored Twilio's id,
    and it settles a hand-over whose answer was lost.
    """
    if status not in OURS:
        return None
    message = _reported(session, twilio_sid, message_id)
    if message is None:
        return None
    message.twilio_sid = message.twilio_sid or twilio_sid
    if not note(session, message, status, at=at, twilio_sid=twilio_sid, error_code=error_code):
        return None
    message.reason = None
    if message.status in NOT_ARRIVED and message.question_id is not None:
        question = session.get_one(Question, message.question_id)
        end(session, question, QuestionStatus.NOT_SENT, by=principal_of(session), at=at)
    if error_code is not None and known_failures().get(error_code) is Failure.OPTED_OUT:
        opt_out(session, message.phone, source=OptOutSource.TWILIO, by=principal_of(session), at=at)
        silence(session, message.phone, at=at)
    return message


def _reported(session: Session, twilio_sid: str, message_id: UUID | None) -> Message | None:
    """Find our text by Twilio's id, or by our own while Twilio's is not known here."""
    is_it = Message.twilio_sid == twilio_sid
    if message_id is not None:
        is_it = or_(
            is_it, (Message.id == message_id) & Message.twilio_sid.is_(None) & Message.attempted_at.is_not(None)
        )
    query = select(Message).where(is_it, Message.direction == Direction.OUTBOUND).with_for_update()
    return session.scalars(query).first()
