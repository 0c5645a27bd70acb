"""Questions about contracts: who delivers what, from when to when, under which network lead."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import Session, joinedload

from referral.billing.models import Delivery
from referral.billing.rules.contracts import Covering, Given
from referral.foundation.principal import Principal
from referral.organizations.models import Contract, Organization
from referral.organizations.rules import Role
from referral.programs.models import Budget, ContractService, Program, ProgramService, ServiceAuthorization
from referral.programs.rules import Window


@dataclass(frozen=True, slots=True)
class CoveredService:
    """A service that a contract covers."""

    program_id: UUID
    program: str
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class ContractShown:
    """A contract with the services it covers, by name."""

    contract: Contract
    services: Sequence[CoveredService]


def contracts(session: Session, *, by: Principal) -> list[ContractShown]:
    """Return the contracts that the asker may see, by organization, the latest first."""
    query = (
        select(Contract)
        .join(Contract.organization)
        .where(_is_shown(by))
        .order_by(Organization.name, Contract.organization_id, Contract.starts_on.desc(), Contract.id)
        .options(joinedload(Contract.organization), joinedload(Contract.network_lead))
    )
    found = session.scalars(query).all()
    services = _services(session, [contract.id for contract in found])
    return [ContractShown(contract, services[contract.id]) for contract in found]


def contract(session: Session, contract_id: UUID, *, by: Principal) -> ContractShown | None:
    """Return one contract that the asker may see."""
    query = select(Contract).where(Contract.id == contract_id, _is_shown(by))
    options = joinedload(Contract.organization), joinedload(Contract.network_lead)
    found = session.scalars(query.options(*options)).one_or_none()
    return ContractShown(found, _services(session, [found.id])[found.id]) if found is not None else None


def contracts_of(session: Session, organization_id: UUID, network_id: UUID) -> Sequence[Contract]:
    """Return every contract of an organization in a network, with its lead, the oldest first."""
    query = select(Contract).where(Contract.organization_id == organization_id, Contract.network_id == network_id)
    return session.scalars(query.order_by(Contract.starts_on).options(joinedload(Contract.network_lead))).all()


def coverings(session: Session, found: Sequence[Contract]) -> dict[UUID, Covering]:
    """Return what each of these contracts covers, by its id."""
    services = _services(session, [one.id for one in found])
    return {
        one.id: Covering(
            frozenset((service.program_id, service.code) for service in services[one.id]),
            Window(one.starts_on, one.ends_on),
        )
        for one in found
    }


def given(session: Session, organization_id: UUID, network_id: UUID) -> list[Given]:
    """Return which paid services an organization delivered on which days in a network, without persons."""
    query = (
        select(ServiceAuthorization.program_id, Delivery.service_code, Delivery.delivered_on)
        .join(ServiceAuthorization, ServiceAuthorization.id == Delivery.service_authorization_id)
        .where(
            Delivery.organization_id == organization_id,
            Delivery.network_id == network_id,
            Delivery.voided_at.is_(None),
        )
        .distinct()
    )
    return [Given(program_id, code or "", day) for program_id, code, day in session.execute(query)]


def _is_shown(by: Principal) -> ColumnElement[bool]:
    """Return the filter: a network's own, an organization's own, a lead's own, those under which a plan pays."""
    roles = by.roles
    parts: list[ColumnElement[bool]] = []
    if roles & {Role.COORD_SUPERVISOR.value, Role.SYSADMIN.value}:
        return Contract.network_id == by.network_id
    if Role.NETWORK_LEAD.value in roles:
        parts.append(Contract.network_lead_id == by.organization_id)
    if roles & {Role.CBO_ADMIN.value, Role.CBO_BILLER.value}:
        parts.append(Contract.organization_id == by.organization_id)
    if roles & {Role.PLAN_CARE_MGR.value, Role.PLAN_FINANCE.value, Role.PLAN_ANALYST.value}:
        parts.append(_is_paid_by(by))
    return and_(Contract.network_id == by.network_id, or_(false(), *parts))


def _is_paid_by(by: Principal) -> ColumnElement[bool]:
    """Return the filter of a plan: its money goes to the program, or it authorized what the organization delivers."""
    programs = select(Budget.program_id).where(Budget.plan_id == by.organization_id)
    authorized = select(ServiceAuthorization.delivering_organization_id).where(
        ServiceAuthorization.plan_id == by.organization_id
    )
    covered = select(ContractService.contract_id).where(ContractService.program_id.in_(programs))
    return or_(Contract.id.in_(covered), Contract.organization_id.in_(authorized))


def _services(session: Session, contract_ids: Collection[UUID]) -> dict[UUID, list[CoveredService]]:
    """Return the services of contracts; one code is one service, whatever its variants are called."""
    row, name = ContractService, func.min(ProgramService.name)
    is_of_row = and_(ProgramService.program_id == row.program_id, ProgramService.code == row.service_code)
    query = (
        select(row.contract_id, Program.id, Program.name, row.service_code, name)
        .join(Program, Program.id == row.program_id)
        .join(ProgramService, is_of_row)
        .where(row.contract_id.in_(contract_ids))
        .group_by(row.contract_id, Program.id, row.service_code)
        .order_by(row.contract_id, Program.name, name, row.service_code)
    )
    found: dict[UUID, list[CoveredService]] = defaultdict(list)
    for contract_id, program_id, program, code, called in session.execute(query):
        found[contract_id].append(CoveredService(program_id, program, code, called))
    return found
