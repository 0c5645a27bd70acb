"""Texts are forgotten after 30 days: what stays is that one was sent, when, and what became of it."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from referral.audit import service as audit
from referral.foundation.database import principal_of
from referral.messaging import queries

KEEP_BODIES = timedelta(days=30)
BATCH = 1_000


def forget_old_texts(session: Session, *, at: datetime) -> int:
    """Empty the text of up to a thousand messages that are older than 30 days; returns how many."""
    old = queries.bodies_to_forget(session, older_than=at - KEEP_BODIES, limit=BATCH)
    for message in old:
        message.body = ""
    if old:
        audit.record(session, "message:forgotten", by=principal_of(session), at=at, count=len(old))
    return len(old)
