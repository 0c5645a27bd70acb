"""Request a service authorization for an accepted referral, confirm a suggestion, cancel."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from referral.audit import service as audit
from referral.foundation.elevation import seeing_all
from referral.foundation.ids import short_number
from referral.foundation.principal import Principal, system
from referral.foundation.refusals import NotFound, Refused
from referral.organizations import queries as organizations
from referral.people import queries as people
from referral.people.rules import ConsentScope, SensitivityLevel
from referral.programs import queries
from referral.programs.models import Enrollment, Program, ProgramService, ServiceAuthorization
from referral.programs.rules import (
    AUTHORIZATION_MOVES,
    OPEN_STATES,
    AuthorizationAction,
    AuthorizationState,
    allowed_actions,
    answer_request,
    next_state,
)
from referral.programs.service.changes import log, move
from referral.programs.service.disclosing import disclose_request, note_opening
from referral.programs.service.movers import movers_of
from referral.referrals.models import Referral

_LIVE = OPEN_STATES | {AuthorizationState.APPROVED}


def request_authorization(
    session: Session,
    referral: Referral,
    *,
    service_code: str,
    variant: str | None,
    starts_on: date,
    ends_on: date,
    by: Principal,
    at: datetime,
    units: Decimal | None = None,
    amount: Decimal | None = None,
    is_urgent: bool = False,
    note: str | None = None,
    program: Program | None = None,
) -> ServiceAuthorization:
    """Ask the plan to pay for a service of an accepted referral; a delivering organization only suggests it."""
    _check_terms(referral, starts_on, ends_on, units, amount)
    enrollment = _enrollment(session, referral, program)
    service = _service(session, referral, enrollment.program_id, service_code, variant, starts_on)
    _refuse_second(session, referral, service, starts_on, ends_on)
    coverage = people.coverage_on(session, referral.person_id, starts_on)
    if coverage is None:
        raise Refused("No health plan is recorded for the first day of the service.")
    _refuse_without_release(session, referral, coverage.plan_id, at=at)
    contract = organizations.contract_on(session, referral.receiving_organization_id, referral.network_id, starts_on)
    action = _asks_as(by)
    authorization = ServiceAuthorization(
        number=short_number("A"),
        person_id=referral.person_id,
        network_id=referral.network_id,
        program_id=enrollment.program_id,
        enrollment_id=enrollment.id,
        referral_id=referral.id,
        coverage_id=coverage.id,
        requesting_organization_id=by.organization_id or referral.sending_organization_id,
        delivering_organization_id=referral.receiving_organization_id,
        plan_id=coverage.plan_id,
        network_lead_id=contract.network_lead_id if contract is not None else referral.network_lead_id,
        level=referral.level,
        service_code=service.code,
        variant=service.variant,
        state=next_state(AUTHORIZATION_MOVES, None, action, movers=movers_of(by)),
        is_urgent=is_urgent,
        is_suggestion=action is AuthorizationAction.SUGGEST,
        requested_units=units,
        requested_amount=amount,
        requested_starts_on=starts_on,
        requested_ends_on=ends_on,
        requested_by_user_id=by.user_id,
        requested_at=at,
        note=note,
    )
    session.add(authorization)
    session.flush()
    log(session, authorization, action, None, by=by, at=at, note=note)
    if not authorization.is_suggestion:
        disclose_request(session, authorization, by=by, at=at)
        _answer_at_once(session, authorization, at=at)
    return authorization


def confirm(session: Session, authorization: ServiceAuthorization, *, by: Principal, at: datetime) -> None:
    """Confirm what the delivering organization suggested, so that it reaches the plan."""
    if not authorization.is_suggestion or authorization.state is not AuthorizationState.REQUESTED:
        raise Refused("There is no open suggestion to confirm.")
    next_state(AUTHORIZATION_MOVES, None, AuthorizationAction.REQUEST, movers=movers_of(by))
    authorization.is_suggestion = False
    authorization.requested_at = at
    session.flush()
    state = authorization.state
    log(session, authorization, AuthorizationAction.REQUEST, state, by=by, at=at)
    disclose_request(session, authorization, by=by, at=at)
    _answer_at_once(session, authorization, at=at)


def cancel(
    session: Session,
    authorization: ServiceAuthorization,
    *,
    by: Principal,
    at: datetime,
    from_on: date | None = None,
    note: str | None = None,
) -> None:
    """Cancel it; what was delivered before the given day of an approved one stays payable."""
    if authorization.state is AuthorizationState.APPROVED:
        if from_on is None:
            raise Refused("Say from which day the service authorization is cancelled.")
        authorization.cancelled_from = from_on
    move(session, authorization, AuthorizationAction.CANCEL, by=by, at=at, note=note)


def open_authorization(
    session: Session, authorization_id: UUID, *, by: Principal, at: datetime
) -> ServiceAuthorization:
    """Open an authorization, which is written down; raises NotFound outside the asker's view."""
    authorization = queries.visible(session, authorization_id, by=by)
    if authorization is None:
        raise NotFound
    audit.record(
        session,
        "service_authorization:read",
        by=by,
        at=at,
        person_id=authorization.person_id,
        network_id=authorization.network_id,
        subject=("service_authorization", authorization.id),
    )
    note_opening(session, authorization, by=by, at=at)
    return authorization


