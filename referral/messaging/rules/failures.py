"""What a failed hand-over to Twilio means: try again, never again, or ask a person."""

import random
from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum

MAX_ATTEMPTS = 5
FIRST_DELAY = timedelta(seconds=30)


class Failure(StrEnum):
    """The four ways a message can fail to leave."""

    RETRY = "retry"  # surely not sent; the fault may pass
    PERMANENT = "permanent"  # surely not sent, and it never will be
    OPTED_OUT = "opted_out"  # the person said STOP to Twilio
    IN_DOUBT = "in_doubt"  # perhaps sent: look before trying again, never text twice


def failure_of(status: int, code: int | None, known: Mapping[int, Failure]) -> Failure:
    """Judge an HTTP error answer of Twilio's by its error code, else by its HTTP status."""
    if code is not None and code in known:
        return known[code]
    if status in (401, 429):  # our own account or speed, not this message
        return Failure.RETRY
    return Failure.IN_DOUBT if status >= 500 else Failure.PERMANENT


def retry_delay(attempt: int, jitter: random.Random) -> timedelta:
    """Return the wait after the n-th failed attempt (from 1): 30 s, doubling, jittered by a quarter."""
    doublings: int = 2 ** (attempt - 1)
    return FIRST_DELAY * (doublings * jitter.uniform(0.75, 1.25))
