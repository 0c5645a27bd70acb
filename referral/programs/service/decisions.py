"""The plan decides a service authorization: take up, ask for information, approve, deny."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from referral.audit import service as audit
from referral.foundation.principal import Principal
from referral.foundation.refusals import Refused
from referral.programs import queries
from referral.programs.models import Enrollment, ServiceAuthorization
from referral.programs.rules import (
    AuthorizationAction,
    AuthorizationState,
    DenialReason,
    EnrollmentState,
    refuse_own_work,
)
from referral.programs.service.changes import move
from referral.programs.service.movers import act_for


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovedTerms:
    """What the plan approves; None takes over what was requested."""

    units: Decimal | None = None
    amount: Decimal | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    unit_price: Decimal | None = None
    payer_number: str | None = None


AS_REQUESTED = ApprovedTerms()


def take_up(session: Session, authorization: ServiceAuthorization, *, by: Principal, at: datetime) -> None:
    """Take the request into review, so that colleagues and the referrer see that somebody is on it."""
    act_for(by, authorization.plan_id)
    _refuse_suggestion(authorization)
    move(session, authorization, AuthorizationAction.REVIEW, by=by, at=at)


def ask_for_information(
    session: Session, authorization: ServiceAuthorization, *, note: str, by: Principal, at: datetime
) -> None:
    """Ask the referrer for more; the state stays in review."""
    act_for(by, authorization.plan_id)
    _bring_into_review(session, authorization, by=by, at=at)
    authorization.is_info_requested = True
    authorization.note = note
    session.flush()
    audit.record(
        session,
        "service_authorization:info-requested",
        by=by,
        at=at,
        person_id=authorization.person_id,
        network_id=authorization.network_id,
        subject=("service_authorization", authorization.id),
    )


def approve(
    session: Session,
    authorization: ServiceAuthorization,
    *,
    by: Principal,
    at: datetime,
    terms: ApprovedTerms = AS_REQUESTED,
    reason: str | None = None,
) -> None:
    """Approve as requested or with other terms (then a reason is needed), within the plan's allocation."""
    act_for(by, authorization.plan_id)
    refuse_own_work(by.user_id, authorization.requested_by_user_id)
    _refuse_unenrolled(session, authorization)
    _bring_into_review(session, authorization, by=by, at=at)
    _set_terms(authorization, terms)
    if _is_edited(authorization) and not reason:
        raise Refused("Say why you approve other terms than were requested.")
    _refuse_over_allocation(session, authorization)
    authorization.is_info_requested = False
    authorization.decided_at = at
    authorization.decided_by_user_id = by.user_id
    move(session, authorization, AuthorizationAction.APPROVE, by=by, at=at, note=reason)


def deny(
    session: Session,
    authorization: ServiceAuthorization,
    *,
    reason_code: DenialReason,
    by: Principal,
    at: datetime,
    note: str | None = None,
) -> None:
    """Deny it with a coded reason."""
    act_for(by, authorization.plan_id)
    refuse_own_work(by.user_id, authorization.requested_by_user_id)
    if reason_code is DenialReason.OTHER and not note:
        raise Refused("Say in a note why it is denied.")
    _bring_into_review(session, authorization, by=by, at=at)
    authorization.is_info_requested = False
    authorization.decided_at = at
    authorization.decided_by_user_id = by.user_id
    authorization.reason_code = reason_code
    move(session, authorization, AuthorizationAction.DENY, by=by, at=at, reason_code=reason_code, note=note)


def _bring_into_review(session: Session, authorization: ServiceAuthorization, *, by: Principal, at: datetime) -> None:
    _refuse_suggestion(authorization)
    if authorization.state is AuthorizationState.REQUESTED:
        move(session, authorization, AuthorizationAction.REVIEW, by=by, at=at)


def _refuse_suggestion(authorization: ServiceAuthorization) -> None:
    if authorization.is_suggestion:
        raise Refused("This is a suggestion of the delivering organization; a navigator has to confirm it first.")


def _refuse_unenrolled(session: Session, authorization: ServiceAuthorization) -> None:
    enrollment = session.get(Enrollment, authorization.enrollment_id)
    if enrollment is None or enrollment.state is not EnrollmentState.ENROLLED:
        raise Refused("The person is not enrolled in the program: decide the enrollment first.")


def _set_terms(authorization: ServiceAuthorization, terms: ApprovedTerms) -> None:
    authorization.approved_units = terms.units if terms.units is not None else authorization.requested_units
    authorization.approved_amount = terms.amount if terms.amount is not None else authorization.requested_amount
    authorization.approved_starts_on = terms.starts_on or authorization.requested_starts_on
    authorization.approved_ends_on = terms.ends_on or authorization.requested_ends_on
    if authorization.approved_ends_on < authorization.approved_starts_on:
        raise Refused("The last day lies before the first day.")
    authorization.unit_price = terms.unit_price
    authorization.payer_number = terms.payer_number


def _is_edited(authorization: ServiceAuthorization) -> bool:
    approved = (
        authorization.approved_units,
        authorization.approved_amount,
        authorization.approved_starts_on,
        authorization.approved_ends_on,
    )
    requested = (
        authorization.requested_units,
        authorization.requested_amount,
        authorization.requested_starts_on,
        authorization.requested_ends_on,
    )
    return approved != requested


def _refuse_over_allocation(session: Session, authorization: ServiceAuthorization) -> None:
    if authorization.approved_amount is None or authorization.approved_starts_on is None:
        return
    budget = queries.budget_on(
        session, authorization.program_id, authorization.plan_id, authorization.approved_starts_on, lock=True
    )
    if budget is None:
        return
    free = budget.allocation - queries.encumbered(session, budget)
    if authorization.approved_amount > free:
        raise Refused(f"Only ${max(free, Decimal(0)):,.2f} of the plan's allocation are left.")
