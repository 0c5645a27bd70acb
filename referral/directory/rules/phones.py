"""Telephone numbers: read strictly, kept as E.164, said as people dial them."""

import re

import phonenumbers

from referral.directory.rules.problems import Unusable
from referral.directory.rules.vocabulary import ProblemKind

SHORT_CODES = frozenset({"211", "311", "411", "511", "611", "711", "811", "911", "988"})
_EXTENSION = re.compile(r"[\s,;]*(?:extension|ext\.?|x|#)[\s.:]*(\d{1,7})\W*$", re.IGNORECASE)
_REGION = "US"


def read_phone(text: str) -> tuple[str, int | None]:
    """The number in E.164 (or a short code such as 211) and its extension; refuses what nobody could dial.

    Letters other than an extension are refused: a lenient reader turns *325-1818 xOPT2* into a wrong number.
    """
    text = text.strip()[:80]
    extension = None
    if match := _EXTENSION.search(text):
        extension = int(match.group(1))
        text = text[: match.start()]
    digits = re.sub(r"[\s().-]", "", text)
    if digits in SHORT_CODES:
        return digits, extension
    if re.search(r"[^\W\d_]", text):
        raise Unusable(ProblemKind.BAD_PHONE)
    try:
        number = phonenumbers.parse(text, _REGION)
    except phonenumbers.NumberParseException as error:
        raise Unusable(ProblemKind.BAD_PHONE) from error
    if not phonenumbers.is_valid_number(number):
        raise Unusable(ProblemKind.BAD_PHONE)
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)), extension


def say_phone(number: str, extension: int | None = None) -> str:
    """A stored number as people in the United States write it, with its extension."""
    spoken = number
    if number.startswith("+1") and len(number) == 12:
        spoken = f"({number[2:5]}) {number[5:8]}-{number[8:]}"
    return spoken if extension is None else f"{spoken} ext. {extension}"
