"""What the clock and other rooms' jobs do with messages and questions."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from referral.messaging import service


def open_question(session: Session, *, at: datetime, question_id: str) -> None:
    """Ask the next question that waits for the number (`question.open`)."""
    service.open_next(session, question_id=UUID(question_id), at=at)


def expire_question(session: Session, *, at: datetime, question_id: str) -> None:
    """Close a question after a week of silence (`question.expire`)."""
    service.expire(session, question_id=UUID(question_id), at=at)


def release_texts(session: Session, *, at: datetime, message_id: str) -> None:
    """Let held texts go once a reply is settled (`message.settled`)."""
    service.release(session, message_id=UUID(message_id), at=at)
