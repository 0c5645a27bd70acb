"""What must be logged, and how one event is sealed to the one before it."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Any
from uuid import UUID

GENESIS = bytes(32)
"""What stands before the first seal."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PURPOSE = b"referral audit seal"


class SecurityEvent(StrEnum):
    """What is always logged, exactly once, also when the request is rolled back."""

    SIGN_IN = "sign-in"
    MFA_CHANGE = "mfa-change"
    LOCK = "lock"
    SIGN_OUT = "sign-out"
    DENIED = "denied"
    ROLE_CHANGE = "role-change"
    CONSENT = "consent"
    RECORD_READ = "record-read"
    EXPORT = "export"
    DISCLOSURE = "disclosure"
    BREAK_GLASS = "break-glass"
    SETTING_CHANGE = "setting-change"
    PURGE = "purge"


TAGS: Mapping[SecurityEvent, tuple[str, ...]] = {
    SecurityEvent.SIGN_IN: ("sign-in:ok", "sign-in:failed", "second-factor:failed", "recovery-code:used"),
    SecurityEvent.MFA_CHANGE: ("second-factor:set-up", "second-factor:removed", "recovery-codes:made"),
    SecurityEvent.LOCK: ("sign-in:locked",),
    SecurityEvent.SIGN_OUT: ("sign-in:ended",),
    SecurityEvent.DENIED: ("access:denied",),
    SecurityEvent.ROLE_CHANGE: ("role:granted", "role:changed"),
    SecurityEvent.CONSENT: ("consent:given", "consent:withdrawn"),
    SecurityEvent.RECORD_READ: ("person:read",),
    SecurityEvent.EXPORT: (
        "invoice_line:exported",
        "remittance:exported",
        "referral_rows:exported",
        "report:invoices:exported",
        "report:plan:exported",
    ),
    SecurityEvent.DISCLOSURE: ("disclosure:made",),
    SecurityEvent.BREAK_GLASS: ("break-glass:asked", "break-glass:reviewed"),
    SecurityEvent.SETTING_CHANGE: ("identity-provider:set", "token:made", "notice:replaced"),
    SecurityEvent.PURGE: ("retention:purged", "person:erased"),
}
"""How the rooms write each of them; the room that adds a tag adds it here."""


class DisclosureWay(StrEnum):
    """How something about a person reached another organization."""

    REFERRAL = "referral"
    """Sent with a referral."""
    READ = "read"
    """Opened, on a page or by a program."""
    EXPORT = "export"
    """One row of a file."""
    BILL = "bill"
    """Submitted with an invoice."""
    ENROLLMENT = "enrollment"
    """Proposed to a health plan for a program."""
    AUTHORIZATION = "authorization"
    """Sent to a health plan with a request to pay."""


class AccountWindow(IntEnum):
    """How many years back a person asks what was disclosed about them."""

    PART2 = 3
    """42 CFR 2.24 and 2.25."""
    HIPAA = 6
    """45 CFR 164.528."""

    def since(self, at: datetime) -> datetime:
        """Return the first instant of the window that ends at `at`."""
        year = at.year - self.value
        is_leap_day = (at.month, at.day) == (2, 29)
        return at.replace(year=year, day=28) if is_leap_day else at.replace(year=year)


class DeedKind(StrEnum):
    """What somebody looks for in the log."""

    SIGN_IN = "sign_in"
    DENIED = "denied"
    ROLES = "roles"
    READ = "read"
    CONSENT = "consent"
    EXPORT = "export"
    EMERGENCY = "emergency"
    SETTINGS = "settings"


PATTERNS: Mapping[DeedKind, tuple[str, ...]] = {
    DeedKind.SIGN_IN: ("sign-in:%", "second-factor:%", "recovery-code%", "password:%", "link:failed"),
    DeedKind.DENIED: ("access:denied",),
    DeedKind.ROLES: ("role:%", "user:%", "membership:%", "clearance:%", "token:%"),
    DeedKind.READ: ("%:read", "%:listed", "%:list", "%:searched", "%:list-opened"),
    DeedKind.CONSENT: ("consent:%", "access:granted", "access:revoked"),
    DeedKind.EXPORT: ("%:exported", "disclosure:%"),
    DeedKind.EMERGENCY: ("break-glass:%",),
    DeedKind.SETTINGS: (
        "identity-provider:%",
        "notice:%",
        "retention:%",
        "audit:%",
        "program:%",
        "budget:%",
        "contract:%",
    ),
}
"""Which deeds each kind means (SQL LIKE)."""

