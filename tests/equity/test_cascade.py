"""The cascade: nesting, conversions, and where a gap arises."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral.equity.rules.cascade import STAGES, Stage, count_stages, end_rate, furthest, steps, stopped_at
from referral.equity.rules.decomposition import decompose, log_mean, shapley

episodes = st.lists(st.sets(st.sampled_from(STAGES)), max_size=30)
positive = st.lists(st.floats(0.01, 1), min_size=5, max_size=5)


def test_reaching_a_later_stage_implies_the_earlier_ones() -> None:
    assert count_stages([{Stage.STARTED}]) == (1, 1, 1, 1, 1, 1, 0, 0)


def test_an_episode_that_reached_nothing_is_not_counted() -> None:
    assert furthest(set()) is None
    assert count_stages([set(), {Stage.SCREENED}]) == (1, 0, 0, 0, 0, 0, 0, 0)


@given(episodes)
def test_those_who_stopped_add_up_to_those_who_entered(found: list[set[Stage]]) -> None:
    counts = count_stages(found)
    assert sum(stopped_at(counts)) == counts[0] == sum(bool(reached) for reached in found)


def test_a_step_nobody_entered_has_no_rate() -> None:
    found = steps((40, 0, 0, 0, 0, 0, 0, 0))
    assert found[0].rate is not None
    assert found[0].is_prevalence
    assert [step.rate for step in found[1:]] == [None] * 6
    assert end_rate((40, 0, 0, 0, 0, 0, 0, 0)) is None


def test_the_end_rate_starts_at_the_found_need() -> None:
    rate = end_rate((200, 100, 90, 80, 70, 60, 50, 40))
    assert rate is not None
    assert rate.estimate == 0.4


@pytest.mark.parametrize("counts", [(1, 2, 0, 0, 0, 0, 0, 0), (3, 2), (0, 0, 0, 0, 0, 0, 0, -1)])
def test_counts_that_are_not_nested_are_refused(counts: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="nested counts"):
        steps(counts)


@given(positive, positive)
def test_both_decompositions_sum_to_the_gap(q_a: list[float], q_b: list[float]) -> None:
    gap = 1.0
    other = 1.0
    for x, y in zip(q_a, q_b, strict=True):
        gap, other = gap * x, other * y
    assert sum(log_mean(q_a, q_b)) == pytest.approx(gap - other, abs=1e-9)
    assert sum(shapley(q_a, q_b)) == pytest.approx(gap - other, abs=1e-9)


def test_a_group_that_loses_everybody_is_split_by_shapley() -> None:
    found = decompose([100, 80, 40], [100, 50, 0])
    assert sum(found.contributions) == pytest.approx(found.gap) == pytest.approx(0.4)
    assert found.log_ratio_errors[1] is None


def test_a_step_after_zero_passes_nobody_on() -> None:
    assert decompose([100, 80, 40], [100, 0, 0]).end_b == 0


def test_a_decomposition_needs_somebody_at_the_start() -> None:
    with pytest.raises(ValueError, match="somebody in the first"):
        decompose([0, 0], [1, 1])
