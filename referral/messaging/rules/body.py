"""What a text may say: who writes, nothing that reveals a need, a neutral link, how to stop, in one SMS.

A phone may be shared: a message never says what a person needs or which kind of service answers it.
"""

import re
import unicodedata
from collections.abc import Collection
from enum import StrEnum

# 3GPP TS 23.038: the default alphabet, and the characters that take two places.
GSM7_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM7_EXTENDED = frozenset("\f^{}\\[~]|€")
ONE_SMS = 160
TYPOGRAPHY = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "\u00a0": " "})
LINK = re.compile(r"https?://\S+")


class BodyProblem(StrEnum):
    """Why a text must not leave as it is."""

    NO_ORGANIZATION = "no_organization"
    NO_WAY_TO_STOP = "no_way_to_stop"
    REVEALING_WORD = "revealing_word"
    FOREIGN_LINK = "foreign_link"
    NOT_GSM7 = "not_gsm7"
    TOO_LONG = "too_long"


def is_gsm7(text: str) -> bool:
    """Tell whether every character is in the GSM-7 alphabet; one that is not halves what one SMS holds."""
    return all(character in GSM7_BASIC or character in GSM7_EXTENDED for character in text)


def gsm7_length(text: str) -> int:
    """Return how many of the 160 places of one SMS a GSM-7 text takes."""
    return sum(2 if character in GSM7_EXTENDED else 1 for character in text)


def to_gsm7(text: str) -> str:
    """Return a text in GSM-7: plain quotes and dashes, no accents it lacks, the rest left out."""
    return "".join(_nearest(character) for character in text.translate(TYPOGRAPHY))


def is_neutral(text: str, revealing: Collection[str]) -> bool:
    """Tell whether a text names no need, diagnosis or kind of service."""
    folded = unicodedata.normalize("NFKD", LINK.sub(" ", text)).casefold()
    words = re.findall(r"[a-z]+", "".join(c for c in folded if not unicodedata.combining(c)))
    return not any(word in revealing for word in words)


def compose(template: str, *, organization: str, **values: str) -> str:
    """Fill a template; a long organization name is cut at a word so that the text fits into one SMS.

    Raises KeyError when the template asks for a value that was not given.
    """
    name = to_gsm7(organization).strip()
    text = template.strip().format(organization=name, **values)
    surplus = gsm7_length(text) - ONE_SMS
    if surplus <= 0:
        return text
    return template.strip().format(organization=_shortened(name, len(name) - surplus), **values)


def body_problems(
    body: str,
    *,
    organization: str,
    revealing: Collection[str],
    base_url: str | None = None,
    must_say_stop: bool = True,
) -> list[BodyProblem]:
    """Return everything that keeps this text from leaving; without `base_url` links are not judged."""
    first_word = (to_gsm7(organization).split() or [""])[0]
    links = LINK.findall(body)
    checks = {
        BodyProblem.NO_ORGANIZATION: not first_word or first_word not in body,
        BodyProblem.NO_WAY_TO_STOP: must_say_stop and "STOP" not in body,
        BodyProblem.REVEALING_WORD: not is_neutral(body, revealing),
        BodyProblem.FOREIGN_LINK: base_url is not None and any(not _is_ours(link, base_url) for link in links),
        BodyProblem.NOT_GSM7: not is_gsm7(body),
        BodyProblem.TOO_LONG: gsm7_length(body) > ONE_SMS,
    }
    return [problem for problem, is_found in checks.items() if is_found]


def _is_ours(link: str, base_url: str) -> bool:
    return link.startswith(base_url.rstrip("/") + "/")


def _nearest(character: str) -> str:
    if is_gsm7(character):
        return character
    base = unicodedata.normalize("NFKD", character)
    return "".join(part for part in base if is_gsm7(part))


def _shortened(name: str, length: int) -> str:
    """Return as many whole words of a name as fit; a single longer word is cut."""
    length = max(length, 1)
    whole = name[: length + 1].rsplit(" ", 1)[0] if " " in name[: length + 1] else name[:length]
    return whole.rstrip(" ,-&")
