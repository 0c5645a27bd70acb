"""Service authorizations: requested after acceptance, decided by the plan within its allocation."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from referral.foundation.refusals import Refused
from referral.people.rules import ConsentMethod, ConsentScope, SensitivityLevel
from referral.programs import queries, service
from referral.programs.rules import AuthorizationAction, AuthorizationState, DenialReason
from referral.programs.service.decisions import ApprovedTerms
from referral.referrals.rules import Action
from tests.factories.billing import PaidLoop
from tests.factories.fixtures import NOW, SEED
from tests.factories.people import a_consent


def test_it_is_requested_only_once_the_referral_is_accepted(paid: PaidLoop) -> None:
    paid.enroll()
    paid.allow()
    referral = paid.send()

    with pytest.raises(Refused, match="has accepted"):
        paid.request(referral)


def test_it_rests_on_an_enrollment(paid: PaidLoop) -> None:
    with pytest.raises(Refused, match="Propose the person"):
        paid.request(paid.accepted())


def test_the_organization_needs_a_contract_for_the_service(paid: PaidLoop) -> None:
    paid.enroll()

    with pytest.raises(Refused, match="no contract"):
        paid.request(paid.accepted(), service_code="FOO-MTM", variant=None)


def test_a_service_for_somebodys_safety_never_goes_to_a_payer(paid: PaidLoop) -> None:
    paid.enroll()

    with pytest.raises(Refused, match="safety"):
        paid.request(paid.accepted(), service_code="IPV-CM", variant=None)


def test_what_is_sensitive_reaches_the_plan_only_by_a_signature_that_names_it(paid: PaidLoop) -> None:
    paid.enroll()
    referral = paid.accepted()
    referral.level = SensitivityLevel.L2
    signed = {
        "scope": ConsentScope.PART2_DISCLOSE,
        "level": SensitivityLevel.L2,
        "method": ConsentMethod.WRITTEN,
        "paper_reference": "Folder 7",
        "witness": None,
    }
    a_consent(paid.session, paid.person, paid.navigator, recipient_organization_id=paid.world.pantry.id, **signed)
    with pytest.raises(Refused, match="health plan may know"):
        paid.request(referral)

    a_consent(paid.session, paid.person, paid.navigator, recipient_organization_id=paid.world.plan.id, **signed)
    assert paid.request(referral)


def test_a_second_request_for_the_same_days_is_refused_also_while_the_first_waits_to_begin(paid: PaidLoop) -> None:
    paid.enroll()
    referral = paid.accepted()
    later = {"starts_on": date(2026, 12, 1), "ends_on": date(2026, 12, 31)}
    first = paid.request(referral, **later)
    service.approve(paid.session, first, by=paid.care_manager, at=NOW)

    with pytest.raises(Refused, match=first.number):
        paid.request(referral, **later)
    assert paid.request(referral, starts_on=date(2027, 1, 1), ends_on=date(2027, 1, 31))


def test_the_delivering_organization_only_suggests(paid: PaidLoop) -> None:
    paid.enroll()
    suggestion = paid.request(paid.accepted(), by=paid.intake)
    assert suggestion.is_suggestion
    with pytest.raises(Refused, match="navigator has to confirm"):
        service.approve(paid.session, suggestion, by=paid.care_manager, at=NOW)

    service.confirm(paid.session, suggestion, by=paid.navigator, at=NOW)
    service.approve(paid.session, suggestion, by=paid.care_manager, at=NOW)

    assert suggestion.state is AuthorizationState.APPROVED
    actions = [change.action for change in queries.changes_of(paid.session, suggestion.id)]
    assert actions == [
        AuthorizationAction.SUGGEST,
        AuthorizationAction.REQUEST,
        AuthorizationAction.REVIEW,
        AuthorizationAction.APPROVE,
    ]


def test_requested_and_approved_terms_are_kept_apart(paid: PaidLoop) -> None:
    paid.enroll()
    authorization = paid.request(paid.accepted())
    fewer = ApprovedTerms(units=Decimal(2))

    with pytest.raises(Refused, match="Say why"):
        service.approve(paid.session, authorization, terms=fewer, by=paid.care_manager, at=NOW)
    service.approve(paid.session, authorization, terms=fewer, reason="Trial month", by=paid.care_manager, at=NOW)

    assert (authorization.requested_units, authorization.approved_units) == (6, 2)


def test_nobody_is_authorized_who_is_not_enrolled(paid: PaidLoop) -> None:
    paid.propose()
    authorization = paid.request(paid.accepted())

    with pytest.raises(Refused, match="decide the enrollment first"):
        service.approve(paid.session, authorization, by=paid.care_manager, at=NOW)


def test_nobody_decides_their_own_request(paid: PaidLoop) -> None:
    paid.enroll()
    authorization = paid.request(paid.accepted())
    authorization.requested_by_user_id = paid.care_manager.user_id

    for decide in (
        lambda: service.approve(paid.session, authorization, by=paid.care_manager, at=NOW),
        lambda: service.deny(
            paid.session, authorization, reason_code=DenialReason.NOT_NEEDED, by=paid.care_manager, at=NOW
        ),
    ):
        with pytest.raises(Refused, match="submitted themselves"):
            decide()


def test_a_denial_is_coded_and_other_needs_a_note(paid: PaidLoop) -> None:
    paid.enroll()
    authorization = paid.request(paid.accepted())

    with pytest.raises(Refused, match="in a note"):
        service.deny(paid.session, authorization, reason_code=DenialReason.OTHER, by=paid.care_manager, at=NOW)
    service.deny(paid.session, authorization, reason_code=DenialReason.NOT_NEEDED, by=paid.care_manager, at=NOW)

    assert (authorization.state, authorization.reason_code) == (AuthorizationState.DENIED, "not_needed")


def test_asking_for_information_keeps_it_in_review(paid: PaidLoop) -> None:
    paid.enroll()
    authorization = paid.request(paid.accepted())

    service.ask_for_information(paid.session, authorization, note="Which doctor?", by=paid.care_manager, at=NOW)

    assert authorization.is_info_requested
    assert authorization.state is AuthorizationState.IN_REVIEW


def test_the_allocation_denies_a_request_it_cannot_carry(paid: PaidLoop) -> None:
    _budget(paid, "100.00")
    paid.enroll()

    authorization = paid.request(paid.accepted(), amount=Decimal("209.94"))

    assert authorization.state is AuthorizationState.DENIED
    assert authorization.reason_code == "ALLOCATION_EXHAUSTED"


def test_approving_encumbers_and_cancelling_releases_the_allocation(paid: PaidLoop) -> None:
    _budget(paid, "300.00")
    paid.enroll()
    referral = paid.accepted()
    first = paid.request(referral, amount=Decimal("200.00"))
    service.approve(paid.session, first, by=paid.care_manager, at=NOW)
    more = {"service_code": "TRA-PUB", "variant": None, "units": None, "amount": Decimal("150.00")}

    assert paid.request(referral, **more).reason_code == "ALLOCATION_EXHAUSTED"
    service.cancel(paid.session, first, from_on=NOW.date(), by=paid.navigator, at=NOW)

    assert paid.request(referral, **more).state is AuthorizationState.REQUESTED


def test_a_preapproved_service_is_approved_at_once_by_the_system(paid: PaidLoop) -> None:
    _budget(paid, "1000.00", preapproved_services=["FOO-BOXD"])
    paid.enroll()

    authorization = paid.request(paid.accepted(), amount=Decimal("629.82"))

    assert (authorization.state, authorization.is_auto_approved) == (AuthorizationState.APPROVED, True)


def test_an_approval_expires_on_the_day_after_its_last_day(paid: PaidLoop) -> None:
    _, authorization = paid.authorized(ends_on=NOW.date())

    assert service.expire_due(paid.session, at=NOW) == 0
    assert service.expire_due(paid.session, at=NOW + timedelta(days=1)) == 1

    assert authorization.state is AuthorizationState.EXPIRED
    assert authorization.as_approval() is not None


def test_starting_without_an_approval_warns_and_stops_nothing(paid: PaidLoop) -> None:
    paid.enroll()
    referral = paid.accepted()
    today = NOW.date()
    assert "may not be paid" in (queries.start_warning_for(paid.session, referral, today) or "")

    authorization = paid.request(referral)
    assert queries.notes_on_referral(paid.session, referral, today)
    paid.do(referral, Action.START)
    service.approve(paid.session, authorization, by=paid.care_manager, at=NOW)

    assert queries.notes_on_referral(paid.session, referral, today) == []


def test_help_that_no_program_pays_for_needs_no_warning(paid: PaidLoop) -> None:
    assert queries.notes_on_referral(paid.session, paid.accepted(), NOW.date()) == []


def _budget(paid: PaidLoop, allocation: str, **options: list[str]) -> None:
    service.set_budget(
        paid.session,
        paid.program,
        plan_id=paid.world.plan.id,
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 12, 31),
        allocation=Decimal(allocation),
        by=SEED,
        at=NOW,
        **options,
    )
