"""Stop and start: for the number, at once, for every organization and programme."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from referral.audit import service as audit
from referral.foundation import jobs
from referral.foundation.database import principal_of
from referral.foundation.principal import Principal
from referral.messaging import queries
from referral.messaging.models import OptOut
from referral.messaging.rules import NotSentReason, OptOutSource, QuestionStatus
from referral.messaging.service.questions import end, keep_text


def opt_out(session: Session, phone: str, *, source: OptOutSource, by: Principal, at: datetime) -> OptOut:
    """Send nothing more to the number; the job `number.opted_out` (opt_out_id) lets consent follow."""
    known = _in_force(session, phone)
    if known is not None:
        return known
    made = OptOut(phone=phone, since=at, source=source)
    session.add(made)
    session.flush()
    audit.record(session, "number:opted_out", by=by, at=at, subject=("opt_out", made.id), source=source)
    jobs.add(session, "number.opted_out", key=f"opt-out-{made.id}", opt_out_id=made.id)
    return made


def silence(session: Session, phone: str, *, at: datetime) -> None:
    """Keep every text that waits for the number, and end its questions (needs to see all organizations)."""
    by = principal_of(session)
    for message in queries.waiting_texts(session, phone):
        keep_text(session, message, NotSentReason.OPTED_OUT, at=at)
    for question in queries.unfinished_questions(session, phone):
        end(session, question, QuestionStatus.STOPPED, by=by, at=at)


def opt_in(session: Session, phone: str, *, by: Principal, at: datetime) -> bool:
    """Let texts reach the number again; returns whether it had said stop. Consent is a matter of its own."""
    known = _in_force(session, phone)
    if known is None:
        return False
    known.ended_at = at
    audit.record(session, "number:opted_in", by=by, at=at, subject=("opt_out", known.id))
    jobs.add(session, "number.opted_in", key=f"opt-in-{known.id}", opt_out_id=known.id)
    return True


def _in_force(session: Session, phone: str) -> OptOut | None:
    query = select(OptOut).where(OptOut.phone == phone, OptOut.ended_at.is_(None))
    return session.scalars(query.with_for_update()).first()
