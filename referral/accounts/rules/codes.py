"""Recovery codes: how they look, and how people type them."""

import re

RECOVERY_CODES = 10
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
"""Without letters and digits that look alike."""
GROUPS, GROUP = 4, 4
"""16 characters, 79 random bits: too many to try, even with the hashes in hand."""
TOTP_STEP_S = 30
_TOTP = re.compile(r"\d{6}")


def normal(code: str) -> str:
    """Return a code as it is compared: without spaces and dashes, in small letters."""
    return re.sub(r"[\s-]+", "", code).casefold()


def is_totp(code: str) -> bool:
    """Whether somebody typed the six digits of an app, and not a recovery code."""
    return _TOTP.fullmatch(normal(code)) is not None


def grouped(letters: str) -> str:
    """Write a recovery code so that people can copy it: abcd-efgh-jkmn-pqrs."""
    return "-".join(letters[at : at + GROUP] for at in range(0, len(letters), GROUP))


def key_words(secret: str) -> str:
    """Write the app's key in groups of four, for those who type it instead of scanning."""
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
