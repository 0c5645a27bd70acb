"""Verbs about networks and organizations."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from referral.audit import service as audit
from referral.foundation.principal import Principal
from referral.organizations.models import Contract, Network, NetworkMembership, Organization
from referral.organizations.rules import OrganizationKind


def found_network(session: Session, *, name: str, state: str, time_zone: str, by: Principal, at: datetime) -> Network:
    """Found a network."""
    network = Network(name=name, state=state, time_zone=time_zone)
    session.add(network)
    session.flush()
    audit.record(session, "network:founded", by=by, at=at, subject=("network", network.id), network_id=network.id)
    return network


def add_organization(
    session: Session,
    *,
    name: str,
    kind: OrganizationKind,
    network: Network,
    by: Principal,
    at: datetime,
    description: str = "",
    **fields: Any,
) -> Organization:
    """Add an organization that takes part in the network from today on. `fields` are HSDS columns."""
    organization = Organization(
        name=name,
        kind=kind,
        description=description or name,
        time_zone=network.time_zone,
        created_at=at,
        **fields,
    )
    session.add(organization)
    session.flush()
    session.add(NetworkMembership(network_id=network.id, organization_id=organization.id, starts_on=at.date()))
    session.flush()
    subject = ("organization", organization.id)
    audit.record(session, "organization:added", by=by, at=at, subject=subject, network_id=network.id)
    return organization


def mark_sensitive(
    session: Session,
    organization: Organization,
    *,
    is_victim_service: bool,
    is_part2_program: bool,
    by: Principal,
    at: datetime,
) -> None:
    """Note whether it serves survivors of violence, and whether it treats substance use under 42 CFR Part 2."""
    organization.is_victim_service = is_victim_service
    organization.is_part2_program = is_part2_program
    session.flush()
    audit.record(
        session,
        "organization:marked",
        by=by,
        at=at,
        subject=("organization", organization.id),
        victim_service=is_victim_service,
        part2=is_part2_program,
    )


def contract(
    session: Session,
    *,
    organization_id: UUID,
    network_id: UUID,
    network_lead_id: UUID,
    starts_on: date,
    by: Principal,
    at: datetime,
    ends_on: date | None = None,
) -> Contract:
    """Record that the organization delivers in the network under the lead, from a day on."""
    made = Contract(
        organization_id=organization_id,
        network_id=network_id,
        network_lead_id=network_lead_id,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    session.add(made)
    session.flush()
    audit.record(session, "contract:made", by=by, at=at, subject=("contract", made.id), network_id=network_id)
    return made
