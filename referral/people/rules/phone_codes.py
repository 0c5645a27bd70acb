"""Codes that show that a number is the person's own: texted to it, and read back."""

import hashlib
from datetime import datetime, timedelta
from uuid import UUID

CODE_LIFE = timedelta(days=1)
"""A code asked for at night leaves in the morning."""
MAX_WRONG_CODES = 5


def is_code_open(*, at: datetime, texted_at: datetime | None, wrong_codes: int) -> bool:
    """True for a day, unless a wrong code was given five times."""
    return texted_at is not None and at < texted_at + CODE_LIFE and wrong_codes < MAX_WRONG_CODES


def code_hash(phone_id: UUID, code: str) -> bytes:
    """Return what is kept of a code; spaces and dashes, as people say them, do not count."""
    digits = "".join(character for character in code if character.isdigit())
    return hashlib.sha256(f"{phone_id}:{digits}".encode()).digest()
