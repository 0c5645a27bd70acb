"""How long sessions, links and confirmations last, and how many tries somebody has."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

IDLE_LIMIT = timedelta(minutes=15)
ABSOLUTE_LIMIT = timedelta(hours=12)
TOKEN_LIFE = timedelta(days=90)
CONFIRMED_FOR = timedelta(minutes=10)
"""How long after giving the password again one may change how one signs in."""
TRY_WINDOW = timedelta(minutes=15)
FREE_TRIES = 4
"""Tries without a delay between them: fingers slip."""
MAX_TRIES = 10
MAX_TRIES_FROM_EVERYWHERE = 50
"""Wrong passwords for one account from many addresses; addresses the user signed in from before stay open."""


class SignInStage(StrEnum):
    """What a signed-in browser still has to show before it opens anything."""

    CODE = "code"
    """The code of the second factor."""
    ENROLL = "enroll"
    """A second factor must be set up first."""
    OPEN = "open"


class TryKind(StrEnum):
    """What is tried; each kind is counted apart."""

    PASSWORD = "password"  # noqa: S105 -- a kind, not a password
    CODE = "code"
    CONFIRM = "confirm"
    LINK = "link"


class LinkPurpose(StrEnum):
    """What a handed link is for."""

    INVITATION = "invitation"
    RESET = "reset"


LINK_LIFE = {LinkPurpose.INVITATION: timedelta(days=7), LinkPurpose.RESET: timedelta(minutes=30)}


@dataclass(frozen=True)
class Tries:
    """How often something was tried within the window, and when last."""

    count: int = 0
    last_at: datetime | None = None

    def pause(self, *, at: datetime) -> timedelta:
        """Return how long the next try must wait: nothing at first, then 2, 4, 8 … seconds after the one before."""
        if self.last_at is None or self.count <= FREE_TRIES:
            return timedelta(0)
        doubling = timedelta(seconds=2 ** (min(self.count, MAX_TRIES) - FREE_TRIES))
        return max(self.last_at + doubling - at, self.lock(at=at), timedelta(0))

    def lock(self, *, at: datetime, most: int = MAX_TRIES) -> timedelta:
        """Return how long nothing is heard any more: the whole window after the last of so many tries."""
        if self.last_at is None or self.count < most:
            return timedelta(0)
        return max(self.last_at + TRY_WINDOW - at, timedelta(0))


def wait_words(wait: timedelta) -> str:
    """Say how long to wait, in seconds or whole minutes."""
    seconds = math.ceil(wait.total_seconds())
    if seconds < 60:
        return f"{seconds} seconds"
    minutes = math.ceil(seconds / 60)
    return f"{minutes} minute{'s' if minutes > 1 else ''}"


def is_alive(*, at: datetime, last_seen_at: datetime, ends_at: datetime, ended_at: datetime | None) -> bool:
    """Whether a session still opens doors: not ended, not idle for 15 minutes, not older than 12 hours."""
    return ended_at is None and at < ends_at and at - last_seen_at < IDLE_LIMIT
