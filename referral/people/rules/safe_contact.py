"""Contact only in the way a person named as safe (techsafety.org/safe-contact-methods)."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from referral.people.rules.sensitivity import SensitivityLevel

CONFIRMED_FOR = timedelta(days=30)


class ContactChannel(StrEnum):
    """A way to reach a person."""

    SMS = "sms"
    VOICE = "voice"
    EMAIL = "email"
    MAIL = "mail"


class ContactRefusal(StrEnum):
    """Why a person must not be reached this way now; `ASK_AGAIN` means the agreement about it is too old."""

    NOT_SAFE = "not_safe"
    OUTSIDE_SAFE_TIMES = "outside_safe_times"
    ASK_AGAIN = "ask_again"
    NO_VOICEMAIL = "no_voicemail"


@dataclass(frozen=True, slots=True)
class SafeContact:
    """What a person said about being contacted; no times: any decent hour; weekdays count from Monday 0."""

    channels: frozenset[ContactChannel]
    confirmed_at: datetime
    may_leave_message: bool = False
    weekdays: frozenset[int] = frozenset(range(7))
    from_time: time | None = None
    until_time: time | None = None


def is_current(contact: SafeContact, at: datetime) -> bool:
    """True for 30 days after the person last confirmed it."""
    return at - contact.confirmed_at <= CONFIRMED_FOR


def contact_refusal(
    contact: SafeContact | None,
    channel: ContactChannel,
    *,
    level: SensitivityLevel,
    at: datetime,
    zone: str,
    leaves_message: bool = False,
) -> ContactRefusal | None:
    """Why not to use this channel now, or None when it is fine; safety matters need a recent safe contact."""
    is_safety = level is SensitivityLevel.L3
    if contact is None:
        return ContactRefusal.ASK_AGAIN if is_safety else None
    if channel not in contact.channels:
        return ContactRefusal.NOT_SAFE
    if is_safety and not is_current(contact, at):
        return ContactRefusal.ASK_AGAIN
    if leaves_message and not contact.may_leave_message:
        return ContactRefusal.NO_VOICEMAIL
    return None if _is_safe_time(contact, at.astimezone(ZoneInfo(zone))) else ContactRefusal.OUTSIDE_SAFE_TIMES


def next_safe_time(contact: SafeContact | None, at: datetime, *, zone: str) -> datetime | None:
    """Return the first instant from `at` on at which the person said contact is safe; None when there is none."""
    if contact is None:
        return at
    place = ZoneInfo(zone)
    today = at.astimezone(place).date()
    starts = (time.min, contact.from_time or time.min)
    openings = [
        datetime.combine(today + timedelta(days=ahead), start, tzinfo=place).astimezone(UTC)
        for ahead in range(9)
        for start in starts
    ]
    moments = [at, *(opening for opening in openings if opening > at)]
    return next((moment for moment in moments if _is_safe_time(contact, moment.astimezone(place))), None)


def _is_safe_time(contact: SafeContact, local: datetime) -> bool:
    starts = contact.from_time or time.min
    ends = contact.until_time or time.max
    now = local.time()
    is_between = starts <= now <= ends if starts <= ends else now >= starts or now <= ends
    return is_between and local.weekday() in contact.weekdays
