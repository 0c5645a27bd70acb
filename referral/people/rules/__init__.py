"""What is true about people and what they allow, without a database and without a clock."""

from referral.people.rules.answers import AnswerSource, AnswerState
from referral.people.rules.consents import ConsentMethod, ConsentScope, GivenBy
from referral.people.rules.grants import GrantBasis
from referral.people.rules.needs import (
    NeedCategory,
    NeedDomain,
    categories_in,
    domain_label,
    domain_of,
    label,
    level_of,
)
from referral.people.rules.sensitivity import SensitivityLevel, highest

__all__ = [
    "AnswerSource",
    "AnswerState",
    "ConsentMethod",
    "ConsentScope",
    "GivenBy",
    "GrantBasis",
    "NeedCategory",
    "NeedDomain",
    "SensitivityLevel",
    "categories_in",
    "domain_label",
    "domain_of",
    "highest",
    "label",
    "level_of",
]
