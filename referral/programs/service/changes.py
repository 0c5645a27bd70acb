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
    session.add(
        AuthorizationChange(
            service_authorization_id=authorization.id,
            person_id=authorization.person_id,
            network_id=authorization.network_id,
            requesting_organization_id=authorization.requesting_organization_id,
            delivering_organization_id=authorization.delivering_organization_id,
            plan_id=authorization.plan_id,
            network_lead_id=authorization.network_lead_id,
            level=authorization.level,
            action=action,
            from_state=before,
            to_state=authorization.state,
            at=at,
            by_user_id=by.user_id,
            by_name=by.name or by.id,
            reason_code=reason_code,
            note=note,
        )
    )
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
