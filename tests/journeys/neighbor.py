"""Somebody else whom the same pantry helps: taken in, enrolled, referred and served through the same verbs."""

from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from referral.billing import service as billing
from referral.directory.models import ServiceAtLocation
from referral.foundation import clock
from referral.foundation.principal import Principal
from referral.organizations.models import Organization
from referral.people import service as people
from referral.people.models import Person
from referral.people.rules import ConsentMethod, ConsentScope, NeedCategory
from referral.programs import service as programs
from referral.programs.models import Program
from referral.referrals import service as referrals
from referral.referrals.models import Referral
from referral.referrals.rules import Action
from referral.screening import service as screening
from tests.factories.fixtures import SEED
from tests.factories.people import a_consent, a_person
from tests.journeys.stage import Stage

BOX = {"service_code": "FOO-BOXD", "variant": "small"}
UNTIL = date(2027, 5, 15)


def deliver_boxes(stage: Stage, family_name: str, boxes: int, *, first_on: date) -> None:
    """Let the pantry bring boxes, one a day, to the person of this family name."""
    with stage.database.transaction(SEED) as session:
        query = select(Referral).join(Person, Person.id == Referral.person_id).where(Person.family_name == family_name)
        referral = session.scalars(query).one()
        carla = stage.staff["carla"]
        for day in range(boxes):
            billing.record_delivery(
                session, referral, **BOX, delivered_on=first_on + timedelta(days=day), by=carla, at=clock.now()
            )


def help_neighbor(stage: Stage, family_name: str) -> None:
    """Bring a neighbor to where boxes can be delivered: known, enrolled, referred, accepted, authorized, begun."""
    with stage.database.transaction(SEED) as session:
        nora, carla, paula = (stage.staff[name] for name in ("nora", "carla", "paula"))
        plan = session.get_one(Organization, paula.organization_id)
        person = _known(session, family_name, plan, by=nora)
        program = session.scalars(select(Program)).one()
        enrollment = programs.propose_enrollment(
            session, person, program, criteria={"2plus_chronic": True}, by=nora, at=clock.now()
        )
        programs.confirm_enrollment(session, enrollment, by=paula, at=clock.now())
        referral = _referred(session, person, by=nora)
        referrals.move(session, referral, Action.ACCEPT, by=carla, at=clock.now())
        authorization = programs.request_authorization(
            session,
            referral,
            **BOX,
            units=Decimal(30),
            starts_on=clock.today(),
            ends_on=UNTIL,
            by=nora,
            at=clock.now(),
        )
        programs.approve(session, authorization, by=paula, at=clock.now())
        referrals.move(session, referral, Action.START, by=carla, at=clock.now())


def _known(session: Session, family_name: str, plan: Organization, *, by: Principal) -> Person:
    person = a_person(session, by, given_name="Luis", family_name=family_name)
    a_consent(session, person, by)
    people.add_coverage(
        session, person, plan_id=plan.id, member_id="900654321L", starts_on=date(2026, 1, 1), by=by, at=clock.now()
    )
    people.move_to(session, person, county="Pitt", state="NC", by=by, at=clock.now())
    for scope in (ConsentScope.PILOT_ENROL, ConsentScope.INVOICE_SHARE):
        a_consent(
            session,
            person,
            by,
            scope=scope,
            method=ConsentMethod.WRITTEN,
            witness="",
            paper_reference="binder 8",
            recipient_organization_id=plan.id,
        )
    return person


def _referred(session: Session, person: Person, *, by: Principal) -> Referral:
    need = screening.add_need(session, person, NeedCategory.FOOD_INSECURITY, by=by, at=clock.now())
    listing = session.scalars(select(ServiceAtLocation)).one()
    pantry = session.scalars(select(Organization).where(Organization.name == "Helping Hands Pantry")).one()
    referrals.allow_sharing(session, need, [pantry.id], witness="recorded call", by=by, at=clock.now())
    return referrals.refer(session, need, [listing.id], note="", by=by, at=clock.now())[0]
