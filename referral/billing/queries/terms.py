"""Loads the terms by which the engine judges: for many people at once, in a handful of queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from referral.billing.models import Invoice, InvoiceLine
from referral.billing.queries.fees import current_schedule, fee_rows
from referral.billing.rules import (
    ContractLine,
    CountySpan,
    FeeRow,
    InvoiceState,
    Member,
    PaidLine,
    PlanSpan,
    ProgramTerms,
    RuleKind,
    ServiceRule,
    Terms,
)
from referral.organizations.models import Contract
from referral.people.models import Consent, Coverage, PersonAddress
from referral.people.rules import ConsentScope
from referral.programs import queries as programs
from referral.programs.models import ContractService, Program
from referral.programs.rules import Approval, RegionBasis, Window

RowT = TypeVar("RowT", Coverage, PersonAddress, Consent)
_DECIDED = (InvoiceState.ACCEPTED, InvoiceState.PARTIALLY_PAID, InvoiceState.PAID, InvoiceState.DISPUTED)
"""What was approved stays approved while it is disputed: its units and money cannot be spent again."""


def terms_of_people(
    session: Session,
    program: Program,
    person_ids: Collection[UUID],
    *,
    organization_id: UUID,
    without_invoice: UUID | None = None,
) -> dict[UUID, Terms]:
    """Return the terms for each person; `without_invoice` leaves out what is being judged anew."""
    members = _members(session, program, person_ids)
    approvals, history = _approvals(session, person_ids), _history(session, person_ids, without_invoice)
    program_terms, contracts = _program_terms(program), _contracts(session, program, organization_id)
    rows, rules = _fee_rows(session, program), _service_rules(program)
    return {
        person_id: Terms(
            program=program_terms,
            member=members[person_id],
            contracts=contracts,
            fee_rows=rows,
            service_rules=rules,
            approvals=tuple(approvals[person_id]),
            history=tuple(history[person_id]),
        )
        for person_id in person_ids
    }


def _program_terms(program: Program) -> ProgramTerms:
    definition = program.definition()
    return ProgramTerms(
        code=program.code,
        filing_days=definition.settings["timely_filing_days"].value,
        region_basis=RegionBasis(definition.settings["region_basis"].value),
        counties=definition.counties,
    )


def _service_rules(program: Program) -> tuple[ServiceRule, ...]:
    return tuple(
        ServiceRule(rule["service"], RuleKind(rule["kind"]), frozenset(rule["services"]))
        for rule in program.document["service_rules"]
    )


def _fee_rows(session: Session, program: Program) -> tuple[FeeRow, ...]:
    schedule = current_schedule(session, program.id)
    if schedule is None:
        return ()
    rows = fee_rows(session, schedule.id)
    return tuple(row.as_rule() for row in rows if row.effective_from is not None)


def _contracts(session: Session, program: Program, organization_id: UUID) -> tuple[ContractLine, ...]:
    query = (
        select(Contract, ContractService.service_code)
        .join(ContractService, ContractService.contract_id == Contract.id)
        .where(Contract.organization_id == organization_id, ContractService.program_id == program.id)
    )
    codes: dict[Window, set[str]] = defaultdict(set)
    for contract, code in session.execute(query):
        codes[Window(contract.starts_on, contract.ends_on)].add(code)
    return tuple(ContractLine(str(organization_id), frozenset(found), window) for window, found in codes.items())


def _members(session: Session, program: Program, person_ids: Collection[UUID]) -> dict[UUID, Member]:
    zone = ZoneInfo(program.definition().time_zone)
    coverages = _by_person(session.scalars(select(Coverage).where(Coverage.person_id.in_(person_ids))))
    addresses = _by_person(session.scalars(select(PersonAddress).where(PersonAddress.person_id.in_(person_ids))))
    joined = (Consent.person_id.in_(person_ids), Consent.scope == ConsentScope.PILOT_ENROL)
    consents = _by_person(session.scalars(select(Consent).where(*joined)))
    return {
        person_id: Member(
            id=str(person_id),
            coverage=tuple(Window(one.starts_on, one.ends_on) for one in coverages[person_id]),
            plans=tuple(PlanSpan(str(one.plan_id), Window(one.starts_on, one.ends_on)) for one in coverages[person_id]),
            counties=tuple(_county(one, zone) for one in addresses[person_id] if one.county),
            consents=tuple(_consent(one, zone) for one in consents[person_id]),
        )
        for person_id in person_ids
    }


def _county(address: PersonAddress, zone: ZoneInfo) -> CountySpan:
    last_on = address.ended_at.astimezone(zone).date() if address.ended_at is not None else None
    return CountySpan(address.county or "", Window(address.starts_at.astimezone(zone).date(), last_on))


def _consent(consent: Consent, zone: ZoneInfo) -> Window:
    """Return the days of a consent; withdrawing it keeps the days before, and its own day."""
    window = Window(consent.starts_on, consent.ends_on)
    return window if consent.revoked_at is None else window.until(consent.revoked_at.astimezone(zone).date())


def _approvals(session: Session, person_ids: Collection[UUID]) -> dict[UUID, list[Approval]]:
    found: dict[UUID, list[Approval]] = defaultdict(list)
    for authorization in programs.of_people(session, person_ids):
        approval = authorization.as_approval()
        if approval is not None:
            found[authorization.person_id].append(approval)
    return found


def _history(
    session: Session, person_ids: Collection[UUID], without_invoice: UUID | None
) -> dict[UUID, list[PaidLine]]:
    """Return what was approved or paid for these people before, by whichever plan."""
    query = (
        select(InvoiceLine)
        .join(Invoice, Invoice.id == InvoiceLine.invoice_id)
        .where(
            InvoiceLine.person_id.in_(person_ids),
            InvoiceLine.approved_amount > 0,
            Invoice.state.in_(_DECIDED),
        )
        .order_by(InvoiceLine.served_on, InvoiceLine.id)
    )
    if without_invoice is not None:
        query = query.where(Invoice.id != without_invoice)
    found: dict[UUID, list[PaidLine]] = defaultdict(list)
    for line in session.scalars(query):
        found[line.person_id].append(_paid_line(line))
    return found


def _paid_line(line: InvoiceLine) -> PaidLine:
    return PaidLine(
        invoice=str(line.invoice_id),
        service=line.service_code,
        variant=line.variant,
        served_on=line.served_on,
        units=line.approved_units,
        paid=line.approved_amount,
        plan=str(line.plan_id),
        organization=str(line.organization_id),
        authorization=str(line.service_authorization_id),
        minutes=line.minutes,
        discharged_on=line.discharged_on,
        delivery=str(line.delivery_id),
    )


def _by_person(rows: Iterable[RowT]) -> dict[UUID, list[RowT]]:
    found: dict[UUID, list[RowT]] = defaultdict(list)
    for row in rows:
        found[row.person_id].append(row)
    return found
