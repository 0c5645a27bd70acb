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


class GrantScope(StrEnum):
    """How much of a person a row of access opens."""

    RECORD = "record"
    """The whole record: screenings, needs, referrals."""
    CONTACT = "contact"
    """Name and ways to reach the person: what an accepted referral needs."""
    MINIMUM = "minimum"
    """First name, area, language, household size: what a receiver sees before it accepts."""
    STATUS = "status"
    """Where things stand, for a plan."""
    BILLING = "billing"
    """Name, date of birth, member id: what a bill needs."""
    PART2 = "part2"
    """With a part in a referral: what is L2 in it, as long as a named consent to disclose is in force."""
    SAFETY = "safety"
    """With a part in a referral, and for cleared users only: what is L3 in it, by a named release of 30 days."""
