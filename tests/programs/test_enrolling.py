"""Enrollment: proposed on answers and a signature, decided by the plan, ended by the person at once."""

import pytest
from sqlalchemy import select

from referral.foundation.refusals import NotAllowed, Refused
from referral.people import service as people
from referral.people.models import AccessGrant, Consent
from referral.people.rules import ConsentScope, GrantBasis, GrantScope
from referral.programs import queries, service
from referral.programs.rules import EnrollmentState, Verdict
from tests.factories.billing import AUTUMN, PaidLoop
from tests.factories.fixtures import NOW
from tests.factories.people import a_person


def test_the_findings_are_kept_as_they_were_when_proposed(paid: PaidLoop) -> None:
    enrollment = paid.propose()

    assert enrollment.verdict is Verdict.YES
    assert [finding["part"] for finding in enrollment.findings] == ["coverage", "county", "health", "social_risk"]
    assert enrollment.criteria["2plus_chronic"]["is_met"] is True


def test_what_nobody_answered_stays_unknown(paid: PaidLoop) -> None:
    assert paid.propose(**{"2plus_chronic": None}).verdict is Verdict.UNKNOWN


def test_without_a_signature_nobody_is_proposed(paid: PaidLoop) -> None:
    consent = _consent(paid, ConsentScope.PILOT_ENROL)
    people.withdraw_consent(paid.session, consent, by=paid.navigator, at=AUTUMN)

    with pytest.raises(Refused, match="has to sign"):
        paid.propose()


def test_without_a_plan_nobody_is_proposed(paid: PaidLoop) -> None:
    uninsured = a_person(paid.session, paid.navigator, given_name="Uma")

    with pytest.raises(Refused, match="health plan first"):
        paid.propose(uninsured)


def test_nobody_is_proposed_twice(paid: PaidLoop) -> None:
    paid.propose()

    with pytest.raises(Refused, match="already"):
        paid.propose()


def test_the_plan_sees_who_is_proposed_and_no_more(paid: PaidLoop) -> None:
    enrollment = paid.propose()

    grants = paid.session.scalars(select(AccessGrant).where(AccessGrant.basis_id == enrollment.id)).all()

    assert [(one.organization_id, one.scope, one.basis) for one in grants] == [
        (paid.world.plan.id, GrantScope.BILLING, GrantBasis.COVERAGE)
    ]


def test_only_the_plans_care_manager_enrolls_and_never_their_own_proposal(paid: PaidLoop) -> None:
    enrollment = paid.propose()

    with pytest.raises(NotAllowed, match="another organization"):
        service.confirm_enrollment(paid.session, enrollment, by=paid.navigator, at=NOW)
    with pytest.raises(Refused, match="Only plan care mgr"):
        service.confirm_enrollment(paid.session, enrollment, by=paid.finance, at=NOW)
    enrollment.proposed_by_user_id = paid.care_manager.user_id
    with pytest.raises(Refused, match="submitted themselves"):
        service.confirm_enrollment(paid.session, enrollment, by=paid.care_manager, at=NOW)


def test_a_refused_person_can_be_proposed_again(paid: PaidLoop) -> None:
    first = paid.propose()
    service.refuse_enrollment(paid.session, first, reason="No criterion", by=paid.care_manager, at=NOW)

    second = paid.propose()

    assert (first.state, first.reason) == (EnrollmentState.REFUSED, "No criterion")
    assert second.state is EnrollmentState.PROPOSED


def test_withdrawing_the_consent_ends_the_enrollment_and_the_plans_view(paid: PaidLoop) -> None:
    enrollment = paid.enroll()
    consent = _consent(paid, ConsentScope.PILOT_ENROL)
    people.withdraw_consent(paid.session, consent, by=paid.navigator, at=NOW)

    service.withdraw_with_consent(paid.session, consent_id=consent.id, at=NOW)

    assert enrollment.state is EnrollmentState.WITHDRAWN
    assert not paid.session.scalars(select(AccessGrant).where(AccessGrant.basis_id == enrollment.id)).all()
    assert queries.open_enrollment(paid.session, paid.person.id, paid.program.id) is None


def test_loading_a_program_twice_changes_nothing(paid: PaidLoop) -> None:
    from tests.factories.billing import FOLDER
    from tests.factories.fixtures import SEED

    before = {one.id for one in queries.services_of(paid.session, paid.program.id)}
    again = service.load_program(paid.session, FOLDER, network_id=paid.world.network.id, by=SEED, at=NOW)

    assert again.id == paid.program.id
    assert {one.id for one in queries.services_of(paid.session, paid.program.id)} == before
    assert len(before) == 43


def _consent(paid: PaidLoop, scope: ConsentScope) -> Consent:
    query = select(Consent).where(Consent.person_id == paid.person.id, Consent.scope == scope)
    return paid.session.scalars(query).one()
