"""Opening a referral: a deed of its own for the audit, and never a move."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from referral.audit import service as audit
from referral.audit.service import Told
from referral.foundation.principal import Principal
from referral.foundation.refusals import NotFound
from referral.people.rules import GrantScope, domain_of
from referral.people.service.disclosing import record_opening
from referral.referrals import queries
from referral.referrals.models import Contradiction, Referral


def open_referral(session: Session, referral_id: UUID, *, by: Principal, at: datetime) -> Referral:
    """Return the referral and record that it was read; raises NotFound outside what the asker may see."""
    referral = find_referral(session, referral_id, by=by, at=at)
    audit.record(
        session,
        "referral:read",
        by=by,
        at=at,
        person_id=referral.person_id,
        network_id=referral.network_id,
        subject=("referral", referral.id),
        level=int(referral.level),
    )
    was_taken = referral.taken_at is not None
    what = [GrantScope.CONTACT if was_taken else GrantScope.MINIMUM, domain_of(referral.category)]
    told = Told.of(referral, what, consent_id=referral.release_id)
    record_opening(session, told, by=by, at=at, wrote_it=referral.sending_organization_id)
    return referral


def find_referral(session: Session, referral_id: UUID, *, by: Principal, at: datetime) -> Referral:
    """Return the referral for a deed that writes its own audit event; raises NotFound."""
    referral = queries.visible(session, by, referral_id, at=at)
    if referral is None:
        raise NotFound
    return referral


def find_contradiction(session: Session, contradiction_id: UUID) -> Contradiction:
    """Return the contradiction for a deed that writes its own audit event; raises NotFound."""
    found = queries.contradiction(session, contradiction_id)
    if found is None:
        raise NotFound
    return found
