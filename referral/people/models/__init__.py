"""What we remember about people: who they are, how to reach them, what they told us and what they allow."""

from referral.people.models.access import AccessGrant
from referral.people.models.break_glass import BreakGlass
from referral.people.models.consents import Consent, Notice, SignedLink
from referral.people.models.coverage import Coverage
from referral.people.models.demographics import Demographic
from referral.people.models.persons import Person, PersonAddress, PersonPhone
from referral.people.models.requests import PersonRequest

__all__ = [
    "AccessGrant",
    "BreakGlass",
    "Consent",
    "Coverage",
    "Demographic",
    "Notice",
    "Person",
    "PersonAddress",
    "PersonPhone",
    "PersonRequest",
    "SignedLink",
]
