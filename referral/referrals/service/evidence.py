"""Evidence arrives: it is added, never overwritten; the connection is computed and contradictions open a review."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from referral.audit import service as audit
from referral.foundation import jobs
from referral.foundation.principal import Principal
from referral.foundation.refusals import Refused
from referral.referrals import queries
from referral.referrals.models import Contradiction, OutcomeEvidence, Referral
from referral.referrals.rules import (
    EvidenceKind,
    HeardBy,
    PersonAnswer,
    Status,
    connection_of,
    opens_review,
)
from referral.referrals.service.rows import lock, parties_of_row


def record_evidence(
    session: Session,
    referral: Referral,
    *,
    kind: EvidenceKind,
    by: Principal,
    at: datetime,
    answer: PersonAnswer = PersonAnswer.HELPED,
    heard_by: HeardBy = HeardBy.RECORD,
    source_id: UUID | None = None,
    occurred_at: datetime | None = None,
    note: str | None = None,
) -> OutcomeEvidence:
    """Add a report about help; the same source counts once. It moves no status."""
    lock(session, referral)
    if referral.status in {Status.DRAFT, Status.ENTERED_IN_ERROR}:
        raise Refused(f"A referral that is {referral.status.label} takes no evidence.")
    known = queries.evidence_from(session, referral.id, kind, source_id) if source_id else None
    if known is not None:
        return known
    evidence = OutcomeEvidence(
        **parties_of_row(referral),
        kind=kind,
        answer=answer,
        heard_by=heard_by,
        source_id=source_id,
        note=note or None,
        occurred_at=min(occurred_at or at, at),
        recorded_at=at,
        by_user_id=by.user_id,
        by_organization_id=by.organization_id,
    )
    session.add(evidence)
    session.flush()
    _recorded(session, referral, evidence, "referral:evidence:added", by=by, at=at)
    return evidence


def retract_evidence(
    session: Session, referral: Referral, *, kind: EvidenceKind, source_id: UUID, by: Principal, at: datetime
) -> None:
    """Let a record that proved wrong (a discarded delivery, a reversed payment) count no more; it stays listed."""
    lock(session, referral)
    evidence = queries.evidence_from(session, referral.id, kind, source_id)
    if evidence is None or evidence.retracted_at is not None:
        return
    evidence.retracted_at = at
    session.flush()
    _recorded(session, referral, evidence, "referral:evidence:retracted", by=by, at=at)


def person_answered(
    session: Session,
    referral: Referral,
    answer: PersonAnswer,
    *,
    heard_by: HeardBy,
    by: Principal,
    at: datetime,
    source_id: UUID | None = None,
    occurred_at: datetime | None = None,
    note: str | None = None,
) -> OutcomeEvidence:
    """Keep the person's own word, by SMS, link or phone."""
    return record_evidence(
        session,
        referral,
        kind=EvidenceKind.PERSON_CONFIRMATION,
        answer=answer,
        heard_by=heard_by,
        source_id=source_id,
        occurred_at=occurred_at,
        note=note,
        by=by,
        at=at,
    )


def resolve_contradiction(
    session: Session,
    contradiction: Contradiction,
    *,
    answer: PersonAnswer,
    note: str,
    by: Principal,
    at: datetime,
) -> None:
    """Close the review with what the person said when asked again; every earlier report stays as it was."""
    session.refresh(contradiction, with_for_update=True)
    if contradiction.closed_at is not None:
        raise Refused("Somebody has already settled this one.")
    contradiction.closed_at = at
    contradiction.final_answer = answer
    contradiction.note = note
    contradiction.closed_by_user_id = by.user_id
    session.flush()
    audit.record(
        session,
        "contradiction:resolved",
        by=by,
        at=at,
        person_id=contradiction.person_id,
        network_id=contradiction.network_id,
        subject=("contradiction", contradiction.id),
        answer=answer.value,
    )
    referral = session.get_one(Referral, contradiction.referral_id)
    person_answered(session, referral, answer, heard_by=HeardBy.PHONE, note=note, by=by, at=at)


def withhold_outcome(session: Session, referral: Referral, *, by: Principal, at: datetime) -> None:
    """Keep the outcome from everyone, as the person of a safety service asked; a bucket of its own in rates."""
    referral.is_outcome_withheld = True
    _weigh(session, referral, at=at)
    audit.record(
        session,
        "referral:outcome:withheld",
        by=by,
        at=at,
        person_id=referral.person_id,
        network_id=referral.network_id,
        subject=("referral", referral.id),
        level=int(referral.level),
    )


def _recorded(
    session: Session, referral: Referral, evidence: OutcomeEvidence, deed: str, *, by: Principal, at: datetime
) -> None:
    _weigh(session, referral, at=at)
    audit.record(
        session,
        deed,
        by=by,
        at=at,
        person_id=referral.person_id,
        network_id=referral.network_id,
        subject=("referral", referral.id),
        level=int(referral.level),
        evidence=evidence.id,
        kind=evidence.kind.value,
        answer=evidence.answer.value,
    )
    jobs.add(
        session,
        "referral.evidence",
        key=f"evidence-{evidence.id}-{'retracted' if evidence.retracted_at else 'added'}",
        referral_id=referral.id,
    )


def _weigh(session: Session, referral: Referral, *, at: datetime) -> None:
    """Compute the connection from all evidence; a new contradiction opens a review, a known one stays open."""
    known = [row.as_evidence() for row in queries.evidence_of(session, referral.id)]
    review = queries.open_contradiction(session, referral.id)
    if review is None and opens_review(known, settled_at=queries.last_settled_at(session, referral.id)):
        review = Contradiction(**parties_of_row(referral), opened_at=at)
        session.add(review)
    referral.connection = connection_of(
        known, is_review_open=review is not None, is_withheld=referral.is_outcome_withheld
    )
    session.flush()
