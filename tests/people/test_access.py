"""Who sees whom: the same questions asked as different people, under row-level security."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from referral.accounts.models import Membership
from referral.audit.models import AuditEvent
from referral.foundation.database import become
from referral.foundation.jobs import Job
from referral.foundation.refusals import NotFound
from referral.people import queries, service
from referral.people.models import Consent, Person, PersonPhone
from referral.people.rules import (
    ConsentMethod,
    ConsentScope,
    GrantBasis,
    GrantScope,
    NeedDomain,
    SensitivityLevel,
)
from tests.factories.fixtures import NOW, SEED, World
from tests.factories.people import a_consent, a_person
from tests.people.conftest import Act


def test_a_person_taken_in_is_open_to_the_intake_organization_only(
    session: Session, act: Act, navigator, clinic_navigator, intake_worker
):
    by = act(navigator)
    person = a_person(session, by)
    assert service.open_person(session, person.id, by=by, at=NOW) is person
    for other in (clinic_navigator, intake_worker):
        with pytest.raises(NotFound):
            service.open_person(session, person.id, by=act(other), at=NOW)


def test_a_consent_to_keep_the_record_opens_it_to_the_care_teams_until_it_is_withdrawn(
    session: Session, act: Act, navigator, clinic_navigator, intake_worker
):
    by = act(navigator)
    person = a_person(session, by)
    consent = a_consent(session, person, by)
    assert sees(session, act, clinic_navigator, person)
    assert not sees(session, act, intake_worker, person)
    service.withdraw_consent(session, consent, by=act(navigator), at=NOW)
    assert not sees(session, act, clinic_navigator, person)
    assert sees(session, act, navigator, person)


def sees(session: Session, act: Act, membership: Membership, person: Person) -> bool:
    act(membership)
    return queries.visible(session, person.id) is not None


def test_withdrawing_tells_the_rooms_above_by_one_job(session: Session, act: Act, navigator):
    by = act(navigator)
    consent = a_consent(session, a_person(session, by), by)
    for _ in range(2):
        service.withdraw_consent(session, consent, by=by, at=NOW)
    become(session, SEED)
    assert session.scalar(select(func.count()).select_from(Job).where(Job.task == "consent.withdrawn")) == 1
    assert consent.revoked_by == f"user:{navigator.user_id}"


def test_a_consent_to_share_opens_nothing_before_a_referral_is_sent(
    session: Session, act: Act, navigator, intake_worker, world: World
):
    by = act(navigator)
    person = a_person(session, by)
    a_consent(
        session,
        person,
        by,
        scope=ConsentScope.REFERRAL_SHARE,
        recipient_organization_id=world.pantry.id,
        domains=[NeedDomain.FOOD],
    )

    def allowed(organization_id):
        scope, domain = ConsentScope.REFERRAL_SHARE, NeedDomain.FOOD
        return queries.consent_in_force(
            session, person.id, scope, at=NOW, organization_id=organization_id, domain=domain
        )

    assert allowed(world.pantry.id) is not None
    assert allowed(world.shelter.id) is None
    assert not sees(session, act, intake_worker, person)


def test_the_minimum_shows_no_phone_and_contact_does(
    session: Session, act: Act, navigator, intake_worker, world: World
):
    person = a_person(session, act(navigator))
    basis_id = service.add_phone(session, person, "919-555-0123", by=SEED, at=NOW).id
    for scope, numbers in ((GrantScope.MINIMUM, 0), (GrantScope.CONTACT, 1)):
        act(navigator)
        open_to(session, person, world.pantry.id, scope, basis_id)
        assert sees(session, act, intake_worker, person)
        assert len(queries.phones(session, person.id)) == numbers
    act(navigator)
    service.revoke(session, basis_id=basis_id, at=NOW)
    assert not sees(session, act, intake_worker, person)


def open_to(session, person, organization_id, scope, basis_id, until=None):
    service.grant(
        session,
        person_id=person.id,
        network_id=person.network_id,
        organization_id=organization_id,
        scope=scope,
        basis=GrantBasis.REFERRAL_PARTY,
        basis_id=basis_id,
        at=NOW,
        until=until,
    )


def test_a_grant_ends_by_itself(session: Session, act: Act, navigator, intake_worker, world: World):
    person = a_person(session, act(navigator))
    open_to(session, person, world.pantry.id, GrantScope.CONTACT, person.id, until=NOW - timedelta(days=1))
    assert not sees(session, act, intake_worker, person)


def test_a_hidden_person_exists_only_for_their_own_navigator(session: Session, act: Act, navigator, colleague):
    by = act(navigator)
    person = a_person(session, by, is_hidden=True)
    service.add_phone(session, person, "919-555-0123", by=by, at=NOW)
    a_consent(session, person, by)
    assert sees(session, act, navigator, person)
    assert len(queries.phones(session, person.id)) == 1
    other = act(colleague)
    assert queries.visible(session, person.id) is None
    assert session.scalars(select(PersonPhone)).all() == []
    assert session.scalars(select(Consent)).all() == []
    assert service.find_likely(session, family_name="Garcia", by=other, at=NOW) == []


def test_a_release_of_safety_information_is_seen_by_no_colleague(
    session: Session, act: Act, navigator, colleague, world: World
):
    by = act(navigator)
    person = a_person(session, by)
    world.shelter.is_victim_service = True
    a_consent(
        session,
        person,
        by,
        scope=ConsentScope.IPV_RELEASE,
        level=SensitivityLevel.L3,
        method=ConsentMethod.WRITTEN,
        paper_reference="folder 7",
        recipient_organization_id=world.shelter.id,
    )
    assert len(queries.consents(session, person.id)) == 1
    assert sees(session, act, colleague, person)
    assert list(queries.consents(session, person.id)) == []


def test_a_plan_sees_its_member_only_with_the_persons_consent(
    session: Session, act: Act, navigator, plan_manager, other_plan_manager, world: World
):
    by = act(navigator)
    person = a_person(session, by)
    service.add_coverage(session, person, plan_id=world.plan.id, member_id="900", starts_on=NOW.date(), by=by, at=NOW)
    assert not sees(session, act, plan_manager, person)
    assert queries.coverage_on(session, person.id, NOW.date()) is not None
    assert not sees(session, act, other_plan_manager, person)
    assert queries.coverage_on(session, person.id, NOW.date()) is None
    by = act(navigator)
    a_consent(session, person, by, scope=ConsentScope.PLAN_SHARE, recipient_organization_id=world.plan.id)
    assert sees(session, act, plan_manager, person)
    assert not sees(session, act, other_plan_manager, person)


def test_opening_a_record_is_written_down(session: Session, act: Act, navigator):
    by = act(navigator)
    person = a_person(session, by)
    service.open_person(session, person.id, by=by, at=NOW)
    become(session, SEED)
    actions = session.scalars(select(AuditEvent.action).where(AuditEvent.person_id == person.id)).all()
    assert sorted(actions) == ["access:granted", "person:added", "person:read"]
