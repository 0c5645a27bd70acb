"""The needs we speak of: the category codes of HL7 SDOH Clinical Care, with our words, levels and domains.

Codes: http://hl7.org/fhir/us/sdoh-clinicalcare/CodeSystem/SDOHCC-CodeSystemTemporaryCodes.
Levels and domains are ours; a network's lawyer may narrow them.
"""

from dataclasses import dataclass
from enum import StrEnum

from referral.people.rules.sensitivity import SensitivityLevel


class NeedCategory(StrEnum):
    """A category of social need, stored by its SDOHCC code."""

    FOOD_INSECURITY = "food-insecurity"
    HOUSING_INSTABILITY = "housing-instability"
    HOMELESSNESS = "homelessness"
    INADEQUATE_HOUSING = "inadequate-housing"
    UTILITY_INSECURITY = "utility-insecurity"
    TRANSPORTATION_INSECURITY = "transportation-insecurity"
    FINANCIAL_INSECURITY = "financial-insecurity"
    MATERIAL_HARDSHIP = "material-hardship"
    EMPLOYMENT_STATUS = "employment-status"
    EDUCATIONAL_ATTAINMENT = "educational-attainment"
    SOCIAL_CONNECTION = "social-connection"
    STRESS = "stress"
    INTIMATE_PARTNER_VIOLENCE = "intimate-partner-violence"
    ELDER_ABUSE = "elder-abuse"
    HEALTH_INSURANCE_COVERAGE_STATUS = "health-insurance-coverage-status"
    MEDICAL_COST_BURDEN = "medical-cost-burden"
    PERSONAL_HEALTH_LITERACY = "personal-health-literacy"
    DIGITAL_ACCESS = "digital-access"
    DIGITAL_LITERACY = "digital-literacy"
    LANGUAGE_ACCESS = "language-access"
    VETERAN_STATUS = "veteran-status"
    INCARCERATION_STATUS = "incarceration-status"
    PROTECTIVE_FACTOR = "protective-factor"
    SDOH_CATEGORY_UNSPECIFIED = "sdoh-category-unspecified"


class NeedDomain(StrEnum):
    """A family of needs: what a consent names, and what a report groups by."""

    FOOD = "food"
    HOUSING = "housing"
    UTILITIES = "utilities"
    TRANSPORTATION = "transportation"
    MONEY = "money"
    WORK_AND_SCHOOL = "work_and_school"
    SOCIAL_SUPPORT = "social_support"
    BEHAVIORAL_HEALTH = "behavioral_health"
    SAFETY = "safety"
    HEALTH_ACCESS = "health_access"
    CONNECTIVITY = "connectivity"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class _Facts:
    label: str
    domain: NeedDomain
    level: SensitivityLevel = SensitivityLevel.L1


