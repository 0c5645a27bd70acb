"""Eligibility for the shipped program: yes, no, or not known yet, always with its reasons."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from referral.people.rules import NeedCategory
from referral.programs.rules import (
    CriterionAnswer,
    EligibilityFacts,
    FactStatus,
    Verdict,
    applicable_categories,
    is_eligible,
    read_definition,
)

FILE = Path(__file__).parents[2] / "seed" / "programs" / "healthy_opportunities" / "program.json"
PROGRAM = read_definition(json.loads(FILE.read_text(encoding="utf-8")))


def _answer(is_met: bool | None) -> CriterionAnswer:
    return CriterionAnswer(is_met, date(2024, 1, 2), "navigator")


ELIGIBLE = EligibilityFacts(
    has_coverage=True,
    county="Pitt",
    age=40,
    is_pregnant=False,
    needs=frozenset({NeedCategory.FOOD_INSECURITY}),
    is_screened=True,
    answers={"2plus_chronic": _answer(True)},
)


def _part(facts: EligibilityFacts, part: str) -> Verdict:
    return next(finding.verdict for finding in is_eligible(PROGRAM, facts).findings if finding.part == part)


def test_coverage_county_health_and_social_risk_together_make_a_person_eligible() -> None:
    answer = is_eligible(PROGRAM, ELIGIBLE)

    assert answer.verdict is Verdict.YES
    assert [finding.verdict for finding in answer.findings] == [Verdict.YES] * 4


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"has_coverage": False}, "coverage"),
        ({"county": "Wake"}, "county"),
        (
            {
                "answers": {
                    code: _answer(False) for code in ("2plus_chronic", "repeat_ed_or_admission", "former_foster_care")
                }
            },
            "health",
        ),
        ({"needs": frozenset()}, "social_risk"),
    ],
)
def test_one_known_no_is_enough(change: dict[str, object], part: str) -> None:
    facts = replace(ELIGIBLE, **change)

    assert is_eligible(PROGRAM, facts).verdict is Verdict.NO
    assert _part(facts, part) is Verdict.NO


@pytest.mark.parametrize(
    "change",
    [
        {"has_coverage": None},
        {"county": None},
        {"age": None},
        {"answers": {}},
        {"answers": {"2plus_chronic": _answer(None)}},
        {"needs": frozenset(), "is_screened": False},
    ],
)
def test_what_is_not_known_never_makes_anybody_ineligible(change: dict[str, object]) -> None:
    assert is_eligible(PROGRAM, replace(ELIGIBLE, **change)).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("age", "is_pregnant", "expected"),
    [
        (2, False, ["child_0_3", "child_0_20"]),
        (20, False, ["child_0_20"]),
        (21, False, ["adult"]),
        (15, True, ["pregnant", "child_0_20"]),
        (30, None, ["adult", "pregnant"]),
        (None, False, ["adult", "child_0_3", "child_0_20"]),
    ],
)
def test_age_and_pregnancy_choose_the_categories(
    age: int | None, is_pregnant: bool | None, expected: list[str]
) -> None:
    facts = replace(ELIGIBLE, age=age, is_pregnant=is_pregnant)

    assert [category.code for category, _ in applicable_categories(PROGRAM, facts)] == expected


def test_an_unverified_criterion_is_said_to_be_unverified() -> None:
    by_unverified = is_eligible(PROGRAM, replace(ELIGIBLE, answers={"former_foster_care": _answer(True)}))
    health = next(finding for finding in by_unverified.findings if finding.part == "health")

    assert health.status is FactStatus.UNVERIFIED
    assert by_unverified.rests_on_unverified_rules


def test_the_best_known_of_several_criteria_is_named() -> None:
    both = {"former_foster_care": _answer(True), "2plus_chronic": _answer(True)}
    health = next(f for f in is_eligible(PROGRAM, replace(ELIGIBLE, answers=both)).findings if f.part == "health")

    assert health.status is FactStatus.VERIFIED


def test_33_counties_belong_to_three_network_leads() -> None:
    assert len(PROGRAM.counties) == 33
    assert len(PROGRAM.regions) == 3
    assert PROGRAM.lead_of("Pitt") == "Access East, Inc."
    assert PROGRAM.lead_of("Wake") is None


def test_each_social_risk_factor_is_shown_by_a_need() -> None:
    assert len(PROGRAM.risk_factors) == 4
    assert all(factor.need_categories for factor in PROGRAM.risk_factors)
