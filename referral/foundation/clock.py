"""The one place that asks what time it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

_fixed: ContextVar[datetime | None] = ContextVar("fixed_instant", default=None)


def now() -> datetime:
    """Return the present instant, aware, in UTC."""
    return _fixed.get() or datetime.now(UTC)


def today(zone: str = "America/New_York") -> date:
    """Return the calendar date in the IANA zone."""
    return now().astimezone(ZoneInfo(zone)).date()


@contextmanager
def standing_at(instant: datetime) -> Iterator[datetime]:
    """Let `now` answer this instant: for tests, and for the demonstration's past year."""
    token = _fixed.set(instant.astimezone(UTC))
    try:
        yield instant
    finally:
        _fixed.reset(token)


def stand_at(instant: datetime) -> None:
    """Move on to another instant, within `standing_at` only: for telling a story of the past."""
    if _fixed.get() is None:
        raise RuntimeError("The real clock cannot be set.")
    _fixed.set(instant.astimezone(UTC))
