"""A paid service from enrollment to invoice, made through the same verbs as everybody's."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import select

from referral.billing import service as billing
from referral.billing.models import Delivery, Invoice
from referral.foundation.principal import Principal
from referral.organizations.models import Contract
from referral.organizations.rules import Role
from referral.people import service as people
from referral.people.models import Person
from referral.people.rules import ConsentMethod, ConsentScope
from referral.programs import service as programs
from referral.programs.models import Enrollment, Program, ServiceAuthorization
from referral.referrals.models import Referral
from referral.referrals.rules import Action
from tests.factories.fixtures import NOW, SEED
from tests.factories.referrals import Loop

FOLDER = Path(__file__).parents[2] / "seed" / "programs" / "healthy_opportunities"
AUTUMN = datetime(2026, 9, 1, 15, 0, tzinfo=UTC)
NOVEMBER = date(2026, 11, 1)
BOX_PRICE = Decimal("104.97")
BOX = {"service_code": "FOO-BOXD", "variant": "small"}


@dataclass
class PaidLoop(Loop):
    """The loop around one referral whose service a program pays: a plan, a biller, a lead and their money."""

    def __post_init__(self) -> None:
        """Load the program, contract the pantry, and let Maria, a member of the Blue Plan, sign."""
        super().__post_init__()
        self.staff["finance"] = self.world.staff(self.world.plan, Role.PLAN_FINANCE)
        self.biller = self.principal_of(self.staff["biller"])
        self.lead = self.principal_of(self.staff["lead"])
        self.care_manager = self.principal_of(self.staff["care_manager"])
        self.finance = self.principal_of(self.staff["finance"])
        self.program: Program = programs.load_program(
            self.session, FOLDER, network_id=self.world.network.id, by=SEED, at=AUTUMN
        )
        billing.load_fee_schedule(self.session, self.program, FOLDER, by=SEED, at=AUTUMN)
        contract = self.session.scalars(select(Contract).where(Contract.organization_id == self.world.pantry.id)).one()
        programs.cover_services(
            self.session, contract, self.program, ["FOO-BOXD", "FOO-CM", "TRA-PUB"], by=SEED, at=AUTUMN
        )
        self.sign_up(self.person)

    def sign_up(self, person: Person) -> None:
        """Record the person's plan and county, and their signatures on paper."""
        people.add_coverage(
            self.session,
            person,
            plan_id=self.world.plan.id,
            member_id=f"M-{person.number}",
            starts_on=date(2026, 1, 1),
            by=self.navigator,
            at=AUTUMN,
        )
        people.move_to(self.session, person, county="Pitt", state="NC", by=self.navigator, at=AUTUMN)
        for scope in (ConsentScope.PILOT_ENROL, ConsentScope.INVOICE_SHARE):
            people.record_consent(
                self.session,
                person,
                scope=scope,
                method=ConsentMethod.WRITTEN,
                paper_reference="binder 7",
                language="en",
                script_version="test",
                recipient_organization_id=self.world.plan.id,
                by=self.navigator,
                at=AUTUMN,
            )

    def propose(self, person: Person | None = None, **criteria: bool | None) -> Enrollment:
        """Let the navigator propose somebody."""
        return programs.propose_enrollment(
            self.session,
            person or self.person,
            self.program,
            criteria=criteria or {"2plus_chronic": True},
            by=self.navigator,
            at=AUTUMN,
        )

    def enroll(self) -> Enrollment:
        """Propose Maria, and let the plan enroll her."""
        enrollment = self.propose()
        programs.confirm_enrollment(self.session, enrollment, by=self.care_manager, at=AUTUMN)
        return enrollment

    def accepted(self) -> Referral:
        """Send Maria's need to the pantry, which accepts it."""
        self.allow()
        return self.do(self.send(), Action.ACCEPT)

    def request(self, referral: Referral, *, by: Principal | None = None, **terms: Any) -> ServiceAuthorization:
        """Ask for six small boxes over the autumn, or for something else."""
        asked: dict[str, Any] = {
            **BOX,
            "units": Decimal(6),
            "starts_on": date(2026, 9, 1),
            "ends_on": date(2026, 12, 31),
        }
        return programs.request_authorization(
            self.session, referral, by=by or self.navigator, at=NOW, **{**asked, **terms}
        )

    def authorized(self, **terms: Any) -> tuple[Referral, ServiceAuthorization]:
        """Enroll Maria, refer her, and let the plan approve the boxes."""
        self.enroll()
        referral = self.accepted()
        authorization = self.request(referral, **terms)
        programs.approve(self.session, authorization, by=self.care_manager, at=NOW)
        return referral, authorization

    def deliver(self, referral: Referral, day: int = 2, **served: Any) -> Delivery:
        """Let the pantry record a box on a day of November."""
        given = {**BOX, "delivered_on": date(2026, 11, day)} | served
        return billing.record_delivery(self.session, referral, by=self.intake, at=NOW, **given)

    def draft(self) -> Invoice:
        """Let the biller draft November's invoice to the Blue Plan."""
        return billing.draft_invoice(
            self.session,
            organization_id=self.world.pantry.id,
            plan_id=self.world.plan.id,
            program=self.program,
            month_on=NOVEMBER,
            by=self.biller,
            at=NOW,
        )

    def with_the_plan(self, referral: Referral, *days: int) -> Invoice:
        """Deliver on these days, bill, and let the network lead approve."""
        for day in days or (2,):
            self.deliver(referral, day)
        invoice = self.draft()
        billing.submit(self.session, invoice, by=self.biller, at=NOW)
        billing.approve_by_lead(self.session, invoice, by=self.lead, at=NOW)
        return invoice
