"""The rates of the loop over referrals: closed, connected and confirmed always stand side by side."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

MATURITY_DAYS = 30


@dataclass(frozen=True, slots=True)
class ReferralFact:
    """What the rates need to know about one sent referral; `is_void` leaves every measure."""

    sent_on: date
    is_closed: bool
    is_connected: bool
    is_confirmed: bool
    is_void: bool = False


@dataclass(frozen=True, slots=True)
class LoopCounts:
    """Referrals sent, and how many were closed, connected, and connected by more than a provider's word."""

    sent: int
    closed: int
    connected: int
    confirmed: int


def sent_between(facts: Iterable[ReferralFact], first: date, last: date) -> LoopCounts:
    """Count the cohort sent from `first` to `last`, both days in."""
    return _count(fact for fact in facts if first <= fact.sent_on <= last)


def mature(facts: Iterable[ReferralFact], *, as_of: date, maturity_days: int = MATURITY_DAYS) -> LoopCounts:
    """Count the referrals at least `maturity_days` old; the last day of maturing counts."""
    return _count(fact for fact in facts if fact.sent_on <= as_of - timedelta(days=maturity_days))


def _count(facts: Iterable[ReferralFact]) -> LoopCounts:
    valid = [fact for fact in facts if not fact.is_void]
    return LoopCounts(
        sent=len(valid),
        closed=sum(fact.is_closed for fact in valid),
        connected=sum(fact.is_connected for fact in valid),
        confirmed=sum(fact.is_confirmed for fact in valid),
    )