_FACTS: dict[NeedCategory, _Facts] = {
    NeedCategory.FOOD_INSECURITY: _Facts("Food", NeedDomain.FOOD),
    NeedCategory.HOUSING_INSTABILITY: _Facts("Keeping a home", NeedDomain.HOUSING),
    NeedCategory.HOMELESSNESS: _Facts("A place to stay", NeedDomain.HOUSING),
    NeedCategory.INADEQUATE_HOUSING: _Facts("Safe and healthy housing", NeedDomain.HOUSING),
    NeedCategory.UTILITY_INSECURITY: _Facts("Utilities", NeedDomain.UTILITIES),
    NeedCategory.TRANSPORTATION_INSECURITY: _Facts("Transportation", NeedDomain.TRANSPORTATION),
    NeedCategory.FINANCIAL_INSECURITY: _Facts("Money for basics", NeedDomain.MONEY),
    NeedCategory.MATERIAL_HARDSHIP: _Facts("Clothing and household goods", NeedDomain.MONEY),
    NeedCategory.EMPLOYMENT_STATUS: _Facts("Work", NeedDomain.WORK_AND_SCHOOL),
    NeedCategory.EDUCATIONAL_ATTAINMENT: _Facts("School and training", NeedDomain.WORK_AND_SCHOOL),
    NeedCategory.SOCIAL_CONNECTION: _Facts("Company and everyday support", NeedDomain.SOCIAL_SUPPORT),
    # The cautious level: what helps against stress is often behavioral health.
    NeedCategory.STRESS: _Facts("Stress", NeedDomain.BEHAVIORAL_HEALTH, SensitivityLevel.L2),
    NeedCategory.INTIMATE_PARTNER_VIOLENCE: _Facts(
        "Safety from a partner or ex-partner", NeedDomain.SAFETY, SensitivityLevel.L3
    ),
    NeedCategory.ELDER_ABUSE: _Facts("Safety of an older adult", NeedDomain.SAFETY, SensitivityLevel.L3),
    NeedCategory.HEALTH_INSURANCE_COVERAGE_STATUS: _Facts("Health insurance", NeedDomain.HEALTH_ACCESS),
    NeedCategory.MEDICAL_COST_BURDEN: _Facts("Medical costs", NeedDomain.HEALTH_ACCESS),
    NeedCategory.PERSONAL_HEALTH_LITERACY: _Facts("Understanding health care", NeedDomain.HEALTH_ACCESS),
    NeedCategory.DIGITAL_ACCESS: _Facts("Internet and devices", NeedDomain.CONNECTIVITY),
    NeedCategory.DIGITAL_LITERACY: _Facts("Help with using the internet", NeedDomain.CONNECTIVITY),
    NeedCategory.LANGUAGE_ACCESS: _Facts("Language help", NeedDomain.CONNECTIVITY),
    NeedCategory.VETERAN_STATUS: _Facts("Veterans' services", NeedDomain.OTHER),
    NeedCategory.INCARCERATION_STATUS: _Facts("Help after jail or prison", NeedDomain.OTHER),
    NeedCategory.PROTECTIVE_FACTOR: _Facts("Strengths to build on", NeedDomain.OTHER),
    # The instruments use it for safety questions that name no partner, so it is treated as safety.
    NeedCategory.SDOH_CATEGORY_UNSPECIFIED: _Facts(
        "Safety at home or around others", NeedDomain.SAFETY, SensitivityLevel.L3
    ),
}

_DOMAIN_LABELS: dict[NeedDomain, str] = {
    NeedDomain.FOOD: "Food",
    NeedDomain.HOUSING: "Housing",
    NeedDomain.UTILITIES: "Utilities",
    NeedDomain.TRANSPORTATION: "Transportation",
    NeedDomain.MONEY: "Money and goods",
    NeedDomain.WORK_AND_SCHOOL: "Work and school",
    NeedDomain.SOCIAL_SUPPORT: "Company and support",
    NeedDomain.BEHAVIORAL_HEALTH: "Stress and behavioral health",
    NeedDomain.SAFETY: "Safety",
    NeedDomain.HEALTH_ACCESS: "Getting health care",
    NeedDomain.CONNECTIVITY: "Internet and language",
    NeedDomain.OTHER: "Other",
}


def label(category: NeedCategory) -> str:
    """The category in plain English, as a page or a printed list says it."""
    return _FACTS[category].label


def level_of(category: NeedCategory) -> SensitivityLevel:
    """How sensitive it is that somebody has this need."""
    return _FACTS[category].level


def domain_of(category: NeedCategory) -> NeedDomain:
    """The family of needs this category belongs to."""
    return _FACTS[category].domain


def domain_label(domain: NeedDomain) -> str:
    """The domain in plain English."""
    return _DOMAIN_LABELS[domain]


def categories_in(domain: NeedDomain) -> tuple[NeedCategory, ...]:
    """All categories of a domain, in the order pages show them."""
    return tuple(category for category, facts in _FACTS.items() if facts.domain is domain)
