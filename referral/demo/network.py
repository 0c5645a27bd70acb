"""The organizations of the demonstration: plans, leads, a coordination center, and sixty that help."""

from collections.abc import Iterator, Mapping
from datetime import datetime, time
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from referral import founding
from referral.accounts import service as accounts
from referral.demo.agencies import DATA, Helper, helpers
from referral.demo.staff import PASSWORD, STAFF, Employee
from referral.directory import service as directory
from referral.directory.models import Address, Service, ServiceAtLocation
from referral.directory.rules import hours
from referral.directory.rules.freshness import CapacityState
from referral.directory.rules.vocabulary import Frequency
from referral.directory.service import Site
from referral.foundation.principal import system
from referral.organizations import service as organizations
from referral.organizations.models import Network, Organization
from referral.organizations.rules import OrganizationKind, Role
from referral.people.rules import NeedCategory
from referral.programs import service as programs
from referral.programs.models import Program

SEED = DATA.parent
PROGRAM = SEED / "programs" / "healthy_opportunities"
OFFICE_HOURS = hours.Schedule(freq=Frequency.WEEKLY, byday="MO,TU,WE,TH,FR", opens_at=time(9), closes_at=time(17))

INVENTED = "demonstration"
"""The source of listings that nobody claimed: pantries in the network's region that have no account."""

FOUNDER = system("demonstration")
NAME = "Carolina Demonstration Network"
PLANS = ("Piedmont Health Plan", "Coastal Care Plan", "Blue Ridge Health Plan")
LEADS = {
    "east": "Eastern Network Lead",
    "cape_fear": "Cape Fear Network Lead",
    "west": "Western Network Lead",
}
CENTER = "Carolina Coordination Center"


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
    founding.equip(session, by=FOUNDER, at=at)
    program = founding.add_program(session, network, PROGRAM, by=FOUNDER, at=at)
    employers = by_name(session)
    leads = {region: employers[name] for region, name in LEADS.items()}
    for helper in helpers():
        _add_helper(session, network, program, helper, leads, at=at)
    _hire(session, network, at=at)
    return network


def listings(session: Session) -> dict[tuple[UUID, str], UUID]:
    """Return the demonstration's listings: (organization, name of the service) -> service at its location."""
    query = (
        select(Service.organization_id, Service.name, ServiceAtLocation.id)
        .select_from(Service)
        .join(ServiceAtLocation, ServiceAtLocation.service_id == Service.id)
        .join(Organization, Organization.id == Service.organization_id)
        .where(Organization.kind.is_not(None))
    )
    return {(organization_id, name): listing_id for organization_id, name, listing_id in session.execute(query)}


def unclaimed(session: Session) -> dict[str, tuple[UUID, UUID, str]]:
    """Return the invented pantries without an account: ZIP code -> (service at its location, organization, name)."""
    query = (
        select(Address.postal_code, ServiceAtLocation.id, Service.organization_id, Service.name)
        .select_from(Service)
        .join(ServiceAtLocation, ServiceAtLocation.service_id == Service.id)
        .join(Address, Address.location_id == ServiceAtLocation.location_id)
        .join(Organization, Organization.id == Service.organization_id)
        .where(Organization.source == INVENTED)
        .order_by(Address.postal_code)
    )
    rows = session.execute(query).all()
    return {str(zip5): (listing_id, organization_id, name) for zip5, listing_id, organization_id, name in rows}


def say_who_has_room(session: Session, *, at: datetime) -> None:
    """Say for every service whether there is room and that its listing is right, as its organization would.

    Searches find the services and the coming weeks' hours from then on.
    """
    employers, found, services = by_name(session), listings(session), set()
    for helper in helpers():
        for row in helper.services:
            listing_id = found[employers[helper.name].id, row["service"]]
            directory.set_capacity(session, listing_id, status=CapacityState(row["capacity"]), by=FOUNDER, at=at)
            services.add(directory.confirm_listing(session, listing_id, by=FOUNDER, at=at).id)
    directory.prepare(session, services, at=at)


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


def _add_helper(
    session: Session,
    network: Network,
    program: Program,
    helper: Helper,
    leads: Mapping[str, Organization],
    *,
    at: datetime,
) -> None:
    organization = organizations.add_organization(
        session, name=helper.name, kind=OrganizationKind.CBO, network=network, by=FOUNDER, at=at
    )
    lead = leads[helper.place["lead"]]
    contract = organizations.contract(
        session,
        organization_id=organization.id,
        network_id=network.id,
        network_lead_id=lead.id,
        starts_on=at.date(),
        by=FOUNDER,
        at=at,
    )
    codes = {row["service_code"] for row in helper.services}
    programs.cover_services(session, contract, program, codes, by=FOUNDER, at=at)
    for row in helper.services:
        _offer(session, organization, row, phone=helper.phone, at=at)


def _offer(session: Session, organization: Organization, row: dict[str, str], *, phone: str, at: datetime) -> None:
    county = f"NC {row['county']}"
    directory.add_service(
        session,
        organization,
        name=row["service"],
        description=f"{row['service']} for people in {row['county']} County and around.",
        categories=[NeedCategory(row["category"])],
        site=Site(zip5=row["postal_code"], city=row["city"], address_1="100 Example Street", name=organization.name),
        phone=phone,
        languages=row["languages"].split(";"),
        counties=[county],
        schedules=[OFFICE_HOURS],
        eligibility_description="Anybody who lives in the area served.",
        fees_description="Free of charge.",
        is_found_at_once=False,
        by=FOUNDER,
        at=at,
    )


def _hire(session: Session, network: Network, *, at: datetime) -> None:
    """Hire those who sign in, and one front desk for every organization that has nobody of its own."""
    employers = by_name(session)
    for employee in (*STAFF, *_front_desks()):
        user = accounts.add_user(
            session,
            email=employee.email,
            name=employee.name,
            password=PASSWORD if employee in STAFF else None,
            by=FOUNDER,
            at=at,
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


def _front_desks() -> Iterator[Employee]:
    staffed = {employee.organization for employee in STAFF}
    roles = (Role.CBO_INTAKE, Role.CBO_ADMIN, Role.CBO_BILLER)
    for number, helper in enumerate(helpers()):
        if helper.name not in staffed:
            yield Employee(f"desk{number}@demo.example", f"Front desk, {helper.name}", helper.name, roles, "Front desk")
