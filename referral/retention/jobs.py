"""What the clock does with what was kept long enough."""

from datetime import datetime

from sqlalchemy.orm import Session

from referral.foundation import jobs
from referral.retention import service


@jobs.alone
def run(session: Session, *, at: datetime) -> None:
    """Remove what is over (`retention.run`, hourly); goes on at once while batches are full."""
    if service.run(session, at=at):
        jobs.add(session, "retention.run", key=f"retention.run@{at.isoformat()}, next batch")
