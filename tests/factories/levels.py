"""Sensitive needs on their way: released, sent and taken, at L2 and L3, through the same verbs as everybody's."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from referral.accounts.models import Membership
from referral.organizations.models import Organization
from referral.organizations.rules import Role
from referral.people import service as people
from referral.people.models import Consent
from referral.people.rules import ConsentMethod, ConsentScope, NeedCategory, NeedDomain, SensitivityLevel
from referral.referrals import service
from referral.referrals.models import Referral
from referral.referrals.rules import Action
from referral.screening.models import Need
from referral.screening.service import add_need
from tests.factories.fixtures import NOW
from tests.factories.people import a_consent
from tests.factories.referrals import Loop, a_listing

NOTE = "CANARY-NOTE"
PHONE = "+19195550177"
ON_PAPER: dict[str, Any] = {"method": ConsentMethod.WRITTEN, "witness": None, "paper_reference": "folder 7"}


@dataclass
class SensitiveLoop(Loop):
    """Maria's loop at every level: the pantry treats substance use, the shelter serves survivors."""

    def __post_init__(self) -> None:
        """Mark the organizations, clear one worker of the shelter, and list a service at each."""
        super().__post_init__()
        world = self.world
        world.pantry.is_part2_program, world.shelter.is_victim_service = True, True
        self.staff |= {
            "colleague": world.staff(world.center, Role.NAVIGATOR, name="Colleague"),
            "cleared": world.staff(world.shelter, Role.CBO_INTAKE, name="Cleared"),
            "other_head": world.staff(world.shelter, Role.CBO_ADMIN, name="Head of the shelter"),
            "other_biller": world.staff(world.shelter, Role.CBO_BILLER, name="Biller of the shelter"),
            "finance": world.staff(world.plan, Role.PLAN_FINANCE),
            "analyst": world.staff(world.plan, Role.PLAN_ANALYST),
            "sysadmin": world.staff(world.center, Role.SYSADMIN, name="Administrator"),
        }
        cleared = self.staff["cleared"]
        cleared.ipv_trained_on, cleared.ipv_cleared_until = date(2026, 10, 1), date(2027, 9, 30)
        people.add_phone(self.session, self.person, PHONE, by=self.navigator, at=NOW)
        self.counselling = a_listing(self.session, world.pantry, "Counselling")
        self.safe_house = a_listing(self.session, world.shelter, "Safe house")
        self.session.flush()

    def need_of(self, category: NeedCategory) -> Need:
        """Add a need that Maria told her navigator."""
        return add_need(self.session, self.person, category, by=self.navigator, at=NOW)

    def release(self, scope: ConsentScope, organization: Organization, **changed: Any) -> Consent:
        """Let Maria sign on paper what opens something sensitive to one organization."""
        level = {ConsentScope.IPV_RELEASE: SensitivityLevel.L3}.get(scope, SensitivityLevel.L2)
        domains = [NeedDomain.BEHAVIORAL_HEALTH] if scope is ConsentScope.REFERRAL_SHARE else []
        given: dict[str, Any] = {
            "scope": scope,
            "recipient_organization_id": organization.id,
            "level": level,
            "domains": domains,
        }
        return a_consent(self.session, self.person, self.navigator, **{**ON_PAPER, **given, **changed})

    def sent_l2(self, *, taken: bool = True) -> Referral:
        """Send Maria's stress to the pantry's counselling, on both signatures; it accepts."""
        self.stress = self.need_of(NeedCategory.STRESS)
        self.release(ConsentScope.REFERRAL_SHARE, self.world.pantry)
        self.part2 = self.release(ConsentScope.PART2_DISCLOSE, self.world.pantry)
        (referral,) = service.refer(
            self.session, self.stress, [self.counselling.id], note=NOTE, by=self.navigator, at=NOW
        )
        if taken:
            service.move(self.session, referral, Action.ACCEPT, by=self.intake, at=NOW)
        self.session.commit()
        return referral

    def sent_l3(self, *, taken: bool = True) -> Referral:
        """Send Maria's safety to the shelter, on her release; its cleared worker accepts."""
        self.safety = self.need_of(NeedCategory.INTIMATE_PARTNER_VIOLENCE)
        self.ipv = self.release(ConsentScope.IPV_RELEASE, self.world.shelter)
        (referral,) = service.refer(
            self.session, self.safety, [self.safe_house.id], note=NOTE, by=self.navigator, at=NOW
        )
        if taken:
            by = self.principal_of(self.staff["cleared"])
            service.move(self.session, referral, Action.ACCEPT, by=by, at=NOW)
        self.session.commit()
        return referral

    def everybody(self) -> dict[str, Membership]:
        """Return who works here, by what they are called in the tests."""
        return self.staff
