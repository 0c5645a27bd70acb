"""Ids: UUIDv7 for records, and short numbers that people can read out on the phone."""

import os
import secrets
import threading
import time
from uuid import UUID

_READABLE = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_lock = threading.Lock()
_last = 0


def uuid7() -> UUID:
    """Return a new UUIDv7 (RFC 9562), growing within this process."""
    global _last  # noqa: PLW0603 -- the monotonic counter of section 6.2, method 3, is process-wide by nature
    with _lock:
        _last = max(time.time_ns() // 244, _last + 1)
        ticks = _last
    millis, fraction = divmod(ticks * 244, 1_000_000)
    value = (millis & (2**48 - 1)) << 80 | 7 << 76 | (fraction * 4096 // 1_000_000) << 64
    value |= 0b10 << 62 | int.from_bytes(os.urandom(8)) >> 2
    return UUID(int=value)


def short_number(prefix: str) -> str:
    """Return a number to say aloud, such as `R-7F3K2Q`, without letters that sound or look alike."""
    return f"{prefix}-" + "".join(secrets.choice(_READABLE) for _ in range(6))


def readable(digest: bytes) -> str:
    """Return six such letters made of a digest, the same ones for the same digest."""
    value, letters = int.from_bytes(digest), ""
    for _ in range(6):
        value, place = divmod(value, len(_READABLE))
        letters += _READABLE[place]
    return letters
