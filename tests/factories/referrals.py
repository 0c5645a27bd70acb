"""Referrals for tests, made through the same verbs as everybody's."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from referral.accounts.models import Membership
from referral.directory.models import Location, Service, ServiceAtLocation
from referral.directory.rules.vocabulary import LocationType, ServiceStatus
from referral.foundation.principal import Principal
from referral.organizations.models import Organization
from referral.organizations.rules import Role
from referral.people.models import Person
from referral.people.rules import ConsentScope, NeedCategory, NeedDomain
from referral.referrals import service
from referral.referrals.models import Referral
from referral.referrals.rules import Action
from referral.screening.models import Need
from referral.screening.service import add_need
from tests.factories.fixtures import NOW, World
from tests.factories.people import a_consent, a_person

PrincipalOf = Callable[[Membership], Principal]


@dataclass
class Loop:
    """Everybody around one referral: who sends, who receives, for whom."""

    session: Session
    world: World
    principal_of: PrincipalOf
    staff: dict[str, Membership] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Hire a navigator at the center and an intake worker at the pantry; take in Maria, who needs food."""
        self.staff = {
            "navigator": self.world.staff(self.world.center, Role.NAVIGATOR),
            "supervisor": self.world.staff(self.world.center, Role.COORD_SUPERVISOR),
            "intake": self.world.staff(self.world.pantry, Role.CBO_INTAKE),
            "admin": self.world.staff(self.world.pantry, Role.CBO_ADMIN),
            "biller": self.world.staff(self.world.pantry, Role.CBO_BILLER),
            "stranger": self.world.staff(self.world.shelter, Role.CBO_INTAKE),
            "lead": self.world.staff(self.world.lead, Role.NETWORK_LEAD),
            "care_manager": self.world.staff(self.world.plan, Role.PLAN_CARE_MGR),
        }
        self.navigator = self.principal_of(self.staff["navigator"])
        self.intake = self.principal_of(self.staff["intake"])
        self.stranger = self.principal_of(self.staff["stranger"])
        self.person: Person = a_person(self.session, self.navigator, household_size=4, language="es")
        a_consent(self.session, self.person, self.navigator)
        self.need: Need = add_need(self.session, self.person, NeedCategory.FOOD_INSECURITY, by=self.navigator, at=NOW)
        self.food_box = a_listing(self.session, self.world.pantry, "Food box")

    def allow(self, organization: Organization | None = None) -> None:
        """Let Maria agree that the organization is told of her need for food."""
        a_consent(
            self.session,
            self.person,
            self.navigator,
            scope=ConsentScope.REFERRAL_SHARE,
            recipient_organization_id=(organization or self.world.pantry).id,
            domains=[NeedDomain.FOOD],
        )

    def send(self, listing: ServiceAtLocation | None = None, **said: Any) -> Referral:
        """Refer Maria's need to the pantry's food box, or to another service."""
        listing = listing or self.food_box
        return service.refer(self.session, self.need, [listing.id], by=self.navigator, at=NOW, **said)[0]

    def do(self, referral: Referral, *actions: Action, **said: Any) -> Referral:
        """Let the receiver do one action after another."""
        for action in actions:
            service.move(self.session, referral, action, by=self.intake, at=NOW, **said)
        return referral


def a_listing(session: Session, organization: Organization, name: str) -> ServiceAtLocation:
    """List a service of the organization at a place of its own."""
    offered = Service(organization_id=organization.id, name=name, status=ServiceStatus.ACTIVE)
    place = Location(location_type=LocationType.PHYSICAL, name="Main Street")
    session.add_all([offered, place])
    session.flush()
    listing = ServiceAtLocation(service_id=offered.id, location_id=place.id)
    session.add(listing)
    session.flush()
    return listing


def an_unclaimed(session: Session, name: str = "Church pantry") -> Organization:
    """List an organization that does not work here."""
    organization = Organization(name=name, description=name, created_at=NOW)
    session.add(organization)
    session.flush()
    return organization
