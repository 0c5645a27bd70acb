"""The sealer at work: each minute it seals, each hour it notes outside the database how far it came."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from referral.audit import service
from referral.audit.service import Checkpoints
from referral.foundation.database import Database
from referral.foundation.jobs import alone


@dataclass(frozen=True)
class Sealer:
    """Needs what no other job has: the key, and a place outside the database."""

    database: Database
    checkpoints: Checkpoints

    @alone
    def seal(self, _session: Session, *, at: datetime) -> None:  # noqa: ARG002 -- every job is told the time
        """Seal what is settled (`audit.seal`), in transactions of its own: one job may be many batches."""
        service.seal_all(self.database, self.checkpoints.key)

    @alone
    def checkpoint(self, session: Session, *, at: datetime) -> None:
        """Note how far the chain has come (`audit.checkpoint`)."""
        service.note_checkpoint(session, self.checkpoints, at=at)
