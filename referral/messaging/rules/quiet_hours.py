"""When a text may leave: 8:00 to 21:00 where the person is (47 CFR 64.1200(c)(1)).

We never hand Twilio a message for later (`SendAt`): a STOP in between would not be ours to honour.
"""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

OPENS = time(8)
CLOSES = time(21)

# The nine zones of 15 USC 261 and 263. A number without a known zone may be in any of them.
US_ZONES: tuple[str, ...] = (
    "America/Puerto_Rico",
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Phoenix",  # mountain time without daylight saving
    "America/Los_Angeles",
    "America/Anchorage",
    "Pacific/Honolulu",
    "Pacific/Pago_Pago",
    "Pacific/Guam",
)

# Twilio drops a message that waited longer than this, so that a late one cannot arrive at night.
SHORTEST_VALIDITY = 10
LONGEST_VALIDITY = 36_000


def is_within_hours(at: datetime, zone: str | None, *, opens: time = OPENS, closes: time = CLOSES) -> bool:
    """Tell whether a text may leave at this instant; a network may narrow the hours, never widen them."""
    opens, closes = _narrowed(opens, closes)
    return all(opens <= at.astimezone(place).time() < closes for place in _places(zone))


def next_sending_time(at: datetime, zone: str | None, *, opens: time = OPENS, closes: time = CLOSES) -> datetime:
    """Return the first instant from `at` on (UTC) at which a text may leave.

    Raises ValueError when the hours are so narrow that no instant of a week fits all possible zones.
    """
    opens, closes = _narrowed(opens, closes)
    candidate, last = at.astimezone(UTC), at + timedelta(days=7)
    while candidate <= last:
        later = max(_opening_from(candidate, place, opens, closes) for place in _places(zone))
        if later == candidate:
            return candidate
        candidate = later
    raise ValueError(f"no sending time fits {opens:%H:%M}-{closes:%H:%M} in {zone or 'all US zones'}")


def validity_seconds(at: datetime, zone: str | None, *, opens: time = OPENS, closes: time = CLOSES) -> int:
    """Return how long (10 to 36,000 s) a text sent now may wait at the carrier: until the hours end."""
    opens, closes = _narrowed(opens, closes)
    ends = [
        datetime.combine(at.astimezone(place).date(), closes, tzinfo=place).astimezone(UTC) for place in _places(zone)
    ]
    left = int((min(ends) - at.astimezone(UTC)).total_seconds())
    return max(SHORTEST_VALIDITY, min(LONGEST_VALIDITY, left))


def _narrowed(opens: time, closes: time) -> tuple[time, time]:
    return max(opens, OPENS), min(closes, CLOSES)


def _places(zone: str | None) -> list[ZoneInfo]:
    """Return the zones the person may be in: their own, or all US zones when theirs is unknown."""
    if zone:
        try:
            return [ZoneInfo(zone)]
        except (ZoneInfoNotFoundError, ValueError, OSError):
            pass  # a name nobody knows tells as little as no name
    return [ZoneInfo(name) for name in US_ZONES]


def _opening_from(at: datetime, place: ZoneInfo, opens: time, closes: time) -> datetime:
    local = at.astimezone(place)
    if opens <= local.time() < closes:
        return at
    day = local.date() if local.time() < opens else local.date() + timedelta(days=1)
    return datetime.combine(day, opens, tzinfo=place).astimezone(UTC)
