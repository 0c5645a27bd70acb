"""Intervals against R 4.2.2, and at their edges."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral.equity.rules.disparity import groups
from referral.equity.rules.intervals import clopper_pearson, newcombe, wilson
from referral.equity.rules.significance import omnibus, trend

TEXT = (Path(__file__).parent / "data" / "interval_reference.csv").read_text()
ROWS = list(csv.DictReader(TEXT.splitlines()))
INTERVALS = {
    "wilson95": wilson,
    "clopper_pearson95": clopper_pearson,
    "newcombe_hybrid_score_diff95": newcombe,
}


def numbers(text: str) -> dict[str, list[int]]:
    parts = dict(part.split("=") for part in text.split(";"))
    return {name: [int(v) for v in values.split(",")] for name, values in parts.items() if name != "score"}


@pytest.mark.parametrize("row", [r for r in ROWS if r["stat"] in INTERVALS], ids=lambda r: r["stat"] + r["inputs"])
def test_the_interval_equals_that_of_r(row: dict[str, str]) -> None:
    found = INTERVALS[row["stat"]](*(v[0] for v in numbers(row["inputs"]).values()))
    expected = [float(row[name]) for name in ("estimate", "lower", "upper")]
    assert [found.estimate, found.lower, found.upper] == pytest.approx(expected, abs=1e-9)


def test_the_chi_square_over_groups_equals_that_of_r() -> None:
    row = next(r for r in ROWS if r["stat"] == "chisq_k_groups")
    test = omnibus(groups(**numbers(row["inputs"])))
    assert (test.chi2, test.p) == (pytest.approx(float(row["estimate"])), pytest.approx(float(row["p"])))


def test_the_trend_equals_that_of_r() -> None:
    row = next(r for r in ROWS if r["stat"] == "cochran_armitage_trend")
    test = trend(groups(**numbers(row["inputs"])), [1, 2, 3, 4])
    assert (test.chi2, test.p) == (pytest.approx(float(row["estimate"])), pytest.approx(float(row["p"])))


@given(st.integers(1, 10_000), st.data())
def test_an_interval_holds_its_share_and_stays_between_zero_and_one(n: int, data: st.DataObject) -> None:
    x = data.draw(st.integers(0, n))
    for found in (wilson(x, n), clopper_pearson(x, n)):
        assert 0 <= found.lower <= found.estimate <= found.upper <= 1


def test_nobody_and_everybody_have_exact_limits() -> None:
    assert wilson(0, 10).lower == 0.0
    assert wilson(10, 10).upper == 1.0


@pytest.mark.parametrize(("x", "n"), [(0, 0), (3, 2), (-1, 4)])
def test_an_impossible_share_is_refused(x: int, n: int) -> None:
    with pytest.raises(ValueError, match="a share needs"):
        wilson(x, n)
