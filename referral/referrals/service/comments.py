"""What one side of a referral writes to the other."""

from datetime import datetime

from sqlalchemy.orm import Session

from referral.audit import service as audit
from referral.foundation.principal import Principal
from referral.foundation.refusals import Refused
from referral.referrals import queries
from referral.referrals.models import Comment, Referral
from referral.referrals.service.rows import parties_of_row


def comment(session: Session, referral: Referral, *, note: str, by: Principal, at: datetime) -> Comment:
    """Write to the other side; it moves nothing and stays as it is. Refused where nobody there would read it."""
    if not queries.may_comment(session, referral, by, at=at):
        raise Refused("You cannot write to the other side here: nobody there reads this referral, or you only read it.")
    written = Comment(
        **parties_of_row(referral),
        note=note,
        recorded_at=at,
        by_user_id=by.user_id,
        by_organization_id=by.organization_id,
    )
    session.add(written)
    session.flush()
    audit.record(
        session,
        "referral:comment:written",
        by=by,
        at=at,
        person_id=referral.person_id,
        network_id=referral.network_id,
        subject=("referral", referral.id),
        level=int(referral.level),
    )
    return written
