"""Open a person to an organization, and close it again: access is a row with a reason."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, insert
from sqlalchemy.orm import Session

from referral.audit import service as audit
from referral.foundation.elevation import seeing_all
from referral.foundation.ids import uuid7
from referral.people.models import AccessGrant
from referral.people.rules import GrantBasis, GrantScope, SensitivityLevel


def grant(
    session: Session,
    *,
    person_id: UUID,
    network_id: UUID,
    organization_id: UUID | None,
    scope: GrantScope,
    basis: GrantBasis,
    basis_id: UUID,
    at: datetime,
    level: SensitivityLevel = SensitivityLevel.L1,
    until: datetime | None = None,
    user_id: UUID | None = None,
) -> None:
    """Let the organization (None: the network's care teams), or one user of it, see this much of the person."""
    session.flush()
    session.execute(
        insert(AccessGrant)
        .inline()  # whoever grants may not be able to read the grant back
        .values(
            id=uuid7(),
            person_id=person_id,
            network_id=network_id,
            organization_id=organization_id,
            user_id=user_id,
            scope=scope,
            level=level,
            basis=basis,
            basis_id=basis_id,
            # Policies compare with the start of the transaction: what is granted now must open now.
            starts_at=func.least(at, func.now()),
            until=until,
        )
    )
    audit.record(
        session,
        "access:granted",
        at=at,
        person_id=person_id,
        network_id=network_id,
        subject=(basis.value, basis_id),
        to=organization_id or "care_team",
        scope=scope,
        level=int(level),
    )


def revoke(session: Session, *, basis_id: UUID, scope: GrantScope | None = None, at: datetime) -> None:
    """Delete every grant that rests on this reason (or only those of one scope)."""
    query = delete(AccessGrant).where(AccessGrant.basis_id == basis_id)
    if scope is not None:
        query = query.where(AccessGrant.scope == scope)
    # Whoever takes a consent back need not see what it opened: a grant of another's must go all the same.
    with seeing_all(session, "revoke-access"):
        session.execute(query.execution_options(synchronize_session=False))
    audit.record(session, "access:revoked", at=at, subject=("basis", basis_id))
