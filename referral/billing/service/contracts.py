"""Contracts of a network lead: who may deliver which paid services, from when to when."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from referral.audit import service as audit
from referral.billing import queries
from referral.billing.rules.contracts import Covering, Given, left_uncovered, overlap
from referral.foundation.elevation import seeing_all
from referral.foundation.principal import Principal
from referral.foundation.refusals import NotAllowed, NotFound, Refused, check_version
from referral.organizations import queries as organizations
from referral.organizations import service as participants
from referral.organizations.models import Contract, Organization
from referral.organizations.rules import KINDS_THAT_DELIVER
from referral.programs import queries as program_queries
from referral.programs import service as programs
from referral.programs.models import Program
from referral.programs.rules import Window


def make_contract(
    session: Session,
    *,
    organization_id: UUID,
    starts_on: date,
    ends_on: date | None,
    services: Collection[str],
    by: Principal,
    at: datetime,
) -> Contract:
    """Let an organization of the network deliver services of its program under the asker's lead.

    Raises Refused where the organization has a contract on one of these days, with whichever lead.
    """
    if by.organization_id is None or by.network_id is None:
        raise NotAllowed("Only a network lead makes contracts.")
    organization = _locked(session, organization_id, by.network_id)
    _check_free(session, organization, by.network_id, Window(starts_on, ends_on))
    made = participants.contract(
        session,
        organization_id=organization_id,
        network_id=by.network_id,
        network_lead_id=by.organization_id,
        starts_on=starts_on,
        ends_on=ends_on,
        by=by,
        at=at,
    )
    _cover(session, made, services, by=by, at=at)
    return made


def change_contract(
    session: Session,
    contract_id: UUID,
    *,
    version: int,
    starts_on: date,
    ends_on: date | None,
    services: Collection[str],
    by: Principal,
    at: datetime,
) -> Contract:
    """Change the dates and the services of a contract of the asker's own.

    Raises NotFound for what the asker may not see, NotAllowed for another lead's, Stale for another version, Refused
    where something that was delivered would be left without a contract.
    """
    found = queries.contract(session, contract_id, by=by)
    if found is None:
        raise NotFound
    if found.contract.network_lead_id != by.organization_id:
        raise NotAllowed("Only the network lead of a contract changes it.")
    contract, window = found.contract, Window(starts_on, ends_on)
    organization = _locked(session, contract.organization_id, contract.network_id)
    session.refresh(contract, ["starts_on", "ends_on", "version"])
    check_version(version, contract.version)
    _check_free(session, organization, contract.network_id, window, but=contract)
    _check_delivered(session, contract, window, services)
    contract.starts_on, contract.ends_on, contract.version = starts_on, ends_on, contract.version + 1
    session.flush()
    subject = ("contract", contract.id)
    audit.record(session, "contract:changed", by=by, at=at, network_id=contract.network_id, subject=subject)
    _cover(session, contract, services, by=by, at=at)
    return contract


def _locked(session: Session, organization_id: UUID, network_id: UUID) -> Organization:
    """Return who delivers, so that two contracts of one organization are made one after the other."""
    found = session.get(Organization, organization_id, with_for_update=True, populate_existing=True)
    members = {one.id for one in organizations.members(session, network_id)}
    if found is None or found.id not in members or found.kind not in KINDS_THAT_DELIVER:
        raise Refused("Choose an organization of the network that delivers services.")
    return found


def _check_free(
    session: Session, organization: Organization, network_id: UUID, window: Window, *, but: Contract | None = None
) -> None:
    for other in queries.contracts_of(session, organization.id, network_id):
        if other is not but and overlap(window, Window(other.starts_on, other.ends_on)):
            until = f"to {_day(other.ends_on)}" if other.ends_on else "until further notice"
            raise Refused(
                f"{organization.name} has a contract under {other.network_lead.name},"
                f" from {_day(other.starts_on)} {until}."
                " It delivers under one network lead at a time: choose days outside that contract, or end it first."
            )


def _check_delivered(session: Session, contract: Contract, window: Window, codes: Collection[str]) -> None:
    """Refuse a change that leaves deliveries uncovered; also those that the asker may not read, which stay unnamed."""
    program = _program(session, contract.network_id)
    whose = contract.organization_id, contract.network_id
    covered = queries.coverings(session, queries.contracts_of(session, *whose))
    kept = {one for one in covered[contract.id].services if program is None or one[0] != program.id}
    asked = {(program.id, code) for code in codes} if program is not None else set()
    changed = {**covered, contract.id: Covering(frozenset(kept | asked), window)}
    before, after = list(covered.values()), list(changed.values())
    if left := left_uncovered(queries.given(session, *whose), before=before, after=after):
        raise Refused(_left_words(session, left, program))
    with seeing_all(session, "contracts"):
        every = queries.given(session, *whose)
    if left_uncovered(every, before=before, after=after):
        raise Refused("Something was delivered that this change would leave without a contract.")


def _left_words(session: Session, left: Sequence[Given], program: Program | None) -> str:
    """Say which services were delivered when: "Healthy Food Box (October 2, 2026)"."""
    names = {one.code: one.name for one in program_queries.services_of(session, program.id)} if program else {}
    days = {one.service: [other.on for other in left if other.service == one.service] for one in left}
    told = [
        f"{names.get(code, code)} ({_day(min(on))}{f' to {_day(max(on))}' if min(on) != max(on) else ''})"
        for code, on in sorted(days.items())
    ]
    return f"Delivered already, and this change would leave it without a contract: {'; '.join(told)}."


def _cover(session: Session, contract: Contract, codes: Collection[str], *, by: Principal, at: datetime) -> None:
    program = _program(session, contract.network_id)
    if program is None:
        if codes:
            raise Refused("The network has no program that pays for services.")
        return
    covered = queries.coverings(session, [contract])[contract.id].services
    known = {code for program_id, code in covered if program_id == program.id}
    programs.uncover_services(session, contract, program, known - set(codes))
    programs.cover_services(session, contract, program, codes, by=by, at=at)


def _program(session: Session, network_id: UUID) -> Program | None:
    return next(iter(program_queries.programs_of(session, network_id)), None)


def _day(day: date) -> str:
    return f"{day:%B} {day.day}, {day.year}"
