"""A result's score, its reasons, and how long a statement may be believed."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral.directory.rules.freshness import (
    CapacityState,
    Freshness,
    capacity_expiry,
    capacity_now,
    freshness,
    is_hidden,
    say_freshness,
)
from referral.directory.rules.opening import OpeningKind
from referral.directory.rules.places import DistanceBand
from referral.directory.rules.ranking import Facts, MatchedIn, ReasonKind, score, shrunk_closure_share

TODAY = date(2026, 6, 10)
AT = datetime(2026, 6, 10, 12, tzinfo=UTC)
BEST = Facts(
    matched_in=MatchedIn.NEED, band=DistanceBand.NEAR, distance_text="1.0 miles", capacity=CapacityState.OPEN,
    is_claimed=True, closure_share=1.0, asked_language="Spanish", speaks_language=True, opening=OpeningKind.OPEN,
    opening_text="Open now", assured_on=TODAY, today=TODAY,
)  # fmt: skip


def test_the_best_result_has_a_hundred_points_and_a_reason_for_each_part() -> None:
    found = score(BEST)
    assert found.points == 100
    assert {reason.kind for reason in found.reasons} == set(ReasonKind)
    assert found.reasons[0].text == "Helps with this need"


@given(
    st.builds(
        Facts,
        matched_in=st.sampled_from(MatchedIn), band=st.sampled_from(DistanceBand),
        capacity=st.sampled_from(CapacityState),
        is_claimed=st.booleans(), closure_share=st.floats(0, 1), asked_language=st.none() | st.just("Spanish"),
        speaks_language=st.booleans(), opening=st.sampled_from(OpeningKind), is_open_today=st.booleans(),
        assured_on=st.none() | st.dates(date(2020, 1, 1), TODAY), today=st.just(TODAY),
    )
)  # fmt: skip
def test_a_score_is_the_sum_of_its_parts_within_0_and_100(facts: Facts) -> None:
    found = score(facts)
    assert 0 <= found.points <= 100
    assert [reason.points for reason in found.reasons] == sorted((r.points for r in found.reasons), reverse=True)


def test_a_word_in_the_organizations_name_alone_counts_less_than_in_the_description() -> None:
    points = {where: score(Facts(matched_in=where, band=DistanceBand.NEAR, today=TODAY)).points for where in MatchedIn}
    assert points[MatchedIn.NAME] > points[MatchedIn.DESCRIPTION] > points[MatchedIn.ORGANIZATION]


def test_few_referrals_say_nothing_about_an_organization() -> None:
    assert shrunk_closure_share(4, 4, mean=0.5) == 0.5
    assert shrunk_closure_share(10, 10, mean=0.5) == pytest.approx(12.5 / 15)


@pytest.mark.parametrize(
    ("age", "state"),
    [
        (0, Freshness.CONFIRMED),
        (89, Freshness.CONFIRMED),
        (90, Freshness.REMINDER_DUE),
        (179, Freshness.REMINDER_DUE),
        (180, Freshness.WARNING),
        (364, Freshness.WARNING),
        (365, Freshness.OVERDUE),
    ],
)
def test_freshness_changes_on_the_day(age: int, state: Freshness) -> None:
    assert freshness(TODAY - timedelta(days=age), TODAY) is state


def test_a_listing_that_nobody_confirmed_says_so() -> None:
    assert freshness(None, TODAY) is Freshness.NEVER
    assert say_freshness(None, TODAY) == "Not confirmed by anyone"
    assert say_freshness(date(2025, 1, 2), TODAY) == "Confirmed on January 2, 2025, more than a year ago: call first"


def test_a_listing_is_hidden_when_nobody_answers_for_sixty_days() -> None:
    asked = TODAY - timedelta(days=60)
    assert is_hidden(asked, None, TODAY)
    assert not is_hidden(asked + timedelta(days=1), None, TODAY)
    assert not is_hidden(asked, asked, TODAY)


def test_expired_room_is_unknown_from_the_moment_it_expires() -> None:
    expires = capacity_expiry(AT, is_beds=True)
    assert expires == AT + timedelta(hours=24)
    assert capacity_now(CapacityState.OPEN, expires, expires - timedelta(seconds=1)) is CapacityState.OPEN
    assert capacity_now(CapacityState.OPEN, expires, expires) is CapacityState.UNKNOWN
    assert capacity_expiry(AT, is_beds=False) == AT + timedelta(days=7)
