"""Set and end what keeps a person's record longer than the policy says."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from referral.audit import service as audit
from referral.foundation.principal import Principal
from referral.foundation.refusals import NotAllowed, NotFound
from referral.retention.models import RetentionHold
from referral.retention.rules import HoldKind


def hold(
    session: Session, person_id: UUID, *, kind: HoldKind, reason: str, by: Principal, at: datetime
) -> RetentionHold:
    """Hold back what belongs to the person, from now until somebody ends it; does not say whether there is one."""
    if by.network_id is None:
        raise NotAllowed
    one = RetentionHold(
        person_id=person_id,
        network_id=by.network_id,
        kind=kind,
        reason=reason,
        starts_at=at,
        set_by_user_id=by.user_id,
    )
    session.add(one)
    session.flush()
    audit.record(session, "retention-hold:set", by=by, at=at, subject=("retention_hold", one.id), kind=kind)
    return one


def release(session: Session, hold_id: UUID, *, by: Principal, at: datetime) -> RetentionHold:
    """End a hold of the asker's network; raises NotFound when there is none in force."""
    query = select(RetentionHold).where(
        RetentionHold.id == hold_id, RetentionHold.network_id == by.network_id, RetentionHold.ended_at.is_(None)
    )
    one = session.scalars(query.with_for_update()).one_or_none()
    if one is None:
        raise NotFound
    one.ended_at, one.ended_by_user_id = at, by.user_id
    audit.record(session, "retention-hold:ended", by=by, at=at, subject=("retention_hold", one.id), kind=one.kind)
    return one
