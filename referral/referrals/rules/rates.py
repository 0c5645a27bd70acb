"""Closed is not connected: the rates of the loop, their definitions as data, always side by side."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from referral.referrals.rules.evidence import Connection
from referral.referrals.rules.reasons import is_excluded_from_rates
from referral.referrals.rules.statuses import Status, is_closed

MATURITY_DAYS = 30


@dataclass(frozen=True, slots=True)
class RateDefinition:
    """What a rate means, in the words a report prints; a changed meaning is a new version."""

    name: str
    version: int
    numerator: str
    denominator: str
    note: str

    @property
    def key(self) -> str:
        """Return the name a report prints beside the figure, such as connection_rate@1."""
        return f"{self.name}@{self.version}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The few facts about one referral that the rates are counted from."""

    status: Status
    connection: Connection
    sent_on: date | None
    reason_code: str | None = None


@dataclass(frozen=True, slots=True)
class Rate:
    """A share as its two whole numbers; `share` is between 0 and 1, None when nothing could be counted."""

    definition: RateDefinition
    numerator: int
    denominator: int

    @property
    def share(self) -> float | None:
        """Return numerator over denominator, or None when the denominator is 0."""
        return self.numerator / self.denominator if self.denominator else None


@dataclass(frozen=True, slots=True)
class LoopRates:
    """The rates over one denominator; a page prints them together or not at all."""

    closed_loop: Rate
    connection: Rate
    confirmed_connection: Rate
    withheld: int


_SENT = "referrals sent in the period, without those entered in error or recalled as wrongly sent or duplicate"

CLOSED_LOOP_RATE = RateDefinition(
    "closed_loop_rate",
    1,
    "closed: served, not served, declined or withdrawn",
    _SENT,
    "expired, recalled and open referrals are not closed; never printed without connection_rate",
)
CLOSED_LOOP_RATE_MATURE = RateDefinition(
    "closed_loop_rate_mature",
    1,
    "closed: served, not served, declined or withdrawn, as of a date",
    f"referrals sent at least {MATURITY_DAYS} days before that date, without those entered in error "
    "or recalled as wrongly sent or duplicate",
    f"day {MATURITY_DAYS} counts; a metric of its own, never mixed with closed_loop_rate",
)
CONNECTION_RATE = RateDefinition(
    "connection_rate",
    1,
    "connected by the person's answer (helped or partly), else by a delivery record or paid line; "
    "or reported by the provider alone",
    _SENT,
    "an open contradiction is not connected; a withheld outcome stays in the denominator, in its own bucket",
)
CONFIRMED_CONNECTION_RATE = RateDefinition(
    "confirmed_connection_rate",
    1,
    "connected by the person's answer (helped or partly), else by a delivery record or paid line",
    _SENT,
    "never by the provider's word alone or in an open contradiction; money never outvotes the person",
)
DEFINITIONS = (CLOSED_LOOP_RATE, CLOSED_LOOP_RATE_MATURE, CONNECTION_RATE, CONFIRMED_CONNECTION_RATE)


def is_counted(outcome: Outcome) -> bool:
    """Say whether the referral stands in the denominator: it was sent and is not excluded from rates."""
    return outcome.sent_on is not None and not is_excluded_from_rates(outcome.status, outcome.reason_code)


def closed_loop_rate(outcomes: Iterable[Outcome]) -> Rate:
    """Return how many of the sent referrals were closed, with help or without."""
    return _rate(CLOSED_LOOP_RATE, outcomes, lambda outcome: is_closed(outcome.status))


def closed_loop_rate_mature(outcomes: Iterable[Outcome], *, as_of: date) -> Rate:
    """Return the closed-loop rate over referrals sent at least 30 days before the date."""
    last = as_of - timedelta(days=MATURITY_DAYS)
    mature = [outcome for outcome in outcomes if outcome.sent_on is not None and outcome.sent_on <= last]
    return _rate(CLOSED_LOOP_RATE_MATURE, mature, lambda outcome: is_closed(outcome.status))


def connection_rate(outcomes: Iterable[Outcome]) -> Rate:
    """Return how many of the sent referrals led to help, the provider's word included."""
    said = {Connection.CONNECTED, Connection.REPORTED}
    return _rate(CONNECTION_RATE, outcomes, lambda outcome: outcome.connection in said)


def confirmed_connection_rate(outcomes: Iterable[Outcome]) -> Rate:
    """Return how many of the sent referrals led to help by more than the provider's word."""
    return _rate(CONFIRMED_CONNECTION_RATE, outcomes, lambda outcome: outcome.connection is Connection.CONNECTED)


def loop_rates(outcomes: Iterable[Outcome]) -> LoopRates:
    """Return the three rates over the same referrals, and how many outcomes are withheld."""
    known = list(outcomes)
    return LoopRates(
        closed_loop_rate(known),
        connection_rate(known),
        confirmed_connection_rate(known),
        sum(is_counted(outcome) and outcome.connection is Connection.WITHHELD for outcome in known),
    )


def _rate(definition: RateDefinition, outcomes: Iterable[Outcome], hits: Callable[[Outcome], bool]) -> Rate:
    counted = [outcome for outcome in outcomes if is_counted(outcome)]
    return Rate(definition, sum(map(hits, counted)), len(counted))