def _check_terms(
    referral: Referral, starts_on: date, ends_on: date, units: Decimal | None, amount: Decimal | None
) -> None:
    if referral.accepted_at is None or referral.ended_at is not None:
        raise Refused("A service authorization is requested once the organization has accepted the referral.")
    if referral.level is SensitivityLevel.L3:
        raise Refused("Services for somebody's safety are not sent to a payer electronically.")
    if ends_on < starts_on:
        raise Refused("The last day lies before the first day.")
    if units is None and amount is None:
        raise Refused("Ask for a number of units or for an amount.")


def _refuse_without_release(session: Session, referral: Referral, plan_id: UUID, *, at: datetime) -> None:
    """What is L2 reaches a health plan only by a signed permission that names the plan (42 CFR 2.31)."""
    if referral.level is not SensitivityLevel.L2:
        return
    scope, level = ConsentScope.PART2_DISCLOSE, SensitivityLevel.L2
    person_id = referral.person_id
    if people.consent_in_force(session, person_id, scope, at=at, organization_id=plan_id, level=level) is None:
        raise Refused("The person has to sign first that their health plan may know of this service.")


def _enrollment(session: Session, referral: Referral, program: Program | None) -> Enrollment:
    programs = [program] if program is not None else queries.programs_of(session, referral.network_id)
    for one in programs:
        found = queries.open_enrollment(session, referral.person_id, one.id)
        if found is not None:
            return found
    raise Refused("Propose the person for the program first; an authorization rests on the enrollment.")


def _service(
    session: Session, referral: Referral, program_id: UUID, code: str, variant: str | None, day: date
) -> ProgramService:
    service = queries.service_coded(session, program_id, code, variant)
    if service is None:
        raise Refused("Choose a service of the program.")
    if service.is_sensitive:
        raise Refused("Services for somebody's safety are not sent to a payer electronically.")
    offered = queries.contracted_services(session, referral.receiving_organization_id, program_id, day)
    if service.id not in {one.id for one in offered}:
        raise Refused(f"The organization has no contract for “{service.label}” on {day:%m/%d/%Y}.")
    return service


def _refuse_second(
    session: Session, referral: Referral, service: ProgramService, starts_on: date, ends_on: date
) -> None:
    """A second request for the same service and days is a mistake, also while the first one waits to begin."""
    for other in queries.of_referral(session, referral.id):
        is_same = (other.service_code, other.variant) == (service.code, service.variant) and other.state in _LIVE
        window = other.approved_window()
        first = window.first_on if window is not None else other.requested_starts_on
        last = window.last_on if window is not None else other.requested_ends_on
        if is_same and first is not None and last is not None and first <= ends_on and starts_on <= last:
            raise Refused(f"There is already a service authorization for these days: {other.number}.")


def _asks_as(by: Principal) -> AuthorizationAction:
    """Return whether the asker requests, or, as a delivering organization, only suggests."""
    starts = allowed_actions(AUTHORIZATION_MOVES, None, movers=movers_of(by))
    return AuthorizationAction.SUGGEST if starts == (AuthorizationAction.SUGGEST,) else AuthorizationAction.REQUEST


def _answer_at_once(session: Session, authorization: ServiceAuthorization, *, at: datetime) -> None:
    """Deny what the plan's allocation cannot carry, approve what the plan approved beforehand."""
    with seeing_all(session, "service-authorizations"):
        budget = queries.budget_on(
            session, authorization.program_id, authorization.plan_id, authorization.requested_starts_on, lock=True
        )
        if budget is None:
            return
        answer = answer_request(
            requested_amount=authorization.requested_amount,
            allocation=budget.allocation,
            encumbered=queries.encumbered(session, budget),
            is_preapproved=authorization.service_code in budget.preapproved_services,
        )
        clerk = system("service-authorizations")
        if answer.state is AuthorizationState.DENIED:
            authorization.decided_at = at
            authorization.reason_code = answer.reasons[0].value
            move(session, authorization, AuthorizationAction.DENY, by=clerk, at=at, reason_code=answer.reasons[0].value)
        elif answer.state is AuthorizationState.APPROVED:
            _approve_as_requested(authorization, at=at)
            move(session, authorization, AuthorizationAction.APPROVE, by=clerk, at=at)


def _approve_as_requested(authorization: ServiceAuthorization, *, at: datetime) -> None:
    authorization.approved_units = authorization.requested_units
    authorization.approved_amount = authorization.requested_amount
    authorization.approved_starts_on = authorization.requested_starts_on
    authorization.approved_ends_on = authorization.requested_ends_on
    authorization.is_auto_approved = True
    authorization.decided_at = at
