"""The one door through which a referral changes its status."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from referral.audit import service as audit
from referral.foundation.principal import Principal
from referral.people.rules import SensitivityLevel
from referral.referrals import queries
from referral.referrals.models import Referral, StatusChange
from referral.referrals.permissions import acting_party
from referral.referrals.rules import (
    AFTER_END,
    COULD_NOT_CONTACT,
    OUTCOME_WITHHELD,
    Action,
    Channel,
    EvidenceKind,
    MoveRefused,
    Party,
    ReasonRefused,
    Refusal,
    Status,
    check_move,
    is_ended,
)
from referral.referrals.rules.statuses import TAKEN
from referral.referrals.service.effects import follow, hard_stop
from referral.referrals.service.evidence import withhold_outcome
from referral.referrals.service.rows import lock, parties_of_row


def move(
    session: Session,
    referral: Referral,
    action: Action,
    *,
    by: Principal,
    at: datetime,
    party: Party | None = None,
    reason_code: str | None = None,
    note: str | None = None,
    occurred_at: datetime | None = None,
    known_by: EvidenceKind | None = None,
    place_in_line: int | None = None,
    expected_on: date | None = None,
) -> StatusChange:
    """Do the action: status, log, audit, evidence, access and jobs change together.

    `known_by` says how the actor knows that help was given or not; a receiver's own word needs none.
    Raises MoveRefused (the loop, the time) or ReasonRefused (the form); nothing has changed then.
    """
    lock(session, referral)
    party = party or acting_party(referral, by, action)
    if known_by is None and party is Party.RECEIVER:
        known_by = EvidenceKind.PROVIDER_REPORT
    _check_withholding(referral, reason_code)
    target, reason = check_move(
        referral.status,
        action,
        party=party,
        channel=referral.channel,
        reason_code=reason_code,
        note=note or "",
        attempts=queries.count_attempts(session, referral.id) if reason_code == COULD_NOT_CONTACT.code else 0,
        has_evidence=known_by is not None,
    )
    happened_at = _check_time(referral, occurred_at or at, at, party)
    before = referral.status
    if target is Status.WAITLISTED:
        referral.place_in_line, referral.expected_on = place_in_line, expected_on
    if target is Status.SENT and referral.channel is Channel.NETWORK:
        referral.due_at = hard_stop(session, referral, happened_at)
    _stamp(referral, target, party, reason_code, happened_at)
    if reason is OUTCOME_WITHHELD:
        withhold_outcome(session, referral, by=by, at=at)
    session.flush()
    change = StatusChange(
        **parties_of_row(referral),
        version=referral.version,
        action=action,
        from_status=before,
        to_status=target,
        party=party,
        reason_code=reason_code,
        note=note or None,
        occurred_at=happened_at,
        recorded_at=at,
        by_user_id=by.user_id,
        by_organization_id=by.organization_id,
    )
    _log(session, referral, change, by=by, at=at)
    follow(session, referral, change, known_by=known_by, by=by, at=at)
    return change


def _check_withholding(referral: Referral, reason_code: str | None) -> None:
    """Only what survivors of violence asked for ends without saying how."""
    if reason_code == OUTCOME_WITHHELD.code and referral.level is not SensitivityLevel.L3:
        raise ReasonRefused("How it ended can be withheld only for safety services.", field="reason_code")


def _log(session: Session, referral: Referral, change: StatusChange, *, by: Principal, at: datetime) -> None:
    """Keep the move in the log and in the audit: nobody can do one without the other."""
    session.add(change)
    session.flush()
    audit.record(
        session,
        f"referral:status:{change.to_status}",
        by=by,
        at=at,
        person_id=referral.person_id,
        network_id=referral.network_id,
        subject=("referral", referral.id),
        level=int(referral.level),
        reason=change.reason_code,
        version=change.version,
        before=change.from_status,
    )


def _check_time(referral: Referral, occurred_at: datetime, at: datetime, party: Party) -> datetime:
    """Return when it happened; raises MoveRefused for the future and for a time before the sending.

    A receiver looks back no further than it may see what has ended.
    """
    if occurred_at > at:
        raise MoveRefused("This cannot have happened in the future.", why=Refusal.WRONG_TIME)
    if referral.sent_at is not None and occurred_at < referral.sent_at:
        raise MoveRefused("This cannot have happened before the referral was sent.", why=Refusal.WRONG_TIME)
    if party is Party.RECEIVER and occurred_at <= at - AFTER_END:
        raise MoveRefused(f"Give a day of the last {AFTER_END.days}.", why=Refusal.WRONG_TIME)
    return occurred_at


def _stamp(referral: Referral, target: Status, party: Party, reason_code: str | None, happened_at: datetime) -> None:
    """Set the status and the instants that lists and measures read."""
    referral.status = target
    referral.reason_code = reason_code
    if party is Party.RECEIVER and referral.first_response_at is None:
        referral.first_response_at = happened_at
    if target in TAKEN and referral.taken_at is None:
        referral.taken_at = happened_at
    if target is Status.SENT:
        referral.sent_at = happened_at
    elif target is Status.ACCEPTED and referral.accepted_at is None:
        referral.accepted_at = happened_at
    elif target is Status.IN_SERVICE and referral.started_at is None:
        referral.started_at = happened_at
    elif is_ended(target):
        referral.ended_at = happened_at
