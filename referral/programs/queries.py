"""Questions about programs, enrollments and service authorizations."""

from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.orm import Session

from referral.foundation.principal import Face, Principal, PrincipalKind
from referral.organizations.models import Contract
from referral.people.models import Person
from referral.programs.models import (
    AuthorizationChange,
    Budget,
    ContractService,
    Enrollment,
    Program,
    ProgramService,
    ServiceAuthorization,
)
from referral.programs.rules import NOT_COVERED, AuthorizationState, EnrollmentState, start_warning
from referral.referrals.models import Referral

OPEN_ENROLLMENTS = (EnrollmentState.PROPOSED, EnrollmentState.ENROLLED)


def programs_of(session: Session, network_id: UUID) -> Sequence[Program]:
    """Return the programs of a network, by name."""
    return session.scalars(select(Program).where(Program.network_id == network_id).order_by(Program.name)).all()


def program_coded(session: Session, network_id: UUID, code: str) -> Program | None:
    """Return the network's program with this code."""
    return session.scalars(select(Program).where(Program.network_id == network_id, Program.code == code)).one_or_none()


def services_of(session: Session, program_id: UUID) -> Sequence[ProgramService]:
    """Return the services a program pays for, in the order of its schedule."""
    query = select(ProgramService).where(ProgramService.program_id == program_id)
    return session.scalars(query.order_by(ProgramService.domain, ProgramService.id)).all()


def service_coded(session: Session, program_id: UUID, code: str, variant: str | None) -> ProgramService | None:
    """Return one service of a program."""
    query = select(ProgramService).where(
        ProgramService.program_id == program_id,
        ProgramService.code == code,
        ProgramService.variant.is_not_distinct_from(variant),
    )
    return session.scalars(query).one_or_none()


def contracted_services(
    session: Session, organization_id: UUID, program_id: UUID, day: date
) -> Sequence[ProgramService]:
    """Return the services that the organization may deliver for the program on the day."""
    in_force = and_(Contract.starts_on <= day, or_(Contract.ends_on.is_(None), Contract.ends_on >= day))
    codes = (
        select(ContractService.service_code)
        .join(Contract, Contract.id == ContractService.contract_id)
        .where(Contract.organization_id == organization_id, ContractService.program_id == program_id, in_force)
    )
    query = select(ProgramService).where(ProgramService.program_id == program_id, ProgramService.code.in_(codes))
    return session.scalars(query.order_by(ProgramService.domain, ProgramService.id)).all()


def open_enrollment(session: Session, person_id: UUID, program_id: UUID) -> Enrollment | None:
    """Return the person's proposed or running enrollment in the program."""
    query = select(Enrollment).where(
        Enrollment.person_id == person_id, Enrollment.program_id == program_id, Enrollment.state.in_(OPEN_ENROLLMENTS)
    )
    return session.scalars(query).one_or_none()


def enrollments_of(session: Session, person_id: UUID) -> Sequence[Enrollment]:
    """Return every enrollment of a person that the asker may see, the latest first."""
    query = select(Enrollment).where(Enrollment.person_id == person_id).order_by(Enrollment.id.desc())
    return session.scalars(query).all()


def enrollment(session: Session, enrollment_id: UUID) -> Enrollment | None:
    """Return an enrollment the asker may see."""
    return session.scalars(select(Enrollment).where(Enrollment.id == enrollment_id)).one_or_none()


def proposed_enrollments(
    session: Session, plan_id: UUID, *, limit: int = 50
) -> Sequence[tuple[Enrollment, Person | None]]:
    """Return the enrollments that wait for the plan, the oldest first."""
    query = (
        select(Enrollment, Person)
        .outerjoin(Person, Person.id == Enrollment.person_id)
        .where(Enrollment.plan_id == plan_id, Enrollment.state == EnrollmentState.PROPOSED)
        .order_by(Enrollment.proposed_at, Enrollment.id)
        .limit(limit)
    )
    return [(row, person) for row, person in session.execute(query)]


def is_mine(by: Principal) -> ColumnElement[bool]:
    """Return the filter of the authorizations an asker takes part in; row-level security is the second wall."""
    row = ServiceAuthorization
    if by.kind is PrincipalKind.SYSTEM:
        return true()
    if by.face is Face.PLAN:
        return row.plan_id == by.organization_id
    if by.face is Face.NETWORK:
        return row.network_lead_id == by.organization_id
    if by.is_care_team:
        return row.network_id == by.network_id
    return row.delivering_organization_id == by.organization_id


def visible(session: Session, authorization_id: UUID, *, by: Principal) -> ServiceAuthorization | None:
    """Return an authorization the asker takes part in."""
    query = select(ServiceAuthorization).where(ServiceAuthorization.id == authorization_id, is_mine(by))
    return session.scalars(query).one_or_none()


