"""The facts are copied by the clock, and once more when somebody asks for it."""

from datetime import datetime

from sqlalchemy.orm import Session

from referral.equity import service
from referral.foundation.jobs import alone

REFRESH = "facts.refresh"
EVERY_MINUTES = 30


@alone
def refresh(session: Session, *, at: datetime) -> None:
    """Copy every fact anew."""
    service.refresh_facts(session, at=at)
