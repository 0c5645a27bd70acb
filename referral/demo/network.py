"""The organizations of the demonstration: plans, leads, a coordination center, and sixty that help."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import groupby
from operator import itemgetter

from sqlalchemy import select
from sqlalchemy.orm import Session

from referral.accounts import queries as accounts_queries
from referral.accounts import service as accounts
from referral.demo.characters import DATA
from referral.demo.staff import PASSWORD, STAFF
from referral.foundation.principal import system
from referral.organizations import service as organizations
from referral.organizations.models import Network, Organization
from referral.organizations.rules import OrganizationKind

FOUNDER = system("demonstration")
NAME = "Carolina Demonstration Network"
PLANS = ("Piedmont Health Plan", "Coastal Care Plan", "Blue Ridge Health Plan")
LEADS = {
    "east": "Eastern Network Lead",
    "cape_fear": "Cape Fear Network Lead",
    "west": "Western Network Lead",
}
CENTER = "Carolina Coordination Center"


@dataclass(frozen=True)
class Helper:
    """One community-based organization with the services it offers (rows of seed/demo/services.csv)."""

    name: str
    services: Sequence[dict[str, str]]

    @property
    def place(self) -> dict[str, str]:
        """Return where it is."""
        return self.services[0]


@cache
def helpers() -> tuple[Helper, ...]:
    """Return the sixty organizations that help."""
    with (DATA / "services.csv").open(encoding="utf-8", newline="") as file:
        rows = sorted(csv.DictReader(file), key=itemgetter("organization"))
    return tuple(Helper(name, tuple(group)) for name, group in groupby(rows, key=itemgetter("organization")))


def find(session: Session) -> Network | None:
    """Return the demonstration's network, if it was founded already."""
    return session.scalars(select(Network).where(Network.name == NAME)).one_or_none()


def found(session: Session, *, at: datetime) -> Network:
    """Found the network with its organizations, contracts and users."""
    network = organizations.found_network(
        session, name=NAME, state="NC", time_zone="America/New_York", by=FOUNDER, at=at
    )
    for name, kind in _institutions():
        organizations.add_organization(session, name=name, kind=kind, network=network, by=FOUNDER, at=at)
    for helper in helpers():
        _add_helper(session, network, helper, at=at)
    _hire(session, network, at=at)
    return network


def by_name(session: Session) -> dict[str, Organization]:
    """Return the demonstration's organizations by name."""
    query = select(Organization).where(Organization.kind.is_not(None))
    return {organization.name: organization for organization in session.scalars(query)}


def _institutions() -> Iterator[tuple[str, OrganizationKind]]:
    yield CENTER, OrganizationKind.COORDINATION_CENTER
    yield "Riverside Family Clinic", OrganizationKind.CLINIC
    yield "State Health Agency", OrganizationKind.STATE_AGENCY
    yield from ((name, OrganizationKind.PLAN) for name in PLANS)
    yield from ((name, OrganizationKind.NETWORK_LEAD) for name in LEADS.values())


def _add_helper(session: Session, network: Network, helper: Helper, *, at: datetime) -> None:
    organization = organizations.add_organization(
        session, name=helper.name, kind=OrganizationKind.CBO, network=network, by=FOUNDER, at=at
    )
    lead = by_name(session)[LEADS[helper.place["lead"]]]
    organizations.contract(
        session,
        organization_id=organization.id,
        network_id=network.id,
        network_lead_id=lead.id,
        starts_on=at.date(),
        by=FOUNDER,
        at=at,
    )


def _hire(session: Session, network: Network, *, at: datetime) -> None:
    employers = by_name(session)
    for employee in STAFF:
        user = accounts_queries.user_by_email(session, employee.email) or accounts.add_user(
            session, email=employee.email, name=employee.name, password=PASSWORD, by=FOUNDER, at=at
        )
        accounts.add_membership(
            session,
            user,
            employers[employee.organization],
            network_id=network.id,
            roles=employee.roles,
            by=FOUNDER,
            at=at,
        )
