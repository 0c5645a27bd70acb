"""Sexual orientation, gender identity and pronouns: the options of USCDI version 3.

Codes are SNOMED CT or HL7 null flavors and were not checked against the value sets: `is_verified` says so.
Declined and unknown are states of the answer, not options.
"""

from dataclasses import dataclass
from enum import StrEnum


class SexualOrientation(StrEnum):
    """How a person describes whom they are attracted to."""

    LESBIAN_OR_GAY = "lesbian_or_gay"
    STRAIGHT = "straight"
    BISEXUAL = "bisexual"
    SOMETHING_ELSE = "something_else"


class GenderIdentity(StrEnum):
    """How a person describes their gender."""

    FEMALE = "female"
    MALE = "male"
    TRANSGENDER_FEMALE = "transgender_female"
    TRANSGENDER_MALE = "transgender_male"
    NONBINARY = "nonbinary"
    SOMETHING_ELSE = "something_else"


class Pronouns(StrEnum):
    """How a person wants to be spoken of."""

    SHE = "she/her"
    HE = "he/him"
    THEY = "they/them"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Option:
    """What a form shows for an answer, and the code that other systems know it by."""

    label: str
    code: str
    is_verified: bool = False


SEXUAL_ORIENTATIONS: dict[SexualOrientation, Option] = {
    SexualOrientation.LESBIAN_OR_GAY: Option("Lesbian or gay", "38628009"),
    SexualOrientation.STRAIGHT: Option("Straight", "20430005"),
    SexualOrientation.BISEXUAL: Option("Bisexual", "42035005"),
    SexualOrientation.SOMETHING_ELSE: Option("Something else", "OTH"),
}

GENDER_IDENTITIES: dict[GenderIdentity, Option] = {
    GenderIdentity.FEMALE: Option("Female", "446141000124107"),
    GenderIdentity.MALE: Option("Male", "446151000124109"),
    GenderIdentity.TRANSGENDER_FEMALE: Option("Transgender female", "407376001"),
    GenderIdentity.TRANSGENDER_MALE: Option("Transgender male", "407377005"),
    GenderIdentity.NONBINARY: Option("Neither only female nor only male", "446131000124102"),
    GenderIdentity.SOMETHING_ELSE: Option("Something else", "OTH"),
}
