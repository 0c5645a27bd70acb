"""One need's way through the loop: referred, answered, helped or not, and what the person says about it."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from referral.billing import service as billing
from referral.demo.characters import Character
from referral.demo.parts import Part
from referral.demo.reply import hear
from referral.demo.stage import Listing, Offer, Stage
from referral.foundation import clock
from referral.foundation.principal import Principal, system
from referral.foundation.refusals import Refused
from referral.organizations.rules import Role
from referral.people.models import Person
from referral.programs import service as programs
from referral.programs.rules import AuthorizationState, DenialReason
from referral.referrals import service as referrals
from referral.referrals.rules import Action, ContactResult, ContactWay, EvidenceKind
from referral.screening.models import Need

CLOCK = system("referral.expire")
FOLLOWER = system("job")


@dataclass(frozen=True)
class Dose:
    """How a service is usually authorized and delivered in the demonstration."""

    units: Decimal | None
    amount: Decimal | None
    times: int
    per_time: Decimal
    cost: Decimal | None
    evidence: str
    every_days: int = 7


ONE = Decimal(1)
DOSES = {
    "FOO-BOXD": Dose(Decimal(12), None, 6, ONE, None, "delivery"),
    "FOO-BOXP": Dose(Decimal(12), None, 5, ONE, None, "delivery"),
    "FOO-MEALD": Dose(Decimal(60), None, 4, Decimal(10), None, "delivery"),
    "HOU-NAV": Dose(Decimal(6), None, 3, ONE, None, "contact", every_days=31),
    "HOU-MOVE": Dose(None, Decimal(900), 1, ONE, Decimal("640.00"), "receipt"),
    "HOU-GOODS": Dose(None, Decimal(800), 2, ONE, Decimal("145.50"), "receipt", every_days=20),
    "HOU-UTIL": Dose(None, Decimal(500), 1, ONE, Decimal("310.25"), "receipt"),
    "HOU-REM": Dose(None, Decimal(2000), 1, ONE, Decimal("480.00"), "receipt"),
    "TRA-PRI": Dose(None, Decimal(534), 3, ONE, Decimal("48.75"), "receipt", every_days=12),
    "TRA-PUB": Dose(None, Decimal(204), 2, ONE, Decimal("60.00"), "receipt", every_days=31),
}


class Ongoing(Exception):
    """The next step lies in the future: the story goes on without us."""


class Loop:
    """Tells one referral forward in time until it ends or reaches the present."""

    def __init__(self, stage: Stage, one: Character, person: Person, need: Need, *, at: datetime) -> None:
        self.stage, self.one, self.person, self.need, self.at = stage, one, person, need, at
        self.day = at.date()

    def tell(self, offer: Offer, *, by: Principal, is_enrolled: bool) -> None:
        """Send the need to the organization and follow what happens."""
        self.office = self.stage.of(offer.organization_id, Role.CBO_INTAKE)
        self._send(offer, by=by, note="Please call in the afternoon.")
        with suppress(Ongoing):
            self._answered(offer, is_enrolled=is_enrolled, navigator=by)

    def tell_elsewhere(self, listing: Listing, *, by: Principal) -> None:
        """Name a place without an account to the person, and call back to hear how it went."""
        self.office = by
        self._send(listing, by=by)
        fate = self.one.random.random()
        with suppress(Ongoing):
            self._later(9, 14)
            if fate < 0.6:
                self._move(Action.SERVE, reason="service_delivered", known_by=EvidenceKind.PERSON_CONFIRMATION)
                self._follow_need()
            elif fate < 0.85:
                self._move(Action.CLOSE_UNSERVED, reason="no_show", known_by=EvidenceKind.PERSON_CONFIRMATION)
            else:
                self._move(Action.RECALL, reason="no_response")

    def _send(self, listing: Listing, *, by: Principal, note: str | None = None) -> None:
        session, at = self.stage.session, self.at
        referrals.allow_sharing(session, self.need, [listing.organization_id], witness="recorded call", by=by, at=at)
        chosen = [listing.service_at_location_id]
        (self.referral,) = referrals.refer(session, self.need, chosen, note=note, by=by, at=at)

    def _later(self, fewest: int, most: int) -> datetime:
        """Let days pass; raises Ongoing when the next step lies after the present."""
        self.day += timedelta(days=self.one.random.randint(fewest, most))
        while self.day.weekday() > 4:
            self.day += timedelta(days=1)
        self.at = max(self.stage.moment(self.day, self.one.random), self.at + timedelta(minutes=5))
        if self.at > self.stage.now:
            raise Ongoing
        clock.stand_at(self.at)
        return self.at

    def _move(
        self,
        action: Action,
        *,
        by: Principal | None = None,
        reason: str | None = None,
        known_by: EvidenceKind | None = None,
    ) -> None:
        referrals.move(
            self.stage.session,
            self.referral,
            action,
            by=by or self.office,
            at=self.at,
            reason_code=reason,
            known_by=known_by,
        )

    def _answered(self, offer: Offer, *, is_enrolled: bool, navigator: Principal) -> None:
        fate = self.one.random.random()
        if self.one.cast.part is Part.NEWCOMER:
            raise Ongoing
        if not self.one.has_luck("accepted"):
            self._refused(fate, navigator)
            return
        if fate < 0.25:
            self._later(0, 1)
            self._move(Action.REVIEW)
        self._later(0, 3)
        self._move(Action.ACCEPT)
        authorized = is_enrolled and self._authorized(offer, navigator)
        if not self.one.has_luck("started"):
            self._lost(fate)
            return
        self._later(0, 3)
        self._move(Action.START)
        if self.one.has_luck("delivered"):
            self._delivered(offer, is_authorized=authorized)
            self._served()
        else:
            self._lost(fate)

    def _refused(self, fate: float, navigator: Principal) -> None:
        if fate < 0.22:
            self._later(20, 24)
            self._move(Action.EXPIRE, by=CLOCK, reason="no_response")
        elif fate < 0.34:
            self._later(3, 5)
            self._move(Action.RECALL, by=navigator, reason="no_response")
        elif fate < 0.62:
            self._later(1, 4)
            self._move(Action.DECLINE, reason="no_capacity")
        elif fate < 0.85:
            self._later(1, 4)
            self._move(Action.DECLINE, reason="not_eligible")
        else:
            self._later(0, 2)
            self._move(Action.WAITLIST)

    def _lost(self, fate: float) -> None:
        for _ in range(2):
            self._later(1, 3)
            referrals.log_contact(
                self.stage.session,
                self.referral,
                way=ContactWay.PHONE,
                result=ContactResult.NO_ANSWER,
                by=self.office,
                at=self.at,
            )
        self._later(2, 5)
        if fate < 0.5:
            self._move(Action.CLOSE_UNSERVED, reason="could_not_contact")
        elif fate < 0.8:
            self._move(Action.CLOSE_UNSERVED, reason="no_show")
        else:
            self._move(Action.WITHDRAW, reason="no_longer_interested")

    def _authorized(self, offer: Offer, navigator: Principal) -> bool:
        """Ask the plan to pay; returns whether it approved."""
        dose = DOSES[offer.service_code]
        starts_on = self.day
        try:
            authorization = programs.request_authorization(
                self.stage.session,
                self.referral,
                service_code=offer.service_code,
                variant=offer.variant,
                units=dose.units,
                amount=dose.amount,
                starts_on=starts_on,
                ends_on=starts_on + timedelta(days=180),
                by=navigator,
                at=self.at,
                program=self.stage.program,
            )
        except Refused:
            return False
        if self.one.cast.part is Part.WAITING:
            raise Ongoing
        self._later(0, 3)
        manager = self.stage.of(authorization.plan_id, Role.PLAN_CARE_MGR)
        if self.one.random.random() < 0.06:
            programs.deny(
                self.stage.session, authorization, reason_code=DenialReason.NOT_ELIGIBLE, by=manager, at=self.at
            )
        else:
            programs.approve(self.stage.session, authorization, by=manager, at=self.at)
        return authorization.state is AuthorizationState.APPROVED

    def _delivered(self, offer: Offer, *, is_authorized: bool) -> None:
        """Deliver week by week what the plan pays; what nobody pays for is written down by no organization."""
        dose = DOSES[offer.service_code]
        self._later(1, 4)
        if not is_authorized:
            return
        for number in range(dose.times):
            if number:
                self._later(dose.every_days, dose.every_days + 2)
            billing.record_delivery(
                self.stage.session,
                self.referral,
                service_code=offer.service_code,
                variant=offer.variant,
                delivered_on=self.day,
                units=dose.per_time,
                cost=dose.cost,
                evidence=[dose.evidence],
                by=self.office,
                at=self.at,
            )

    def _served(self) -> None:
        self._later(1, 4)
        self._move(Action.SERVE, reason="service_delivered")
        self._follow_need()
        try:
            hear(self.stage, self.one, self.referral, later=self._later)
        finally:
            self._follow_need()

    def _follow_need(self) -> None:
        """Let the need follow, as the jobs after an end and after each answer do."""
        referrals.follow_need(self.stage.session, self.referral, by=FOLLOWER, at=self.at)
