"""What programs do by the clock and when other rooms report something."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from referral.programs import service


def expire(session: Session, *, at: datetime) -> None:
    """Expire approvals whose last day has passed."""
    service.expire_due(session, at=at)


def consent_withdrawn(session: Session, *, at: datetime, consent_id: str) -> None:
    """End the enrollment that rested on a withdrawn consent."""
    service.withdraw_with_consent(session, consent_id=UUID(consent_id), at=at)
