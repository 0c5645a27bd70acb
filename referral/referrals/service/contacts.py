"""The log of attempts to reach the person."""

from datetime import datetime

from sqlalchemy.orm import Session

from referral.audit import service as audit
from referral.foundation.principal import Principal
from referral.foundation.refusals import Refused
from referral.referrals.models import ContactAttempt, Referral
from referral.referrals.rules import ContactResult, ContactWay, is_open
from referral.referrals.rules.statuses import Status
from referral.referrals.service.rows import parties_of_row


def log_contact(
    session: Session,
    referral: Referral,
    *,
    way: ContactWay,
    result: ContactResult,
    by: Principal,
    at: datetime,
    note: str | None = None,
    occurred_at: datetime | None = None,
) -> ContactAttempt:
    """Log one try to reach the person; it moves nothing. Refused for a draft and after the end."""
    if not is_open(referral.status) or referral.status is Status.DRAFT:
        raise Refused(f"This referral is {referral.status.label}: nobody needs to be reached for it.")
    attempt = ContactAttempt(
        **parties_of_row(referral),
        way=way,
        result=result,
        note=note or None,
        occurred_at=min(occurred_at or at, at),
        recorded_at=at,
        by_user_id=by.user_id,
        by_organization_id=by.organization_id,
    )
    session.add(attempt)
    session.flush()
    audit.record(
        session,
        "referral:contact:logged",
        by=by,
        at=at,
        person_id=referral.person_id,
        network_id=referral.network_id,
        subject=("referral", referral.id),
        level=int(referral.level),
        way=way.value,
        result=result.value,
    )
    return attempt
