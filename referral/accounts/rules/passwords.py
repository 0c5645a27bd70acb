"""Which passwords staff may not use: short, common, or made of their own names (NIST SP 800-63B, no composition)."""

import re
from collections.abc import Iterable, Iterator
from functools import cache

from zxcvbn.frequency_lists import FREQUENCY_LISTS

MIN_PASSWORD_LENGTH = 12
MAX_PASSWORD_LENGTH = 256
FEWEST_SIGNS = 5
"""Fewer different characters than this are a key held down."""
OWN_LETTERS = 6
"""So many letters must be left when the user's own words are taken out."""
MOST_SIGNS = 8
"""Digits and signs around a common word that do not make it better."""
RUNS = ("abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm", "01234567890123456789")
_DISGUISES = str.maketrans("@4310$57!", "aaeiossti")
_HEAD, _TAIL = re.compile(r"^[\W\d_]+"), re.compile(r"[\W\d_]+$")
_TOO_COMMON = "This is one of the passwords that are tried first. Use several words that do not belong together."


def password_problem(password: str, own_words: Iterable[str] = ()) -> str | None:
    """Return why staff may not use the password, in one sentence, or None.

    `own_words` are the user's name, e-mail address and organizations: passwords made of them are guessed first.
    """
    if len(password) < MIN_PASSWORD_LENGTH:
        return f"Use at least {MIN_PASSWORD_LENGTH} characters; several words make a good password."
    if len(password) > MAX_PASSWORD_LENGTH:
        return f"Use at most {MAX_PASSWORD_LENGTH} characters."
    if is_common(password):
        return _TOO_COMMON
    if _is_made_of(password, own_words):
        return "Do not build the password from your name, your e-mail address or your organization."
    return None


def is_common(password: str) -> bool:
    """Whether the password is a common one, also with digits or signs around it, repeated, or a run of keys."""
    plain = password.casefold()
    if len(set(plain)) < FEWEST_SIGNS:
        return True
    cores = {core.translate(table) for core in _cores(plain) for table in ({}, _DISGUISES)}
    return any(_is_run(core) or core in common_passwords() or _repeated(core) in common_passwords() for core in cores)


def _cores(text: str) -> Iterator[str]:
    """Yield the text with every number of digits and signs taken off its ends: summer!2026 → summer!2026 … summer."""
    head, tail = (len(found[0]) if (found := run.search(text)) else 0 for run in (_HEAD, _TAIL))
    for first in range(min(head, MOST_SIGNS) + 1):
        for last in range(min(tail, MOST_SIGNS) + 1):
            if core := text[first : len(text) - last]:
                yield core


@cache
def common_passwords() -> frozenset[str]:
    """Return the 30,000 passwords found most often in breaches (zxcvbn's list)."""
    return frozenset(FREQUENCY_LISTS["passwords"])


def _is_made_of(password: str, own_words: Iterable[str]) -> bool:
    rest = password.casefold()
    own = sorted({word for text in own_words for word in re.findall(r"\w{3,}", text.casefold())}, key=len, reverse=True)
    shorter = rest
    for word in own:
        shorter = shorter.replace(word, " ")
    return shorter != rest and len(re.findall(r"[^\W\d_]", shorter)) < OWN_LETTERS


def _repeated(text: str) -> str:
    """Return the part that the text repeats, or the text itself: passwordpassword → password."""
    found = re.fullmatch(r"(.{3,}?)\1+", text)
    return found[1] if found else text


def _is_run(text: str) -> bool:
    return len(text) > 3 and any(text in row * 2 or text[::-1] in row * 2 for row in RUNS)
