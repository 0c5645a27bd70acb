"""What is true about people and what they allow, without a database and without a clock."""

from referral.people.rules.answers import AnswerSource, AnswerState
from referral.people.rules.consent_checks import (
    GivenConsent,
    covers,
    ends_on,
    is_in_force,
    may_end_on,
    may_record,
    required_proof,
    review_on,
)
from referral.people.rules.consent_terms import TERMS, ScopeTerms
from referral.people.rules.consents import ConsentMethod, ConsentScope, GivenBy
from referral.people.rules.demographics import DemographicKind, Observation, most_trusted, why_asked
from referral.people.rules.disability import DIFFICULTY_QUESTIONS, Difficulty, is_asked_at
from referral.people.rules.duplicates import Identifiers, Likeness, compare, likely_matches
from referral.people.rules.grants import GrantBasis, GrantScope
from referral.people.rules.languages import LANGUAGES, Language, language_name
from referral.people.rules.links import LinkKind
from referral.people.rules.minimum import as_a_bill_needs, open_fields
from referral.people.rules.names import sound_of
from referral.people.rules.needs import (
    NeedCategory,
    NeedDomain,
    categories_in,
    domain_label,
    domain_of,
    label,
    level_of,
)
from referral.people.rules.phones import format_phone, normalize_phone
from referral.people.rules.race_ethnicity import (
    ALONE_OR_IN_COMBINATION,
    CDC_CODES,
    COMBINED_MULTIRACIAL,
    MULTIRACIAL,
    OMB_1997,
    RaceEthnicity,
    Tabulation,
    alone_or_in_combination,
    combined_multiracial,
    most_frequent_combinations,
    most_frequent_multiple,
    most_frequent_multiple_over,
    omb_1997,
    race_label,
)
from referral.people.rules.safe_contact import (
    ContactChannel,
    ContactRefusal,
    SafeContact,
    contact_refusal,
    next_safe_time,
)
from referral.people.rules.sensitivity import SensitivityLevel, highest
from referral.people.rules.sogi import (
    GENDER_IDENTITIES,
    SEXUAL_ORIENTATIONS,
    GenderIdentity,
    Pronouns,
    SexualOrientation,
)

__all__ = [
    "ALONE_OR_IN_COMBINATION",
    "CDC_CODES",
    "COMBINED_MULTIRACIAL",
    "DIFFICULTY_QUESTIONS",
    "GENDER_IDENTITIES",
    "LANGUAGES",
    "MULTIRACIAL",
    "OMB_1997",
    "SEXUAL_ORIENTATIONS",
    "TERMS",
    "AnswerSource",
    "AnswerState",
    "ConsentMethod",
    "ConsentScope",
    "ContactChannel",
    "ContactRefusal",
    "DemographicKind",
    "Difficulty",
    "GenderIdentity",
    "GivenBy",
    "GivenConsent",
    "GrantBasis",
    "GrantScope",
    "Identifiers",
    "Language",
    "Likeness",
    "LinkKind",
    "NeedCategory",
    "NeedDomain",
    "Observation",
    "Pronouns",
    "RaceEthnicity",
    "SafeContact",
    "ScopeTerms",
    "SensitivityLevel",
    "SexualOrientation",
    "Tabulation",
    "alone_or_in_combination",
    "as_a_bill_needs",
    "categories_in",
    "combined_multiracial",
    "compare",
    "contact_refusal",
    "covers",
    "domain_label",
    "domain_of",
    "ends_on",
    "format_phone",
    "highest",
    "is_asked_at",
    "is_in_force",
    "label",
    "language_name",
    "level_of",
    "likely_matches",
    "may_end_on",
    "may_record",
    "most_frequent_combinations",
    "most_frequent_multiple",
    "most_frequent_multiple_over",
    "most_trusted",
    "next_safe_time",
    "normalize_phone",
    "omb_1997",
    "open_fields",
    "race_label",
    "required_proof",
    "review_on",
    "sound_of",
    "why_asked",
]
