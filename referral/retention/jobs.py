"""What the clock does with what was kept long enough."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from referral.foundation import jobs
from referral.people.models import PersonRequest
from referral.retention import service


@jobs.alone
def run(session: Session, *, at: datetime) -> None:
    """Remove what is over (`retention.run`, hourly); goes on at once while batches are full."""
    if service.run(session, at=at):
        _go_on(session, at)


@dataclass(frozen=True)
class LogPurge:
    """Needs the key of the seals: what leaves the log is marked in its seal."""

    key: bytes

    @jobs.alone
    def run(self, session: Session, *, at: datetime) -> None:
        """Remove old events of the log (`retention.run`); goes on at once while batches are full."""
        if service.purge_log(session, self.key, at=at):
            _go_on(session, at)


def _go_on(session: Session, at: datetime) -> None:
    jobs.add(session, "retention.run", key=f"retention.run@{at.isoformat()}, next batch")


def note_erasure(session: Session, *, at: datetime, person_request_id: str) -> None:  # noqa: ARG001 -- every job has an instant
    """Put a wish to be erased before the administrators (`person.asked`)."""
    request = session.get(PersonRequest, UUID(person_request_id))
    if request is not None:
        service.note_erasure(session, request)


def erase(session: Session, *, at: datetime, erasure_id: str) -> None:
    """Erase the record of a confirmed request (`retention.erase`)."""
    service.carry_out(session, UUID(erasure_id), at=at)
