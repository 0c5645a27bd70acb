"""Load a program from its folder, say which contract covers which service, and what a plan may spend."""

import csv
import json
from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from referral.audit import service as audit
from referral.foundation.principal import Principal
from referral.foundation.refusals import Refused
from referral.organizations.models import Contract
from referral.people.rules import NeedCategory
from referral.programs import queries
from referral.programs.models import Budget, ContractService, Program, ProgramService
from referral.programs.rules import read_definition

PROGRAM_FILE = "program.json"


def load_program(session: Session, folder: Path, *, network_id: UUID, by: Principal, at: datetime) -> Program:
    """Load or refresh a program from its folder (program.json and its fee schedule's services)."""
    document = json.loads((folder / PROGRAM_FILE).read_text(encoding="utf-8"))
    definition = read_definition(document)
    program = queries.program_coded(session, network_id, definition.code) or Program(
        network_id=network_id, code=definition.code
    )
    program.name = definition.name
    program.is_illustrative = definition.is_illustrative
    program.notice = definition.notice
    program.document = document
    program.loaded_at = at
    session.add(program)
    session.flush()
    with (folder / document["fee_schedule"]["file"]).open(encoding="utf-8", newline="") as file:
        _load_services(session, program, list(csv.DictReader(file)))
    audit.record(session, "program:loaded", by=by, at=at, network_id=network_id, subject=("program", program.id))
    return program


def cover_services(
    session: Session, contract: Contract, program: Program, codes: Collection[str], *, by: Principal, at: datetime
) -> None:
    """Let a contract cover services of a program; what it covers already stays."""
    known = set(
        session.scalars(
            select(ContractService.service_code).where(
                ContractService.contract_id == contract.id, ContractService.program_id == program.id
            )
        )
    )
    offered = {service.code for service in queries.services_of(session, program.id)}
    unknown = set(codes) - offered
    if unknown:
        raise Refused(f"The program has no such service: {', '.join(sorted(unknown))}.")
    for code in sorted(set(codes) - known):
        session.add(ContractService(contract_id=contract.id, program_id=program.id, service_code=code))
    session.flush()
    subject = ("contract", contract.id)
    audit.record(session, "contract:services", by=by, at=at, network_id=contract.network_id, subject=subject)


def uncover_services(session: Session, contract: Contract, program: Program, codes: Collection[str]) -> None:
    """Take services of a program off a contract; whoever asks has looked at what was delivered under it."""
    session.execute(
        delete(ContractService).where(
            ContractService.contract_id == contract.id,
            ContractService.program_id == program.id,
            ContractService.service_code.in_(codes),
        )
    )


def set_budget(
    session: Session,
    program: Program,
    *,
    plan_id: UUID,
    starts_on: date,
    ends_on: date,
    allocation: Decimal,
    by: Principal,
    at: datetime,
    preapproved_services: Collection[str] = (),
) -> Budget:
    """Set what a plan may authorize over a period, in dollars, and which services it approves beforehand."""
    budget = queries.budget_on(session, program.id, plan_id, starts_on) or Budget(
        program_id=program.id, plan_id=plan_id, network_id=program.network_id, starts_on=starts_on
    )
    budget.ends_on = ends_on
    budget.allocation = allocation
    budget.preapproved_services = sorted(preapproved_services)
    session.add(budget)
    session.flush()
    audit.record(session, "budget:set", by=by, at=at, network_id=program.network_id, subject=("budget", budget.id))
    return budget


def _load_services(session: Session, program: Program, records: list[dict[str, str]]) -> None:
    known = {(service.code, service.variant): service for service in queries.services_of(session, program.id)}
    for record in records:
        key = (record["service_code"], record["variant"] or None)
        service = known.get(key) or ProgramService(program_id=program.id, code=key[0], variant=key[1])
        service.name = record["service_name"]
        service.domain = record["domain"]
        service.unit = record["unit"]
        service.need_category = NeedCategory(record["need_category"])
        service.is_sensitive = record["sensitive"] == "yes"
        service.starts_on = date.fromisoformat(record["start_date"]) if record["start_date"] else None
        session.add(service)
    session.flush()
