"""Verbs about networks and organizations."""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from referral.audit import service as audit
from referral.foundation.principal import Principal
from referral.foundation.refusals import NotAllowed, NotFound, Refused, check_second_person, check_version
from referral.organizations import queries
from referral.organizations.models import Contract, Network, NetworkMembership, NetworkProposal, Organization
from referral.organizations.rules import OrganizationKind, Role, kinds_to_take_in


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


def take_in(
    session: Session,
    *,
    name: str,
    kind: OrganizationKind,
    email: str | None = None,
    listing_id: UUID | None = None,
    is_new: bool = False,
    by: Principal,
    at: datetime,
) -> Organization:
    """Let an organization take part in the asker's network from today on, under the lead who takes it in.

    `listing_id` names the unclaimed listing that it is: its services are its own from now on. Raises NotAllowed for a
    kind that is not the asker's to take in, NotFound for what is no such listing, Refused when the name is taken, or
    when listings have it and it was not said which one it is, or that it `is_new`.
    """
    if by.network_id is None or kind not in kinds_to_take_in(by.roles):
        raise NotAllowed("Whoever runs the network takes in this kind of organization.")
    if queries.is_member_named(session, by.network_id, name):
        raise Refused(f"{name} takes part already.")
    if listing_id is None and not is_new and queries.unclaimed_named(session, name):
        raise Refused("Is it one of these listings? Choose one, or say that it is none of them.")
    network = queries.network(session, by.network_id)
    if listing_id is not None:
        added = _claim(session, listing_id, kind=kind, network=network, email=email, by=by, at=at)
    else:
        added = add_organization(session, name=name, kind=kind, network=network, email=email, by=by, at=at)
    if Role.NETWORK_LEAD.value in by.roles and by.organization_id:
        contract(
            session,
            organization_id=added.id,
            network_id=network.id,
            network_lead_id=by.organization_id,
            starts_on=at.astimezone(ZoneInfo(network.time_zone)).date(),
            by=by,
            at=at,
        )
    return added


def _claim(
    session: Session,
    listing_id: UUID,
    *,
    kind: OrganizationKind,
    network: Network,
    email: str | None,
    by: Principal,
    at: datetime,
) -> Organization:
    """Make the organization of an unclaimed listing a participant; it keeps its name, its services and its source."""
    found = queries.unclaimed(session, listing_id, locked=True)
    if found is None:
        raise NotFound
    found.kind, found.time_zone, found.email = kind, network.time_zone, email or found.email
    session.add(NetworkMembership(network_id=network.id, organization_id=found.id, starts_on=at.date()))
    session.flush()
    subject = ("organization", found.id)
    audit.record(session, "organization:claimed", by=by, at=at, subject=subject, network_id=network.id)
    return found


def list_organization(session: Session, *, name: str, time_zone: str, by: Principal, at: datetime) -> Organization:
    """Know an organization that does not work here: an unclaimed listing."""
    listed = Organization(name=name, description=name, time_zone=time_zone, created_at=at)
    session.add(listed)
    session.flush()
    audit.record(session, "organization:listed", by=by, at=at, subject=("organization", listed.id))
    return listed


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


def change_network_settings(
    session: Session, *, first_response_days: int, hard_stop_days: int, version: int, by: Principal, at: datetime
) -> bool:
    """Set how long the loop waits; return whether it holds now, or waits for a second administrator.

    A network lead decides for the network. Referrals that were sent keep the day on which they expire.
    """
    network = _locked_network(session, by)
    check_version(version, network.version)
    proposed = queries.proposal_of(session, network.id)
    if proposed is not None:
        session.delete(proposed)
        session.flush()
    if Role.NETWORK_LEAD.value in by.roles:
        _set(session, network, first_response_days, hard_stop_days, "network-settings:changed", by=by, at=at)
        return True
    if by.user_id is None:
        raise NotAllowed("Only somebody who works here proposes settings.")
    session.add(
        NetworkProposal(
            network_id=network.id,
            first_response_days=first_response_days,
            hard_stop_days=hard_stop_days,
            proposed_by_user_id=by.user_id,
            proposed_by=by.name,
            proposed_at=at,
        )
    )
    session.flush()
    _record_settings(session, network, "network-settings:proposed", by=by, at=at)
    return False


def decide_network_settings(
    session: Session, *, first_response_days: int, hard_stop_days: int, confirms: bool, by: Principal, at: datetime
) -> None:
    """Confirm the proposal that the asker saw, or drop it.

    Raises NotFound when there is none, Refused when it was the asker's own or is another by now.
    """
    network = _locked_network(session, by)
    proposed = queries.proposal_of(session, network.id)
    if proposed is None:
        raise NotFound
    if confirms:
        check_second_person(proposed.proposed_by_user_id, by.user_id)
    if (proposed.first_response_days, proposed.hard_stop_days) != (first_response_days, hard_stop_days):
        raise Refused("The proposal is another one by now. Look at it again.")
    session.delete(proposed)
    if confirms:
        _set(session, network, first_response_days, hard_stop_days, "network-settings:confirmed", by=by, at=at)
    else:
        _record_settings(session, network, "network-settings:dropped", by=by, at=at)


def change_own_settings(
    session: Session, *, time_zone: str, closes_at: time, version: int, by: Principal, at: datetime
) -> Organization:
    """Set by which clock the asker's organization works: until when it should answer is counted by it."""
    found = session.get(Organization, by.organization_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound
    check_version(version, found.version)
    found.time_zone, found.closes_at, found.version = time_zone, closes_at, found.version + 1
    session.flush()
    subject = ("organization", found.id)
    audit.record(session, "organization:settings", by=by, at=at, subject=subject, network_id=by.network_id)
    return found


def _locked_network(session: Session, by: Principal) -> Network:
    if by.network_id is None:
        raise NotFound
    return session.get_one(Network, by.network_id, with_for_update=True, populate_existing=True)


def _set(
    session: Session, network: Network, first_days: int, stop_days: int, action: str, *, by: Principal, at: datetime
) -> None:
    network.first_response_days, network.hard_stop_days = first_days, stop_days
    network.version += 1
    session.flush()
    _record_settings(session, network, action, by=by, at=at)


def _record_settings(session: Session, network: Network, action: str, *, by: Principal, at: datetime) -> None:
    audit.record(session, action, by=by, at=at, subject=("network", network.id), network_id=network.id)