_WORDS = {
    "sign-in:ok": "Signed in",
    "sign-in:failed": "Failed to sign in",
    "sign-in:ended": "Signed out",
    "sign-in:locked": "Was locked out",
    "second-factor:set-up": "Set up the second step",
    "second-factor:removed": "Took the second step away",
    "second-factor:failed": "Failed the second step",
    "access:denied": "Was refused a page",
    "access:granted": "Gave access",
    "access:revoked": "Took access away",
    "role:granted": "Gave a role",
    "consent:given": "Recorded a consent",
    "consent:withdrawn": "Withdrew a consent",
    "person:read": "Opened the record",
    "person:added": "Took the person in",
    "person:changed": "Changed the record",
    "person:searched": "Saw the person in a search",
    "thread:read": "Opened the thread",
    "need:read": "Opened a need",
    "screening:read": "Opened a screening",
    "screening:answered": "Wrote an answer down",
    "screening:completed": "Finished a screening",
    "screening:listed": "Saw the list of screenings",
    "need:found": "Found a need",
    "need:state:confirmed": "Confirmed a need",
    "need:listed": "Saw the list of needs",
    "referral:read": "Opened a referral",
    "referral:listed": "Saw a list of referrals",
    "referral:sent:read": "Saw the referrals that were sent",
    "referral:inbox:read": "Saw the inbox",
    "referral:status:sent": "Sent a referral",
    "disclosure:made": "Told another organization what it needs",
    "message:written": "Wrote a text",
    "message:list": "Saw the list of texts",
    "contradiction:read": "Saw where reports contradict each other",
    "access_log:read": "Read who looked at the record",
    "audit_log:read": "Read the log",
    "disclosures:read": "Read what was told to whom",
    "link:made": "Made a link for the person",
    "break-glass:asked": "Opened in an emergency",
    "break-glass:read": "Read an emergency",
    "break-glass:reviewed": "Reviewed an emergency",
    "audit:verified": "Checked the seals of the log",
}


def deed_words(action: str) -> str:
    """Return what was done as people say it; a deed without words of its own is read out piece by piece."""
    if action in _WORDS:
        return _WORDS[action]
    room, *deed = (part.replace("_", " ").replace("-", " ") for part in action.split(":"))
    return f"{room.capitalize()}: {', '.join(deed)}"


def sealing_key(secret: str) -> bytes:
    """Return the key of the seals: derived from a secret that the database never sees."""
    return hmac.new(secret.encode(), _PURPOSE, hashlib.sha256).digest()


def canonical(event: Mapping[str, Any]) -> bytes:
    """Return an event as one certain text: sorted keys, instants as microseconds, nothing that is empty.

    What is empty is left out, so that a column added later does not break the seals of today.
    """
    told = {name: _certain(value) for name, value in event.items() if value is not None}
    return json.dumps(told, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def seal_of(key: bytes, *, seq: int, previous: bytes, event: Mapping[str, Any]) -> bytes:
    """Return the seal number `seq` over an event: HMAC-SHA-256 over its place, the seal before it and its text."""
    return hmac.new(key, b"%d\n%b\n%b" % (seq, previous.hex().encode(), canonical(event)), hashlib.sha256).digest()


def purge_mark(key: bytes, *, seq: int, sealed: bytes, purged_at: datetime) -> bytes:
    """Return what the seal of an event keeps when the event's time is over: nobody without the key can say it left."""
    told = b"purged\n%d\n%b\n%d" % (seq, sealed.hex().encode(), _certain(purged_at))
    return hmac.new(key, told, hashlib.sha256).digest()


def _certain(value: Any) -> Any:
    if isinstance(value, datetime):
        return (value - _EPOCH) // timedelta(microseconds=1)
    return str(value) if isinstance(value, UUID) else value


@dataclass(frozen=True, kw_only=True, slots=True)
class Checkpoint:
    """How far the chain had come at an instant: one line of a file outside the database."""

    at: datetime
    seq: int
    """How many events were sealed."""
    hash: bytes
    after_restore: bool = False
    """An operator restored a backup: what was lost before this line is known and accepted."""

    def line(self, key: bytes, previous: str) -> str:
        """Return the line for the file, signed together with the signature of the line before."""
        told = {"after_restore": self.after_restore, "at": self.at, "hash": self.hash.hex(), "seq": self.seq}
        text = canonical({**told, "previous": previous}).decode()
        return json.dumps({**json.loads(text), "mac": hmac.new(key, text.encode(), hashlib.sha256).hexdigest()})


class BrokenCheckpoint(ValueError):
    """A line of the checkpoint file was changed, taken out, or signed with another key."""


def read_checkpoint(line: str, key: bytes, previous: str) -> tuple[Checkpoint, str]:
    """Return the checkpoint of a line and its signature; raises BrokenCheckpoint."""
    try:
        told = json.loads(line)
        mac = str(told["mac"])
        point = Checkpoint(
            at=_EPOCH + timedelta(microseconds=told["at"]),
            seq=int(told["seq"]),
            hash=bytes.fromhex(told["hash"]),
            after_restore=bool(told["after_restore"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise BrokenCheckpoint from error
    expected = json.loads(point.line(key, previous))["mac"]
    if not hmac.compare_digest(expected, mac):
        raise BrokenCheckpoint
    return point, mac
