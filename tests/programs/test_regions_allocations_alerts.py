"""Region, allocation and audit checks: unknown is never a no, and an alert never stops a service."""

from decimal import Decimal

import pytest

from referral.programs.rules import (
    Alert,
    AuthorizationState,
    RegionBasis,
    RegionResult,
    RequestReason,
    answer_request,
    check_county,
    check_region,
    step_alerts,
)
from tests.billing.worked_cases import Case, load


@pytest.mark.parametrize("case", load("region_check"), ids=lambda case: case["title"])
def test_a_region_is_judged_as_the_worked_case_says(case: Case) -> None:
    given = case["given"]

    result = check_region(
        RegionBasis(given["region_basis"]),
        coverage_region=given["coverage_region"],
        address_region=given["address_region"],
        case_region=given["case_region"],
    )

    assert result.value == case["expected"]["result"]


@pytest.mark.parametrize("case", load("authorization_request"), ids=lambda case: case["title"])
def test_a_request_is_answered_as_the_worked_case_says(case: Case) -> None:
    given = case["given"]

    answer = answer_request(
        requested_amount=Decimal(given["requested_amount"]),
        allocation=Decimal(given["allocation"]),
        encumbered=Decimal(given["encumbered"]),
    )

    assert answer.state.value == case["expected"]["state"]
    assert [{"code": reason.value} for reason in answer.reasons] == case["expected"]["reasons"]


@pytest.mark.parametrize("case", load("audit_check"), ids=lambda case: case["title"])
def test_an_audit_alert_is_raised_as_the_worked_case_says(case: Case) -> None:
    given = case["given"]

    alerts = step_alerts(
        allowed=given["latest_assessment_allows"],
        live_service=given["live_case_service"],
        rank=given["service_rank"],
    )

    assert [alert.value for alert in alerts] == case["expected"]["alerts"]


def test_an_unassessed_service_raises_no_alert() -> None:
    assert step_alerts(allowed=[], live_service="meal", rank=["box", "meal"]) == []
    assert step_alerts(allowed=["box"], live_service="ride", rank=["box", "meal"]) == []
    assert step_alerts(allowed=["box"], live_service="meal", rank=["box", "meal"]) == [Alert.STEP_UP_REVIEW]


def test_a_request_that_just_fits_the_allocation_is_not_denied() -> None:
    fits = answer_request(
        requested_amount=Decimal("100.00"), allocation=Decimal("1000.00"), encumbered=Decimal("900.00")
    )
    over = answer_request(
        requested_amount=Decimal("100.01"), allocation=Decimal("1000.00"), encumbered=Decimal("900.00")
    )

    assert fits.state is AuthorizationState.REQUESTED
    assert over.reasons == (RequestReason.ALLOCATION_EXHAUSTED,)


def test_a_preapproved_service_is_approved_by_the_system_only_within_the_allocation() -> None:
    assert answer_request(
        requested_amount=Decimal(50), allocation=None, encumbered=Decimal(0), is_preapproved=True
    ).state is (AuthorizationState.APPROVED)
    assert answer_request(
        requested_amount=Decimal(50), allocation=Decimal(10), encumbered=Decimal(0), is_preapproved=True
    ).state is (AuthorizationState.DENIED)


def test_an_address_stands_in_for_coverage_only_where_the_program_says_so() -> None:
    def check(*, is_address_a_fallback: bool) -> RegionResult:
        return check_region(
            RegionBasis.COVERAGE,
            coverage_region=None,
            address_region="Bronx",
            case_region="Queens",
            is_address_a_fallback=is_address_a_fallback,
        )

    assert check(is_address_a_fallback=False) is RegionResult.UNKNOWN
    assert check(is_address_a_fallback=True) is RegionResult.MISMATCH


def test_a_county_is_compared_only_when_it_is_known_and_the_program_has_counties() -> None:
    assert check_county("Pitt", {"Pitt"}) is RegionResult.OK
    assert check_county("Wake", {"Pitt"}) is RegionResult.MISMATCH
    assert check_county(None, {"Pitt"}) is RegionResult.UNKNOWN
    assert check_county("Wake", set()) is RegionResult.OK
