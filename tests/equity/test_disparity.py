"""Disparity statistics at the edges that the open cases leave out, by simulation and by their definitions."""

import csv
from math import log
from pathlib import Path

import numpy as np
import pytest

from referral.equity.rules import disparity, reliability, significance
from referral.equity.rules.change import Levelling, TwoYears, change_of_gap, creditable, levelling

ORACLE = (Path(__file__).parent / "data" / "beta_binomial_reliability.csv").read_text()


def test_noise_inflates_the_plain_variance_and_not_the_debiased_one() -> None:
    random = np.random.default_rng(11)
    rates, sizes = np.array([0.60, 0.65, 0.70, 0.74]), np.array([400, 200, 90, 60])
    weights = sizes / sizes.sum()
    true = float(weights @ (rates - weights @ rates) ** 2)
    draws = [disparity.groups(random.binomial(sizes, rates).tolist(), sizes.tolist()) for _ in range(4000)]
    plain = np.mean([disparity.between_group_variance(d).value for d in draws])
    debiased = np.mean([disparity.debiased_variance(d) for d in draws])
    assert plain > true * 1.1
    assert debiased == pytest.approx(true, rel=0.05)


def test_relative_measures_do_not_exist_where_nobody_was_helped() -> None:
    nobody = disparity.groups([0, 0], [20, 30])
    assert disparity.theil(nobody).value is None
    assert disparity.relative_concentration(nobody).value is None
    assert disparity.coefficient_of_variation(nobody) is None
    assert disparity.ratio_interval(nobody, reference=0, group=1) is None


def test_one_member_has_no_debiased_variance() -> None:
    assert disparity.debiased_variance(disparity.groups([1, 3], [1, 5])) is None


def test_the_ratio_interval_is_katz() -> None:
    found = disparity.ratio_interval(disparity.groups([60, 40], [100, 100]), reference=0, group=1)
    assert found is not None
    half = 1.959963984540054 * (1 / 60 - 1 / 100 + 1 / 40 - 1 / 100) ** 0.5
    assert log(found.upper / found.estimate) == pytest.approx(half)


def test_the_difference_of_a_pair_is_that_of_newcombe() -> None:
    found = disparity.difference_interval(disparity.groups([56, 48], [70, 80]), reference=0, group=1)
    assert (found.lower, found.upper) == (pytest.approx(0.0524314724), pytest.approx(0.3338726540))


@pytest.mark.parametrize("counts", [([1], [0]), ([3], [2]), ([1, 2], [3])])
def test_impossible_groups_are_refused(counts: tuple[list[int], list[int]]) -> None:
    with pytest.raises(ValueError, match="each group needs"):
        disparity.groups(*counts)


@pytest.mark.parametrize("x", [[0, 0], [20, 30]])
def test_groups_that_all_agree_show_no_difference(x: list[int]) -> None:
    found = disparity.groups(x, [20, 30])
    assert significance.omnibus(found).p == significance.trend(found, [1, 2]).p == 1


def test_one_group_alone_and_scores_without_an_order_show_nothing() -> None:
    assert significance.omnibus(disparity.groups([5], [10])).p == 1
    assert significance.trend(disparity.groups([5, 8], [10, 10]), [1, 1]).p == 1


def test_holm_adjusts_the_smallest_most_and_keeps_the_order() -> None:
    assert significance.holm([0.01, 0.04, 0.03]) == pytest.approx((0.03, 0.06, 0.06))


def test_the_beta_binomial_fit_equals_that_of_vgam() -> None:
    rows = list(csv.DictReader(ORACLE.splitlines()))
    fit = reliability.fit_beta_binomial([int(r["x"]) for r in rows], [int(r["n"]) for r in rows])
    # VGAM stops iterating at a relative change of the likelihood; ours follows the gradient to zero.
    assert (fit.alpha, fit.beta) == (pytest.approx(8.0113116, abs=5e-4), pytest.approx(7.0438357, abs=5e-4))
    assert fit.smallest_n() == 36
    for r in rows:
        lower, upper = fit.shrunk_limits(int(r["x"]), int(r["n"]))
        assert lower == pytest.approx(float(r["shrunk_lo"]), abs=1e-5)
        assert upper == pytest.approx(float(r["shrunk_hi"]), abs=1e-5)


def test_rates_without_spread_cannot_be_told_apart() -> None:
    with pytest.raises(ValueError, match="no spread"):
        reliability.fit_beta_binomial([50] * 8, [100] * 8)
    assert reliability.gap_reliability([0.1, 0.1, 0.1], [0.05, 0.05, 0.05]) == (0, 0, 0)


def test_a_gap_alone_is_told_apart_from_none_and_one_without_an_error_is_refused() -> None:
    assert reliability.gap_reliability([0.3], [0.05]) == (0,)
    with pytest.raises(ValueError, match="cannot be weighed"):
        reliability.gap_reliability([0.1, 0.3], [0.0, 0.05])


def test_gaps_far_apart_are_reliable() -> None:
    assert min(reliability.gap_reliability([0.05, 0.25, 0.45], [0.02, 0.02, 0.02])) > 0.9


@pytest.mark.parametrize(
    ("closing", "rise", "fall", "kind", "credit"),
    [
        (0.05, 0.06, -0.01, Levelling.UP, 0.05),
        (0.05, 0.02, 0.03, Levelling.MIXED, 0.02),
        (0.05, -0.01, 0.06, Levelling.DOWN, 0),
        (0.05, 0.0, 0.05, Levelling.DOWN, 0),
        (0.0, 0.02, -0.02, Levelling.NOT_CLOSED, 0),
        (-0.03, 0.02, -0.05, Levelling.NOT_CLOSED, 0),
    ],
)
def test_only_raising_the_disadvantaged_group_is_credited(
    closing: float, rise: float, fall: float, kind: Levelling, credit: float
) -> None:
    assert levelling(closing=closing, rise=rise, fall=fall, tolerance=0.0) is kind
    assert creditable(closing=closing, rise=rise) == credit


def test_a_fall_within_the_tolerance_of_the_contract_is_levelling_up() -> None:
    assert levelling(closing=0.05, rise=0.03, fall=0.02, tolerance=0.02) is Levelling.UP


def test_where_lower_is_better_a_falling_rate_closes_the_gap() -> None:
    found = change_of_gap(TwoYears(10, 100, 10, 100), TwoYears(30, 100, 20, 100), is_lower_better=True)
    assert (found.gap0, found.gap1) == (pytest.approx(0.2), pytest.approx(0.1))
    assert found.creditable == pytest.approx(0.1)


def test_members_of_both_years_make_the_change_more_certain() -> None:
    apart = TwoYears(60, 100, 70, 100)
    together = TwoYears(60, 100, 70, 100, both=100, both_hits=55, both_hits0=60, both_hits1=70)
    assert together.variance_of_change < apart.variance_of_change
    changes = [0] * 55 + [-1] * 5 + [1] * 15 + [0] * 25
    assert together.variance_of_change == pytest.approx(np.var(changes) / 100)
