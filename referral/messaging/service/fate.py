"""What becomes of a message: one function moves its status, and it always writes the step."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from referral.messaging.models import Message, MessageStep
from referral.messaging.rules import MessageStatus, NotSentReason, next_status


def note(
    session: Session,
    message: Message,
    status: MessageStatus,
    *,
    at: datetime,
    twilio_sid: str | None = None,
    error_code: int | None = None,
) -> bool:
    """Write down one step and move the message up if it is one; returns False for a report we already had."""
    session.flush()
    step = insert(MessageStep).values(
        message_id=message.id,
        person_id=message.person_id,
        network_id=message.network_id,
        organization_id=message.organization_id,
        status=status,
        twilio_sid=twilio_sid,
        error_code=error_code,
        at=at,
    )
    written = session.execute(step.on_conflict_do_nothing().returning(MessageStep.id)).first()
    if written is None:
        return False
    if next_status(message.status, status) is status:
        message.error_code = error_code
    message.status = next_status(message.status, status)
    return True


def keep_unsent(session: Session, message: Message, reason: NotSentReason, *, at: datetime) -> None:
    """Keep a message that will not leave, with the reason."""
    note(session, message, MessageStatus.NOT_SENT, at=at, error_code=message.error_code)
    message.reason = reason


def hold_number(session: Session, phone: str) -> None:
    """Let nobody else decide about this number until the transaction ends: STOP and send never cross."""
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(phone, 0))))
