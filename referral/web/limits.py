"""How often one user may do what a machine would do too often: data in one table, counted in PostgreSQL.

Far above a day's work of a person (a navigator has some 30 calls a day); a lost Redis changes nothing, and without
PostgreSQL nothing is answered at all.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from flask import current_app

from referral.foundation import clock, use_counts
from referral.foundation.principal import Principal
from referral.foundation.refusals import TooManyTries
from referral.web.transaction import db, keep_so_far


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many uses by one user in each stretch of this length."""

    most: int
    every: timedelta


EVERY_EXPORT = "export"
LIMITS: Mapping[str, Limit] = {
    "person:search": Limit(240, timedelta(hours=1)),
    "directory:search": Limit(1200, timedelta(hours=1)),
    "list:text": Limit(60, timedelta(hours=1)),
    EVERY_EXPORT: Limit(60, timedelta(hours=1)),
}
"""Permission of a door -> its limit; every permission to export shares one."""


def count_use(who: Principal, permission: str) -> None:
    """Count one use of a limited door, at once and for good; raises TooManyTries past the limit."""
    kind = EVERY_EXPORT if permission.endswith(":export") else permission
    limits: Mapping[str, Limit] = current_app.extensions.get("limits", LIMITS)
    limit = limits.get(kind)
    if limit is None or who.user_id is None:
        return
    at = clock.now()
    starts_at = use_counts.stretch(at, limit.every)
    used = use_counts.count(db(), who.user_id, kind, starts_at=starts_at)
    keep_so_far()  # so far the request has only found out who asks; what it does next may be rolled back
    if used > limit.most:
        wait = starts_at + limit.every - at
        raise TooManyTries(_words(wait), wait_s=max(1, int(wait.total_seconds())))


def _words(wait: timedelta) -> str:
    minutes = max(1, -(-int(wait.total_seconds()) // 60))
    return f"You have done this very often. You can go on in {minutes} minute{'s' if minutes > 1 else ''}."
