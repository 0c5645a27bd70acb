"""What the clock does with the directory."""

from datetime import datetime

from sqlalchemy.orm import Session

from referral.directory import service
from referral.foundation.jobs import alone


@alone
def refresh(session: Session, *, at: datetime) -> None:
    """Each night: the open hours of the coming two weeks, and the words that can be spelled right."""
    service.prepare(session, at=at)
    service.rebuild_vocabulary(session)