def authorizations(
    session: Session,
    *,
    by: Principal,
    states: Collection[AuthorizationState] = (),
    after: UUID | None = None,
    limit: int = 50,
) -> list[tuple[ServiceAuthorization, Person | None]]:
    """Return the asker's authorizations with the person where visible, the latest first, by keyset."""
    query = (
        select(ServiceAuthorization, Person)
        .outerjoin(Person, Person.id == ServiceAuthorization.person_id)
        .where(is_mine(by))
        .order_by(ServiceAuthorization.id.desc())
        .limit(limit)
    )
    if states:
        query = query.where(ServiceAuthorization.state.in_(states))
    if after is not None:
        query = query.where(ServiceAuthorization.id < after)
    return [(row, person) for row, person in session.execute(query)]


def waiting_for(session: Session, plan_id: UUID) -> int:
    """Return how many service authorizations wait for the plan."""
    open_states = (AuthorizationState.REQUESTED, AuthorizationState.IN_REVIEW)
    query = (
        select(func.count())
        .select_from(ServiceAuthorization)
        .where(
            ServiceAuthorization.plan_id == plan_id,
            ServiceAuthorization.state.in_(open_states),
            ServiceAuthorization.is_suggestion.is_(False),
        )
    )
    return session.scalar(query) or 0


def of_referral(session: Session, referral_id: UUID) -> Sequence[ServiceAuthorization]:
    """Return every authorization of a referral that the asker may see, the latest first."""
    query = select(ServiceAuthorization).where(ServiceAuthorization.referral_id == referral_id)
    return session.scalars(query.order_by(ServiceAuthorization.id.desc())).all()


def of_people(session: Session, person_ids: Collection[UUID]) -> Sequence[ServiceAuthorization]:
    """Return every authorization of these people that the asker may see."""
    query = select(ServiceAuthorization).where(ServiceAuthorization.person_id.in_(person_ids))
    return session.scalars(query.order_by(ServiceAuthorization.id)).all()


def changes_of(session: Session, authorization_id: UUID) -> Sequence[AuthorizationChange]:
    """Return what was done with an authorization, in order."""
    query = select(AuthorizationChange).where(AuthorizationChange.service_authorization_id == authorization_id)
    return session.scalars(query.order_by(AuthorizationChange.id)).all()


def referral_of(session: Session, authorization: ServiceAuthorization) -> Referral | None:
    """Return the referral of an authorization where the asker may see it."""
    return session.scalars(select(Referral).where(Referral.id == authorization.referral_id)).one_or_none()


def budget_on(session: Session, program_id: UUID, plan_id: UUID, day: date, *, lock: bool = False) -> Budget | None:
    """Return the plan's budget on the day; locked, so that two approvals cannot spend the same dollar."""
    query = select(Budget).where(
        Budget.program_id == program_id, Budget.plan_id == plan_id, Budget.starts_on <= day, Budget.ends_on >= day
    )
    if lock:
        query = query.with_for_update(of=Budget)
    return session.scalars(query).one_or_none()


def encumbered(session: Session, budget: Budget) -> Decimal:
    """Return the dollars that approvals beginning in the budget's period hold."""
    row = ServiceAuthorization
    query = select(func.coalesce(func.sum(row.approved_amount), Decimal("0.00"))).where(
        row.program_id == budget.program_id,
        row.plan_id == budget.plan_id,
        row.state == AuthorizationState.APPROVED,
        row.approved_starts_on.between(budget.starts_on, budget.ends_on),
    )
    return session.scalar(query) or Decimal("0.00")


def service_labels(session: Session, network_id: UUID) -> dict[tuple[UUID, str, str | None], str]:
    """Return what the services of a network's programs are called, by program, code and variant."""
    query = select(ProgramService).join(Program, Program.id == ProgramService.program_id)
    found = session.scalars(query.where(Program.network_id == network_id))
    return {(service.program_id, service.code, service.variant): service.label for service in found}


def start_warning_for(session: Session, referral: Referral, day: date) -> str | None:
    """Return what warns while a paid service lacks an approval for the day; None where no program pays for it."""
    requested = [one for one in of_referral(session, referral.id) if one.state is not AuthorizationState.DENIED]
    if not requested:
        return NOT_COVERED if _could_be_paid(session, referral, day) else None
    approvals = [approval for one in requested if (approval := one.as_approval()) is not None]
    warnings = [start_warning(approvals, service=one.service_code, variant=one.variant, on=day) for one in requested]
    return next((warning for warning in warnings if warning), None)


def _could_be_paid(session: Session, referral: Referral, day: date) -> bool:
    """Whether the person is in a program that pays the organization for services of this need."""
    for program in programs_of(session, referral.network_id):
        if open_enrollment(session, referral.person_id, program.id) is None:
            continue
        offered = contracted_services(session, referral.receiving_organization_id, program.id, day)
        if any(service.need_category is referral.category for service in offered):
            return True
    return False


def notes_on_referral(session: Session, referral: Referral, day: date) -> list[str]:
    """Return what a running referral's page says about payment; it warns and stops nothing."""
    is_running = referral.accepted_at is not None and referral.ended_at is None
    warning = start_warning_for(session, referral, day) if is_running else None
    return [warning] if warning else []
