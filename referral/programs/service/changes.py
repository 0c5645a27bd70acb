"""The one way a service authorization moves: state, log, audit and job together."""

from datetime import datetime

from sqlalchemy.orm import Session

from referral.audit import service as audit
from referral.foundation import jobs
from referral.foundation.principal import Principal
from referral.programs.models import AuthorizationChange, ServiceAuthorization
from referral.programs.rules import AUTHORIZATION_MOVES, AuthorizationAction, AuthorizationState, next_state
from referral.programs.service.movers import movers_of


def move(
    session: Session,
    authorization: ServiceAuthorization,
    action: AuthorizationAction,
    *,
    by: Principal,
    at: datetime,
    reason_code: str | None = None,
    note: str | None = None,
) -> None:
    """Move the authorization by the table, or raise MoveRefused and change nothing."""
    before = authorization.state
    authorization.state = next_state(AUTHORIZATION_MOVES, before, action, movers=movers_of(by))
    session.flush()
    log(session, authorization, action, before, by=by, at=at, reason_code=reason_code, note=note)


def log(
    session: Session,
    authorization: ServiceAuthorization,
    action: AuthorizationAction,
    before: AuthorizationState | None,
    *,
    by: Principal,
    at: datetime,
    reason_code: str | None = None,
    note: str | None = None,
) -> None:
    """Write what was done to the log, the audit trail and the job table."""
    change = AuthorizationChange(action=action, from_state=before, at=at, reason_code=reason_code, note=note)
    _copy_parties(authorization, change)
    change.by_user_id, change.by_name = by.user_id, by.name or by.id
    session.add(change)
    audit.record(
        session,
        f"service_authorization:state:{authorization.state}",
        by=by,
        at=at,
        person_id=authorization.person_id,
        network_id=authorization.network_id,
        subject=("service_authorization", authorization.id),
        reason=reason_code,
    )
    jobs.add(
        session,
        "service_authorization.changed",
        key=f"service-authorization-{authorization.id}-v{authorization.version}-{action}",
        service_authorization_id=authorization.id,
    )


def _copy_parties(authorization: ServiceAuthorization, change: AuthorizationChange) -> None:
    """Let the change stand behind the same walls as the authorization it belongs to."""
    change.service_authorization_id = authorization.id
    change.person_id = authorization.person_id
    change.network_id = authorization.network_id
    change.requesting_organization_id = authorization.requesting_organization_id
    change.delivering_organization_id = authorization.delivering_organization_id
    change.plan_id = authorization.plan_id
    change.network_lead_id = authorization.network_lead_id
    change.level = authorization.level
    change.to_state = authorization.state
