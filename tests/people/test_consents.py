import csv
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral.people.rules import (
    TERMS,
    ConsentMethod,
    ConsentScope,
    GivenConsent,
    NeedDomain,
    SensitivityLevel,
    covers,
    ends_on,
    is_in_force,
    may_end_on,
    may_record,
    required_proof,
    review_on,
)

NETWORK, OTHER_NETWORK, PANTRY, SHELTER = (UUID(int=n) for n in range(1, 5))
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
L1, L2, L3 = SensitivityLevel
VERBAL, WRITTEN, ELECTRONIC = ConsentMethod
with (Path(__file__).parent / "data" / "consent_scopes.csv").open(encoding="utf-8") as file:
    PUBLISHED = {row["scope"]: row for row in csv.DictReader(file)}


def a_consent(scope: ConsentScope = ConsentScope.REFERRAL_SHARE, **changed: object) -> GivenConsent:
    given_consent = GivenConsent(
        scope=scope,
        level=L1,
        network_id=NETWORK,
        starts_on=date(2026, 11, 1),
        ends_on=date(2027, 10, 31),
        recipient_ids=frozenset({PANTRY}),
        domains=frozenset({NeedDomain.FOOD}),
    )
    return replace(given_consent, **changed)


def test_all_thirteen_scopes_have_terms():
    assert set(PUBLISHED) == {scope.value for scope in TERMS} == {scope.value for scope in ConsentScope}


@pytest.mark.parametrize("scope", ConsentScope)
def test_the_terms_are_those_that_were_published(scope: ConsentScope):
    row, terms = PUBLISHED[scope], TERMS[scope]
    assert {level.name for level in terms.levels} == set(row["levels"].split(","))
    assert terms.is_recipient_named == (row["recipient_named"] == "yes")
    assert {method.value for method in terms.methods} == {m for m in ConsentMethod if m in row["methods"]}
    assert ("12 months" in row["default_end"]) == (12 in (terms.months, terms.review_months))
    assert ("30 days" in row["default_end"]) == (terms.days == 30)


@pytest.mark.parametrize(("scope", "method", "level"), [*product(ConsentScope, ConsentMethod, SensitivityLevel)])
def test_a_scope_is_recorded_only_in_the_ways_and_for_the_levels_it_has(
    scope: ConsentScope, method: ConsentMethod, level: SensitivityLevel
):
    row = PUBLISHED[scope]
    allowed = level.name in row["levels"].split(",") and method in row["methods"]
    if method is VERBAL and "verbal (L1)" in row["methods"]:
        allowed = allowed and level is L1
    assert may_record(scope, method, level) is allowed


def test_a_program_and_a_bill_need_a_signature():
    for scope in (ConsentScope.PILOT_ENROL, ConsentScope.INVOICE_SHARE, ConsentScope.IPV_RELEASE):
        assert not any(may_record(scope, VERBAL, level) for level in SensitivityLevel)


def test_a_consent_of_twelve_months_ends_on_the_day_before_its_anniversary():
    assert ends_on(ConsentScope.INTAKE_STORE, date(2026, 11, 22)) == date(2027, 11, 21)
    assert ends_on(ConsentScope.REFERRAL_SHARE, date(2028, 2, 29)) == date(2029, 2, 27)


def test_a_release_of_safety_information_lasts_thirty_days_counting_the_first():
    assert ends_on(ConsentScope.IPV_RELEASE, date(2026, 11, 1)) == date(2026, 11, 30)


@pytest.mark.parametrize("scope", [s for s in ConsentScope if s.value.startswith("message.")])
def test_an_agreement_to_messages_lasts_until_it_is_revoked(scope: ConsentScope):
    assert ends_on(scope, date(2026, 11, 1)) is None


def test_an_enrollment_has_no_end_but_is_reviewed_after_twelve_months():
    assert ends_on(ConsentScope.PILOT_ENROL, date(2026, 11, 1)) is None
    assert review_on(ConsentScope.PILOT_ENROL, date(2026, 11, 1)) == date(2027, 11, 1)
    assert review_on(ConsentScope.INTAKE_STORE, date(2026, 11, 1)) is None


