"""Break-glass: an emergency opens somebody for an hour, and everybody whom it concerns is told.

Who may is decided by rows, not here: a navigator of the person's network, intake of an organization that is party to a
referral of theirs, a care manager of their plan (permission matrix, row break_glass).
"""

from datetime import datetime, timedelta
from enum import StrEnum

OPEN_FOR = timedelta(hours=1)
REVIEW_WITHIN = timedelta(hours=24)
MOST_A_DAY = 5
"""Tries of one user in 24 hours, misses too: an emergency is rare, and this is no way to look for people."""
SHORTEST_REASON = 20
"""Characters: a word is no reason."""


class Verdict(StrEnum):
    """What whoever reviews it found."""

    JUSTIFIED = "justified"
    NOT_JUSTIFIED = "not_justified"


def ends_at(asked_at: datetime) -> datetime:
    """When the glass closes again."""
    return asked_at + OPEN_FOR


def review_due_at(asked_at: datetime) -> datetime:
    """Until when somebody else must have looked at it."""
    return asked_at + REVIEW_WITHIN


def is_overdue(*, due_at: datetime, reviewed_at: datetime | None, at: datetime) -> bool:
    """Whether nobody looked at it in time."""
    return reviewed_at is None and at >= due_at
