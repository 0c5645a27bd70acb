"""Questions about who takes part."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import Select, Text, and_, cast, func, or_, select, tuple_
from sqlalchemy.orm import Session

from referral.foundation.refusals import Refused
from referral.organizations.models import Contract, Network, NetworkMembership, NetworkProposal, Organization
from referral.organizations.rules import OrganizationKind


def network(session: Session, network_id: UUID) -> Network:
    """Return the network, asked of the database once a session: its identity map forgets rows that nobody holds."""
    held: dict[UUID, Network] = session.info.setdefault("networks", {})
    if network_id not in held:
        held[network_id] = session.get_one(Network, network_id)
    return held[network_id]


def network_named(session: Session, name: str | None) -> Network:
    """Return the network of that name, or without a name the only one; raises Refused where it is not clear which."""
    query = select(Network).order_by(Network.name)
    found = session.scalars(query.where(Network.name == name) if name else query).all()
    if len(found) != 1:
        raise Refused("Say which network is meant: there is none, or more than one.")
    return found[0]


def proposal_of(session: Session, network_id: UUID) -> NetworkProposal | None:
    """Return the settings that wait for a second administrator."""
    return session.get(NetworkProposal, network_id)


def network_of(session: Session, organization_id: UUID) -> Network | None:
    """Return the network in which the organization takes part."""
    query = (
        select(Network)
        .join(NetworkMembership, NetworkMembership.network_id == Network.id)
        .where(NetworkMembership.organization_id == organization_id, NetworkMembership.ends_on.is_(None))
        .order_by(NetworkMembership.starts_on)
    )
    return session.scalars(query).first()


def organization_named(session: Session, text: str) -> Organization | None:
    """Return the organization with that name or id."""
    query = select(Organization).where(or_(Organization.name == text, cast(Organization.id, Text) == text))
    return session.scalars(query.order_by(Organization.kind.is_(None), Organization.id)).first()


def members(
    session: Session,
    network_id: UUID,
    *,
    kind: OrganizationKind | None = None,
    words: str = "",
    after: UUID | None = None,
    limit: int | None = None,
) -> Sequence[Organization]:
    """Return the organizations of a network, by name; of one kind or named so when asked, or a page after an id."""
    query = (
        select(Organization)
        .join(NetworkMembership, NetworkMembership.organization_id == Organization.id)
        .where(NetworkMembership.network_id == network_id, Organization.is_active)
        .order_by(Organization.name, Organization.id)
        .limit(limit)
    )
    if kind is not None:
        query = query.where(Organization.kind == kind)
    if words:
        query = query.where(func.lower(Organization.name).contains(words.lower(), autoescape=True))
    last = session.get(Organization, after) if after else None
    if last is not None:
        query = query.where(tuple_(Organization.name, Organization.id) > (last.name, last.id))
    return session.scalars(query).all()


def taking_part(session: Session, network_id: UUID) -> Sequence[NetworkMembership]:
    """Return who takes part in a network, by name, each with the day from which on."""
    query = (
        select(NetworkMembership)
        .join(Organization, Organization.id == NetworkMembership.organization_id)
        .where(NetworkMembership.network_id == network_id, NetworkMembership.ends_on.is_(None), Organization.is_active)
        .order_by(Organization.name, Organization.id)
    )
    return session.scalars(query).all()


def member(session: Session, network_id: UUID | None, organization_id: UUID) -> Organization | None:
    """Return an organization of the network."""
    query = (
        select(Organization)
        .join(NetworkMembership, NetworkMembership.organization_id == Organization.id)
        .where(NetworkMembership.network_id == network_id, Organization.is_active, Organization.id == organization_id)
    )
    return session.scalars(query).one_or_none()


def is_member_named(session: Session, network_id: UUID, name: str) -> bool:
    """Whether an organization of this name takes part in the network already."""
    query = (
        select(NetworkMembership.id)
        .join(Organization, Organization.id == NetworkMembership.organization_id)
        .where(NetworkMembership.network_id == network_id, func.lower(Organization.name) == name.lower())
    )
    return session.scalars(query.limit(1)).first() is not None


def unclaimed_named(session: Session, name: str, *, limit: int = 8) -> Sequence[Organization]:
    """Return the listings without an account here whose name holds these words."""
    is_meant = func.lower(Organization.name).contains(name.lower(), autoescape=True)
    query = select(Organization).where(Organization.kind.is_(None), Organization.is_active, is_meant)
    return session.scalars(query.order_by(func.length(Organization.name), Organization.id).limit(limit)).all()


def unclaimed(session: Session, organization_id: UUID, *, locked: bool = False) -> Organization | None:
    """Return a listing that nobody has claimed; locked, so that of two who claim it at once one comes too late."""
    query = select(Organization).where(Organization.kind.is_(None), Organization.id == organization_id)
    return session.scalars(query.with_for_update() if locked else query).one_or_none()


def contract_on(session: Session, organization_id: UUID, network_id: UUID, day: date) -> Contract | None:
    """Return the contract under which the organization delivers on that day (both ends included)."""
    query = select(Contract).where(
        Contract.organization_id == organization_id,
        Contract.network_id == network_id,
        and_(Contract.starts_on <= day, or_(Contract.ends_on.is_(None), Contract.ends_on >= day)),
    )
    return session.scalars(query.order_by(Contract.starts_on.desc())).first()


def led_by(lead_id: UUID | None) -> Select[UUID]:
    """Select the organizations that deliver under this network lead, until their contract has ended."""
    return select(Contract.organization_id).where(
        Contract.network_lead_id == lead_id,
        or_(Contract.ends_on.is_(None), Contract.ends_on >= func.current_date()),
    )


def is_led_by(session: Session, organization_id: UUID, lead_id: UUID | None) -> bool:
    """Whether the organization delivers under this network lead now."""
    query = led_by(lead_id).where(Contract.organization_id == organization_id)
    return session.scalars(query.limit(1)).first() is not None
