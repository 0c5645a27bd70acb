"""What happens by itself: authorizations run out, and an enrollment ends with the consent behind it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from referral.foundation.principal import system
from referral.people.models import Consent
from referral.people.rules import ConsentScope
from referral.programs import queries
from referral.programs.models import Program, ServiceAuthorization
from referral.programs.rules import AuthorizationAction, AuthorizationState
from referral.programs.service.changes import move
from referral.programs.service.enrollments import local_day, withdraw_enrollment

BATCH = 500


def expire_due(session: Session, *, at: datetime) -> int:
    """Expire approvals on the day after their last day, in the program's zone; returns how many."""
    expired = 0
    for program in session.scalars(select(Program)):
        query = (
            select(ServiceAuthorization)
            .where(
                ServiceAuthorization.program_id == program.id,
                ServiceAuthorization.state == AuthorizationState.APPROVED,
                ServiceAuthorization.approved_ends_on < local_day(program, at),
            )
            .order_by(ServiceAuthorization.id)
            .limit(BATCH)
            .with_for_update(skip_locked=True, of=ServiceAuthorization)
        )
        for authorization in session.scalars(query):
            move(session, authorization, AuthorizationAction.EXPIRE, by=system("programs.expire"), at=at)
            expired += 1
    return expired


def withdraw_with_consent(session: Session, *, consent_id: UUID, at: datetime) -> None:
    """When the consent to join a program was withdrawn, so is the enrollment; earlier services stay payable."""
    consent = session.get(Consent, consent_id)
    if consent is None or consent.scope is not ConsentScope.PILOT_ENROL:
        return
    for enrollment in queries.enrollments_of(session, consent.person_id):
        if enrollment.state in queries.OPEN_ENROLLMENTS:
            withdraw_enrollment(session, enrollment, by=system("consent.withdrawn"), at=at)
