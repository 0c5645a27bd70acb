"""Measures are data with a version, a mark and a source."""

from pathlib import Path

import pytest

from referral.equity.rules.measures import MEASURES, Mark, measure
from tests.equity.printing import measures


def test_every_version_of_a_measure_is_there_once() -> None:
    labels = [spec.label for spec in MEASURES]
    assert len(labels) == len(set(labels))


@pytest.mark.parametrize("spec", MEASURES, ids=lambda spec: spec.label)
def test_a_measure_says_what_it_counts_and_where_that_comes_from(spec: object) -> None:
    for name in ("name", "numerator", "denominator", "window", "source"):
        assert getattr(spec, name)
    assert spec.status in Mark


def test_the_latest_version_is_found_by_id() -> None:
    assert measure("cascade").label == "cascade@1"
    assert measure("connection_rate", 1).version == 1


def test_an_unknown_measure_or_version_is_an_error() -> None:
    with pytest.raises(KeyError, match="cascade@9"):
        measure("cascade", 9)


def test_the_printed_measures_are_the_measures() -> None:
    printed = (Path(__file__).parents[2] / "docs" / "measures.md").read_text(encoding="utf-8")
    assert printed == measures(), "print it again: python -m tests.equity.printing > docs/measures.md"
