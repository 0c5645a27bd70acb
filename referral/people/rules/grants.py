"""Why an organization may see a person: access is a row, and the row names its reason."""

from enum import StrEnum


class GrantBasis(StrEnum):
    """The reason for a row of access; revoking the reason deletes the row."""

    CONSENT = "consent"
    REFERRAL_PARTY = "referral_party"
    INTAKE_OWNER = "intake_owner"
    COVERAGE = "coverage"
    BILLING_PARTY = "billing_party"
    BREAK_GLASS = "break_glass"
