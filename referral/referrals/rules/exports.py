"""How long a request for a file of people's rows waits, and how long an approved file can be fetched: our choice."""

from datetime import datetime, timedelta
from enum import StrEnum

WAITS = timedelta(days=7)
"""Unanswered for so long, a request lapses: the reason may be gone."""
GOOD_FOR = timedelta(hours=24)


class ExportState(StrEnum):
    """Where a request for a file stands."""

    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    LAPSED = "lapsed"


def export_state(
    *, asked_at: datetime, decided_at: datetime | None, is_approved: bool | None, at: datetime
) -> ExportState:
    """Return the state at an instant: what waits too long, or was approved too long ago, has lapsed."""
    if decided_at is None:
        return ExportState.ASKED if at < asked_at + WAITS else ExportState.LAPSED
    if not is_approved:
        return ExportState.REFUSED
    return ExportState.APPROVED if at < decided_at + GOOD_FOR else ExportState.LAPSED
