"""What a story needs at hand: who works where, what is offered where, and when the past ends."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from referral.accounts import service as accounts
from referral.accounts.models import Membership, User
from referral.demo import network as networks
from referral.demo.agencies import helpers
from referral.demo.characters import Place, places
from referral.foundation.principal import Principal
from referral.organizations.models import Network, Organization
from referral.organizations.rules import Role
from referral.people.rules import NeedCategory
from referral.permissions import GRANTS
from referral.programs import queries as programs
from referral.programs.models import Program
from referral.screening import queries as screening
from referral.screening.models import InstrumentVersion

ZONE = ZoneInfo("America/New_York")
INSTRUMENT = "NcDhhsSdoh"


@dataclass(frozen=True)
class Listing:
    """One service at a place."""

    service_at_location_id: UUID
    organization_id: UUID
    name: str


@dataclass(frozen=True)
class Offer(Listing):
    """One service of one organization of the network, and what the program calls it."""

    service_code: str
    variant: str | None


@dataclass
class Stage:
    """The network as the stories of its people see it."""

    session: Session
    network: Network
    today: date
    now: datetime
    program: Program
    instrument: InstrumentVersion
    organizations: dict[str, Organization]
    staff: dict[UUID, list[Principal]]
    offers: dict[tuple[NeedCategory, str], list[Offer]] = field(default_factory=lambda: defaultdict(list))
    unclaimed: dict[str, Listing] = field(default_factory=dict)
    """ZIP code -> the pantry there that has no account."""

    def plan(self, index: int) -> Organization:
        """Return the person's health plan."""
        return self.organizations[networks.PLANS[index]]

    def of(self, organization_id: UUID, *roles: Role) -> Principal:
        """Return somebody of the organization who holds one of the roles."""
        wanted = {role.value for role in roles}
        return next(one for one in self.staff[organization_id] if one.roles & wanted)

    def navigator(self, random: Random) -> Principal:
        """Return one of the navigators."""
        center = self.organizations[networks.CENTER]
        return random.choice([one for one in self.staff[center.id] if Role.NAVIGATOR.value in one.roles])

    def offers_near(self, category: NeedCategory, place: Place) -> list[Offer]:
        """Return who helps with the need in the person's region."""
        return self.offers[category, place.lead]

    def unclaimed_near(self, place: Place) -> list[Listing]:
        """Return the pantries without an account in the person's region."""
        region = {one.postal_code for one in places() if one.lead == place.lead}
        return [listing for postal_code, listing in self.unclaimed.items() if postal_code in region]

    def offer(self, row: Mapping[str, str]) -> Offer:
        """Return the service of a row of seed/demo/services.csv."""
        organization_id = self.organizations[row["organization"]].id
        return next(
            offer
            for offer in self.offers[NeedCategory(row["category"]), row["lead"]]
            if (offer.organization_id, offer.name) == (organization_id, row["service"])
        )

    def moment(self, day: date, random: Random) -> datetime:
        """Return an instant of that working day."""
        hours = timedelta(minutes=random.randint(0, 8 * 60 - 1))
        return (datetime.combine(day, time(9), ZONE) + hours).astimezone(UTC)


def set_stage(session: Session, network: Network, *, today: date, now: datetime) -> Stage:
    """Look up everything once; stories then only write."""
    stage = Stage(
        session=session,
        network=network,
        today=today,
        now=now,
        program=programs.programs_of(session, network.id)[0],
        instrument=next(one for one in screening.instruments(session) if one.name == INSTRUMENT),
        organizations=networks.by_name(session),
        staff=_staff(session, network),
        unclaimed={zip5: Listing(*listing) for zip5, listing in networks.unclaimed(session).items()},
    )
    _look_up_offers(stage)
    return stage


def _staff(session: Session, network: Network) -> dict[UUID, list[Principal]]:
    staff: dict[UUID, list[Principal]] = defaultdict(list)
    query = select(Membership).join(User).where(Membership.network_id == network.id).order_by(User.email)
    for membership in session.scalars(query).unique():
        staff[membership.organization_id].append(accounts.principal_of_membership(membership, GRANTS))
    return staff


def _look_up_offers(stage: Stage) -> None:
    found = networks.listings(stage.session)
    for helper in helpers():
        organization = stage.organizations[helper.name]
        for row in helper.services:
            offer = Offer(
                found[organization.id, row["service"]],
                organization.id,
                row["service"],
                row["service_code"],
                row["variant"] or None,
            )
            stage.offers[NeedCategory(row["category"]), row["lead"]].append(offer)
