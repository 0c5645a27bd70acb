"""What follows from a move, in the same transaction: access, evidence, the hard stop, and news for other rooms."""

from datetime import datetime

from sqlalchemy.orm import Session

from referral.audit import service as audit
from referral.audit.rules import DisclosureWay
from referral.audit.service import Told
from referral.foundation import jobs
from referral.foundation.principal import Principal
from referral.organizations.models import Network
from referral.organizations.rules import due_at
from referral.people import service as people
from referral.people.rules import GrantBasis, GrantScope, domain_of
from referral.referrals.models import Referral, StatusChange
from referral.referrals.queries.clocks import calendar_of
from referral.referrals.rules import (
    AFTER_END,
    AWAITING_ANSWER,
    CONSENT_WITHDRAWN,
    Channel,
    EvidenceKind,
    HeardBy,
    PersonAnswer,
    Status,
    is_ended,
)
from referral.referrals.service.evidence import record_evidence


def follow(
    session: Session,
    referral: Referral,
    change: StatusChange,
    *,
    known_by: EvidenceKind | None,
    by: Principal,
    at: datetime,
) -> None:
    """Do what the move entails."""
    if referral.channel is Channel.NETWORK:
        _follow_access(session, referral, change, at=at)
        _follow_disclosure(session, referral, change, by=by, at=at)
        _follow_hard_stop(session, referral, change, at=at)
    _follow_evidence(session, referral, change, known_by, by=by, at=at)
    news = "closed" if is_ended(referral.status) else referral.status.value
    jobs.add(
        session,
        f"referral.{news}",
        key=f"referral-{referral.id}-v{referral.version}-{news}",
        referral_id=referral.id,
    )


def _follow_access(session: Session, referral: Referral, change: StatusChange, *, at: datetime) -> None:
    """Open to the receiver what its part needs, and close it 90 days after the end, or at once."""
    was_taken = referral.taken_at is not None
    scope = GrantScope.CONTACT if was_taken else GrantScope.MINIMUM
    if is_ended(referral.status):
        people.revoke(session, basis_id=referral.id, at=at)
        if referral.sent_at is not None and not _closes_at_once(referral):
            _grant(session, referral, scope, at=at, until=change.occurred_at + AFTER_END)
    elif change.to_status is Status.SENT:
        _grant(session, referral, scope, at=at)
    elif change.from_status in AWAITING_ANSWER and was_taken:
        people.revoke(session, basis_id=referral.id, at=at)
        _grant(session, referral, scope, at=at)


def _follow_disclosure(
    session: Session, referral: Referral, change: StatusChange, *, by: Principal, at: datetime
) -> None:
    """What the receiver has to know goes to them with the referral; that it went is written down."""
    if change.to_status is not Status.SENT:
        return
    told = Told.of(referral, [GrantScope.MINIMUM, domain_of(referral.category)], consent_id=referral.release_id)
    to = referral.receiving_organization_id
    audit.disclose(session, [told], how=DisclosureWay.REFERRAL, to_organization_id=to, by=by, at=at)


def _closes_at_once(referral: Referral) -> bool:
    is_without_consent = referral.reason_code == CONSENT_WITHDRAWN.code
    return referral.status is Status.ENTERED_IN_ERROR or is_without_consent


def _grant(
    session: Session, referral: Referral, scope: GrantScope, *, at: datetime, until: datetime | None = None
) -> None:
    people.grant(
        session,
        person_id=referral.person_id,
        network_id=referral.network_id,
        organization_id=referral.receiving_organization_id,
        scope=scope,
        level=referral.level,
        basis=GrantBasis.REFERRAL_PARTY,
        basis_id=referral.id,
        at=at,
        until=until,
    )


def _follow_hard_stop(session: Session, referral: Referral, change: StatusChange, *, at: datetime) -> None:
    """Start the clock when it is sent; stop it with the receiver's answer or the end."""
    key = f"referral-{referral.id}-expire"
    if change.to_status is Status.SENT:
        jobs.add(session, "referral.expire", key=key, run_at=referral.due_at, referral_id=referral.id)
    elif change.from_status in AWAITING_ANSWER and change.to_status not in AWAITING_ANSWER:
        jobs.cancel(session, key, at=at)


def hard_stop(session: Session, referral: Referral, sent_at: datetime) -> datetime:
    """Return the instant at which an unanswered referral expires, on the receiver's calendar."""
    calendar = calendar_of(session, referral.receiving_organization_id, referral.network_id)
    return due_at(calendar, sent_at, session.get_one(Network, referral.network_id).hard_stop_days)


def _follow_evidence(
    session: Session,
    referral: Referral,
    change: StatusChange,
    known_by: EvidenceKind | None,
    *,
    by: Principal,
    at: datetime,
) -> None:
    """Keep what the close says about help as one report among others."""
    if known_by is None or change.to_status not in {Status.SERVED, Status.NOT_SERVED}:
        return
    if change.to_status is Status.NOT_SERVED:
        answer = PersonAnswer.NOT_HELPED
    else:
        is_partly = change.reason_code == "partially_delivered"
        answer = PersonAnswer.PARTLY if is_partly else PersonAnswer.HELPED
    record_evidence(
        session,
        referral,
        kind=known_by,
        answer=answer,
        heard_by=HeardBy.PAGE,
        occurred_at=change.occurred_at,
        by=by,
        at=at,
    )