@given(
    scope=st.sampled_from(ConsentScope),
    starts=st.dates(date(2000, 1, 1), date(2090, 1, 1)),
    days=st.integers(-400, 800),
)
def test_a_person_may_shorten_a_consent_but_nobody_stretches_it(scope: ConsentScope, starts: date, days: int):
    last_day, longest = starts + timedelta(days=days), ends_on(scope, starts)
    assert may_end_on(scope, starts, last_day) == (days >= 0 and (longest is None or last_day <= longest))
    assert may_end_on(scope, starts, None) == (longest is None)


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2026-10-31", False), ("2026-11-01", True), ("2027-10-31", True), ("2027-11-01", False)],
)
def test_a_consent_is_in_force_from_its_first_day_through_its_last(day: str, expected: bool):
    at = datetime.combine(date.fromisoformat(day), NOON.time(), tzinfo=UTC)
    assert is_in_force(a_consent(), at) is expected


def test_a_consent_ends_at_midnight_where_the_time_is_told():
    last_evening = datetime(2027, 10, 31, 23, 30, tzinfo=ZoneInfo("America/New_York"))
    assert is_in_force(a_consent(), last_evening)
    assert not is_in_force(a_consent(), last_evening.astimezone(UTC)), "told in UTC it ends some hours early"


def test_a_revoked_consent_is_over_from_that_moment_on_and_was_in_force_before():
    revoked = a_consent(revoked_at=NOON)
    assert is_in_force(revoked, NOON - timedelta(seconds=1))
    assert not is_in_force(revoked, NOON)


def test_a_referral_needs_the_named_organization_the_named_domain_and_the_level():
    consent = a_consent()
    ask = {"organization_id": PANTRY, "domain": NeedDomain.FOOD, "level": L1, "at": NOON}
    assert covers(consent, ConsentScope.REFERRAL_SHARE, **ask)
    for wrong in (
        {"organization_id": SHELTER},
        {"organization_id": None},
        {"domain": NeedDomain.HOUSING},
        {"domain": None},
        {"level": L2},
        {"at": NOON + timedelta(days=400)},
    ):
        assert not covers(consent, ConsentScope.REFERRAL_SHARE, **{**ask, **wrong}), wrong
    assert not covers(consent, ConsentScope.PLAN_SHARE, **ask)


def test_a_consent_to_keep_the_record_names_the_network():
    stored = a_consent(ConsentScope.INTAKE_STORE, level=L3, recipient_ids=frozenset(), domains=frozenset())
    assert covers(stored, ConsentScope.INTAKE_STORE, network_id=NETWORK, level=L3, at=NOON)
    assert not covers(stored, ConsentScope.INTAKE_STORE, network_id=OTHER_NETWORK, level=L1, at=NOON)
    assert not covers(stored, ConsentScope.INTAKE_STORE, level=L1, at=NOON)


def test_an_agreement_to_texts_names_nobody():
    texts = a_consent(ConsentScope.MESSAGE_SMS, recipient_ids=frozenset(), domains=frozenset())
    assert covers(texts, ConsentScope.MESSAGE_SMS, level=L1, at=NOON)


@pytest.mark.parametrize("scope", ConsentScope)
def test_no_consent_covers_a_level_that_its_scope_does_not_have(scope: ConsentScope):
    consent = a_consent(scope, level=L3)
    ask = {"organization_id": PANTRY, "network_id": NETWORK, "domain": NeedDomain.FOOD, "at": NOON}
    covered = {level for level in SensitivityLevel if covers(consent, scope, level=level, **ask)}
    assert covered == set(TERMS[scope].levels)


def test_each_way_of_agreeing_leaves_its_own_proof():
    assert "signature" in required_proof(ELECTRONIC)
    assert "paper_reference" in required_proof(WRITTEN)
    assert {"reader", "witness_or_recording"} <= set(required_proof(VERBAL))
    assert all({"script_version", "language"} <= set(required_proof(method)) for method in ConsentMethod)
