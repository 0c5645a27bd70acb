from itertools import product

import pytest

from referral.people.rules import (
    NeedCategory,
    NeedDomain,
    SensitivityLevel,
    categories_in,
    domain_label,
    domain_of,
    highest,
    label,
    level_of,
)

SDOHCC_CODES = {
    "digital-access",
    "digital-literacy",
    "educational-attainment",
    "elder-abuse",
    "employment-status",
    "financial-insecurity",
    "food-insecurity",
    "health-insurance-coverage-status",
    "homelessness",
    "housing-instability",
    "inadequate-housing",
    "incarceration-status",
    "intimate-partner-violence",
    "language-access",
    "material-hardship",
    "medical-cost-burden",
    "personal-health-literacy",
    "protective-factor",
    "sdoh-category-unspecified",
    "social-connection",
    "stress",
    "transportation-insecurity",
    "utility-insecurity",
    "veteran-status",
}


def test_the_categories_are_exactly_those_of_sdoh_clinical_care():
    assert {category.value for category in NeedCategory} == SDOHCC_CODES


def test_every_category_has_its_own_words_and_lies_in_one_domain():
    labels = [label(category) for category in NeedCategory]
    assert len(set(labels)) == len(labels)
    assert sorted(c for domain in NeedDomain for c in categories_in(domain)) == sorted(NeedCategory)
    assert all(category in categories_in(domain_of(category)) for category in NeedCategory)
    assert len({domain_label(domain) for domain in NeedDomain}) == len(NeedDomain)


def test_everything_about_safety_is_the_highest_level_and_nothing_else_is():
    safety = {category for category in NeedCategory if level_of(category) is SensitivityLevel.L3}
    assert safety == set(categories_in(NeedDomain.SAFETY))
    assert {"intimate-partner-violence", "elder-abuse", "sdoh-category-unspecified"} == safety


def test_stress_counts_as_behavioral_health():
    assert level_of(NeedCategory.STRESS) is SensitivityLevel.L2


@pytest.mark.parametrize(("one", "other"), list(product(SensitivityLevel, repeat=2)))
def test_a_record_is_as_sensitive_as_its_most_sensitive_part(one: SensitivityLevel, other: SensitivityLevel):
    assert highest(one, other) == max(one, other)


def test_a_record_without_parts_is_general():
    assert highest() is SensitivityLevel.L1
