"""Scores a result from 0 to 100 and says why, so that a navigator on the phone can tell the person.

The weights are our proposal, not a fact; a network may set its own.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from referral.directory.rules.freshness import CapacityState, Freshness, freshness
from referral.directory.rules.opening import OpeningKind
from referral.directory.rules.places import DistanceBand

FEWEST_REFERRALS = 5


class MatchedIn(StrEnum):
    """The best place in which everything that was asked for was found."""

    NEED = "need"
    NAME = "name"
    DESCRIPTION = "description"
    RELATED = "related"
    ORGANIZATION = "organization"
    PARTLY = "partly"
    NOTHING_ASKED = "nothing_asked"


class ReasonKind(StrEnum):
    """The parts of a score; each becomes a chip on the result."""

    MATCH = "match"
    DISTANCE = "distance"
    CAPACITY = "capacity"
    TRUST = "trust"
    LANGUAGE = "language"
    HOURS = "hours"
    FRESHNESS = "freshness"


@dataclass(frozen=True, slots=True)
class Weights:
    """The most points a part can give; they add up to 100."""

    match: int = 45
    distance: int = 20
    capacity: int = 10
    trust: int = 10
    language: int = 7
    hours: int = 4
    freshness: int = 4


@dataclass(frozen=True, slots=True)
class Reason:
    """One part of a score: how many points it gave and what a person reads."""

    kind: ReasonKind
    points: float
    text: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known about one result at the time of a search; `closure_share` is already shrunk to the mean."""

    matched_in: MatchedIn
    band: DistanceBand
    distance_text: str = ""
    capacity: CapacityState = CapacityState.UNKNOWN
    is_claimed: bool = False
    closure_share: float = 0.0
    asked_language: str | None = None
    speaks_language: bool = False
    opening: OpeningKind = OpeningKind.UNKNOWN
    opening_text: str = ""
    is_open_today: bool = False
    assured_on: date | None = None
    today: date = field(default=date.min)


@dataclass(frozen=True, slots=True)
class Score:
    """The points of a result (0 to 100) with the reasons that made them, the heaviest first."""

    points: float
    reasons: tuple[Reason, ...]


_MATCH_SHARE = {
    MatchedIn.NEED: 1.0,
    MatchedIn.NAME: 1.0,
    MatchedIn.DESCRIPTION: 0.7,
    MatchedIn.RELATED: 0.55,
    # A word that only the organization's own name holds says little: *New Vision Church* has no glasses.
    MatchedIn.ORGANIZATION: 0.4,
    MatchedIn.PARTLY: 0.3,
    MatchedIn.NOTHING_ASKED: 0.5,
}
_MATCH_TEXT = {
    MatchedIn.NEED: "Helps with this need",
    MatchedIn.NAME: "Matches what was asked",
    MatchedIn.DESCRIPTION: "Mentioned in the description",
    MatchedIn.RELATED: "Helps with this kind of need",
    MatchedIn.ORGANIZATION: "Only in the organization's name",
    MatchedIn.PARTLY: "Matches in part",
}
_DISTANCE_SHARE = {
    DistanceBand.NEAR: 1.0,
    DistanceBand.CLOSE: 0.75,
    DistanceBand.MEDIUM: 0.5,
    DistanceBand.FAR: 0.25,
    DistanceBand.VIRTUAL: 0.6,
}
_CAPACITY_SHARE = {CapacityState.OPEN: 1.0, CapacityState.LIMITED: 0.6, CapacityState.WAITLIST: 0.2}
CAPACITY_TEXT = {
    CapacityState.OPEN: "Has room",
    CapacityState.LIMITED: "Little room left",
    CapacityState.WAITLIST: "Waiting list",
    CapacityState.CLOSED: "Not taking anyone now",
}


def score(facts: Facts, weights: Weights | None = None) -> Score:
    """The score of one result; a part that nothing is known about gives no points and no reason."""
    weights = weights or Weights()
    reasons = [
        _part(ReasonKind.MATCH, weights.match * _MATCH_SHARE[facts.matched_in], _MATCH_TEXT.get(facts.matched_in)),
        _part(ReasonKind.DISTANCE, weights.distance * _DISTANCE_SHARE.get(facts.band, 0.0), facts.distance_text),
        _part(
            ReasonKind.CAPACITY,
            weights.capacity * _CAPACITY_SHARE.get(facts.capacity, 0.0),
            CAPACITY_TEXT.get(facts.capacity),
        ),
        _trust(facts, weights.trust),
        _language(facts, weights.language),
        _hours(facts, weights.hours),
        _freshness(facts, weights.freshness),
    ]
    points = round(sum(reason.points for reason in reasons), 2)
    told = sorted((reason for reason in reasons if reason.text), key=lambda reason: -reason.points)
    return Score(min(100.0, points), tuple(told))


def match_share(matched_in: MatchedIn) -> float:
    """How much of the points for a match a kind of match gives, from 0 to 1."""
    return _MATCH_SHARE[matched_in]


def shrunk_closure_share(closed: int, ended: int, mean: float) -> float:
    """The share of an organization's referrals that closed, pulled to the mean while there are few.

    Five imagined average referrals stand beside the real ones, and fewer than five real ones say nothing.
    """
    if ended < FEWEST_REFERRALS:
        return mean
    return (closed + FEWEST_REFERRALS * mean) / (ended + FEWEST_REFERRALS)


def _part(kind: ReasonKind, points: float, text: str | None) -> Reason:
    return Reason(kind, round(points, 2), text or "")


def _trust(facts: Facts, weight: int) -> Reason:
    share = (0.5 + 0.5 * facts.closure_share) if facts.is_claimed else 0.0
    return _part(ReasonKind.TRUST, weight * share, "In your network" if facts.is_claimed else "Not in the network")


def _language(facts: Facts, weight: int) -> Reason:
    if facts.asked_language is None:
        return _part(ReasonKind.LANGUAGE, 0, None)
    text = f"Speaks {facts.asked_language}" if facts.speaks_language else f"{facts.asked_language} not stated"
    return _part(ReasonKind.LANGUAGE, weight * facts.speaks_language, text)


def _hours(facts: Facts, weight: int) -> Reason:
    share = 1.0 if facts.opening is OpeningKind.OPEN else 0.5 if facts.is_open_today else 0.0
    return _part(ReasonKind.HOURS, weight * share, facts.opening_text)


def _freshness(facts: Facts, weight: int) -> Reason:
    is_fresh = freshness(facts.assured_on, facts.today) in (Freshness.CONFIRMED, Freshness.REMINDER_DUE)
    return _part(
        ReasonKind.FRESHNESS, weight * is_fresh, "Recently confirmed" if is_fresh else "Not recently confirmed"
    )
