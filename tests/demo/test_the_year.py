"""The demonstration's year: every stage is there, money adds up, nobody is texted, and it is the same year again."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from referral.billing.models import Delivery, Invoice, InvoiceLine, Payment
from referral.demo import seeding
from referral.demo.models import Demonstration
from referral.demo.network import FOUNDER, INVENTED
from referral.directory.models import Address, Service, ServiceAtLocation
from referral.directory.queries import Criteria, search
from referral.foundation import clock
from referral.foundation.database import Base, Database
from referral.foundation.jobs import Job
from referral.messaging.models import Message
from referral.messaging.rules import MessageStatus
from referral.organizations.models import Organization
from referral.people.models import Consent, Coverage, Demographic, Person
from referral.people.rules import AnswerState, DemographicKind, NeedCategory
from referral.programs.models import Enrollment, ServiceAuthorization
from referral.referrals.models import OutcomeEvidence, Referral
from referral.referrals.rules import Status
from referral.screening.models import Need, Screening
from referral.screening.rules import NeedState
from tests.demo.conftest import PEOPLE
from tests.factories.fixtures import NOW

MIDNIGHT = datetime(2026, 11, 16, 5, 0, tzinfo=UTC)
"""The first instant of the day in North Carolina: what was told is over by then."""
STAGES = (
    Person,
    Coverage,
    Screening,
    Need,
    Consent,
    Referral,
    Enrollment,
    ServiceAuthorization,
    Delivery,
    Invoice,
    InvoiceLine,
    Payment,
    OutcomeEvidence,
)


def digest(database: Database) -> list[tuple[object, ...]]:
    """Return what happened and what it cost, without ids and random numbers."""
    with database.transaction(FOUNDER) as session:
        told = select(
            Person.family_name,
            Referral.category,
            Referral.status,
            Referral.connection,
            Referral.sent_at,
            Organization.name,
        )
        told = told.join(Person, Person.id == Referral.person_id)
        told = told.join(Organization, Organization.id == Referral.receiving_organization_id)
        billed = select(
            Organization.name, Invoice.month_on, Invoice.state, Invoice.approved_amount, Invoice.paid_amount
        ).join(Organization, Organization.id == Invoice.organization_id)
        return sorted((tuple(row) for query in (told, billed) for row in session.execute(query)), key=str)


@pytest.mark.parametrize("stage", STAGES)
def test_every_stage_of_the_loop_is_there(reading: Session, stage: type[Base]) -> None:
    assert reading.scalar(select(func.count()).select_from(stage))


def test_everybody_who_was_promised_is_there(reading: Session) -> None:
    assert reading.scalar(select(func.count()).select_from(Person)) == PEOPLE
    told = reading.scalars(select(Demonstration)).one()
    assert (told.people_done, told.percent) == (PEOPLE, 100)


def test_nothing_is_paid_that_was_not_approved_and_nothing_approved_that_was_not_billed(reading: Session) -> None:
    for line in reading.scalars(select(InvoiceLine)):
        assert line.paid_amount <= line.approved_amount <= line.billed
    for invoice in reading.scalars(select(Invoice)):
        lines = reading.scalars(select(InvoiceLine).where(InvoiceLine.invoice_id == invoice.id)).all()
        assert invoice.paid_amount == sum(line.paid_amount for line in lines)


def test_nobody_is_texted_about_the_past(reading: Session) -> None:
    assert set(reading.scalars(select(Message.status))) == {MessageStatus.NOT_SENT}
    waiting = reading.scalars(select(Job).where(Job.done_at.is_(None))).all()
    assert all(job.run_at > MIDNIGHT for job in waiting)
    assert {job.task for job in waiting} <= {"referral.expire", "question.expire"}


def test_nothing_happened_in_the_future(reading: Session) -> None:
    for instant in (
        Referral.sent_at,
        Referral.ended_at,
        Screening.ended_at,
        Invoice.created_at,
        Invoice.decided_at,
    ):
        assert reading.scalar(select(func.max(instant))) <= MIDNIGHT


def test_needs_are_met_where_help_arrived_and_open_where_it_did_not(reading: Session) -> None:
    states = set(reading.scalars(select(Need.state)))
    assert {NeedState.MET, NeedState.CONFIRMED} <= states


def test_somebody_waits_in_an_inbox(reading: Session) -> None:
    assert reading.scalar(select(func.count()).select_from(Referral).where(Referral.status == Status.SENT))


def test_what_people_say_of_themselves_has_a_source(reading: Session) -> None:
    answers = reading.scalars(select(Demographic)).all()
    assert {DemographicKind.RACE_ETHNICITY, DemographicKind.SPOKEN_LANGUAGE, DemographicKind.INTERPRETER} <= {
        answer.kind for answer in answers
    }
    assert all((answer.state is AnswerState.ANSWERED) == bool(answer.values) for answer in answers)


@pytest.mark.parametrize(("zip_code", "state"), [("44102", "OH"), ("27834", "NC")])
def test_listings_that_nobody_claimed_are_found_where_they_are(reading: Session, zip_code: str, state: str) -> None:
    asked = Criteria(need=NeedCategory.FOOD_INSECURITY, zip_code=zip_code, miles=25)
    found = search(reading, asked, at=NOW)
    query = select(ServiceAtLocation.id, Address.state_province, Organization.source)
    query = query.join(Address, Address.location_id == ServiceAtLocation.location_id)
    query = query.join(Service, Service.id == ServiceAtLocation.service_id).join(Service.organization)
    near = [row for row in reading.execute(query) if row.id in {hit.service_at_location_id for hit in found.hits}]
    assert found.hits
    assert {row.state_province for row in near} == {state}
    assert {row.source for row in near if row.source} == {"haarrrvest" if state == "OH" else INVENTED}


def test_a_second_telling_changes_nothing(town: Database) -> None:
    before = digest(town)
    with clock.standing_at(NOW):
        seeding.fill(town, people=PEOPLE, processes=1)
    assert digest(town) == before


def test_an_interrupted_telling_is_finished(town: Database) -> None:
    before = digest(town)
    with town.transaction(FOUNDER) as session:
        session.scalars(select(Demonstration)).one().finished_at = None
    with clock.standing_at(NOW):
        seeding.fill(town, people=PEOPLE, processes=1)
    assert digest(town) == before


def test_the_same_number_makes_the_same_year_with_any_count_of_processes(town: Database, twin_town: Database) -> None:
    assert digest(town) == digest(twin_town)
