"""Clearing somebody to receive what survivors of violence told, and taking it back."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from referral.accounts.models import Membership
from referral.accounts.rules.clearance import clearance_problem, last_cleared_day, may_be_cleared
from referral.audit import service as audit
from referral.foundation.principal import Principal
from referral.foundation.refusals import NotAllowed, Refused


def clear_for_safety(
    session: Session,
    membership: Membership,
    *,
    trained_on: date,
    by: Principal,
    at: datetime,
    until: date | None = None,
) -> None:
    """Clear a user in this membership from their next request on; until a year after the training at most."""
    _check_giver(membership, by)
    if not may_be_cleared(membership.roles, is_victim_service=membership.organization.is_victim_service):
        raise Refused("Only a navigator, or somebody who takes people in at a victim service, can be cleared.")
    last_day = until or last_cleared_day(trained_on)
    today = at.astimezone(ZoneInfo(membership.organization.time_zone)).date()
    if problem := clearance_problem(trained_on, last_day, today=today):
        raise Refused(problem)
    membership.ipv_trained_on, membership.ipv_cleared_until = trained_on, last_day
    session.flush()
    _record(session, "clearance:given", membership, by=by, at=at, trained_on=trained_on, until=last_day)


def end_clearance(session: Session, membership: Membership, *, by: Principal, at: datetime) -> None:
    """Take the clearance back: the next request is without it."""
    _check_giver(membership, by)
    if membership.ipv_cleared_until is None:
        return
    membership.ipv_trained_on = membership.ipv_cleared_until = None
    session.flush()
    _record(session, "clearance:ended", membership, by=by, at=at)


def _check_giver(membership: Membership, by: Principal) -> None:
    if by.user_id == membership.user_id:
        raise NotAllowed("Nobody clears themselves.")


def _record(
    session: Session, action: str, membership: Membership, *, by: Principal, at: datetime, **details: Any
) -> None:
    audit.record(session, action, by=by, at=at, subject=("membership", membership.id), **details)
