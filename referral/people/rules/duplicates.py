"""Who is likely the same person: a score that explains itself and never merges anybody.

Evidence is added up as log-odds in bits (Fellegi and Sunter, 1969). The weights are judgement, not measured:
a birth date says a lot, a shared phone little, because households share phones.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from referral.people.rules.names import fold_name, likeness, split_suffix

LIKELY_FROM = 60
_PRIOR_BITS = -10.0
_CAP_WHEN_RELATED = 45
_CAP_WHEN_UNSURE = 75
_CLOSE_FROM = 0.88
_GENERATION_YEARS = 15

_WORDS = ((90, "Very likely"), (LIKELY_FROM, "Likely"), (20, "Possibly"), (0, "Little to go by"))

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Identifiers:
    """What tells people apart; phones are E.164, member ids as on the card; empty means not known."""

    given_name: str
    family_name: str
    birth_on: date | None = None
    phones: frozenset[str] = frozenset()
    member_ids: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Likeness:
    """How likely two records are one person, 0 to 100, with what speaks for and against it."""

    score: int
    reasons: tuple[str, ...]

    @property
    def words(self) -> str:
        """The score as a person would say it."""
        return next(words for least, words in _WORDS if self.score >= least)

    @property
    def is_likely(self) -> bool:
        """True when the match is worth showing to whoever is typing."""
        return self.score >= LIKELY_FROM


@dataclass(frozen=True, slots=True)
class _Clue:
    bits: float
    reason: str


_NO_CLUE = _Clue(0.0, "")


def compare(one: Identifiers, other: Identifiers) -> Likeness:
    """Score two people and say why; what is missing on either side speaks neither for nor against."""
    clues = [
        _names_clue(one, other),
        _birth_clue(one.birth_on, other.birth_on),
        _shared_clue(one.phones, other.phones, 3.0, "Same phone number"),
        _shared_clue(one.member_ids, other.member_ids, 12.0, "Same member ID"),
    ]
    reasons = [clue.reason for clue in clues if clue.reason]
    score = _percent(_PRIOR_BITS + sum(clue.bits for clue in clues))
    relation = _relation(one, other)
    if relation is not None:
        score = min(score, relation.cap)
        reasons.append(relation.reason)
    return Likeness(score, tuple(reasons))


def likely_matches(sought: Identifiers, candidates: Iterable[tuple[Key, Identifiers]]) -> list[tuple[Key, Likeness]]:
    """The candidates worth showing, the likeliest first; the key is whatever the caller knows them by."""
    scored = ((key, compare(sought, known)) for key, known in candidates)
    return sorted((match for match in scored if match[1].is_likely), key=lambda match: -match[1].score)


def _percent(bits: float) -> int:
    return round(100 / (1 + math.exp2(-bits)))


def _names_clue(one: Identifiers, other: Identifiers) -> _Clue:
    straight = _name_clue(_folded(one), _folded(other))
    swapped = _swapped_clue(_folded(one), _folded(other))
    return swapped if swapped and swapped.bits > straight.bits else straight


def _swapped_clue(one: tuple[str, str], other: tuple[str, str]) -> _Clue | None:
    crossed = [_likeness(one[0], other[1]), _likeness(one[1], other[0])]
    alike = [found for found in crossed if found is not None and found >= _CLOSE_FROM]
    if len(alike) < len(crossed):
        return None
    return _Clue(10.0 if min(alike) == 1.0 else 6.0, "First and last name swapped")


def _folded(person: Identifiers) -> tuple[str, str]:
    return fold_name(person.given_name), split_suffix(person.family_name)[0]


def _name_clue(one: tuple[str, str], other: tuple[str, str]) -> _Clue:
    given, family = _likeness(one[0], other[0]), _likeness(one[1], other[1])
    bits = _grade(given, same=5, close=3, other=-5) + _grade(family, same=6, close=4, other=-4)
    return _Clue(bits, _name_reason(given, family))


def _likeness(one: str, other: str) -> float | None:
    return likeness(one, other) if one and other else None


def _grade(alike: float | None, *, same: float, close: float, other: float) -> float:
    if alike is None:
        return 0.0
    if alike == 1.0:
        return same
    return close if alike >= _CLOSE_FROM else other


def _name_reason(given: float | None, family: float | None) -> str:
    known = [alike for alike in (given, family) if alike is not None]
    if not known:
        return ""
    if min(known) >= _CLOSE_FROM:
        return "Same name" if min(known) == 1.0 else "Similar name"
    if family is not None and family >= _CLOSE_FROM:
        return "Same or similar last name, different first name"
    is_given_alike = given is not None and given >= _CLOSE_FROM
    return "Same or similar first name, different last name" if is_given_alike else "Different name"


def _birth_clue(one: date | None, other: date | None) -> _Clue:
    if one is None or other is None:
        return _NO_CLUE
    if one == other:
        return _Clue(8.0, "Same birth date")
    if one.year == other.year and (one.month, one.day) == (other.day, other.month):
        return _Clue(4.0, "Birth date with day and month swapped")
    differing = sum(a != b for a, b in zip(one.isoformat(), other.isoformat(), strict=True))
    return _Clue(3.0, "Birth date differs in one digit") if differing == 1 else _Clue(-6.0, "Different birth date")


def _shared_clue(one: frozenset[str], other: frozenset[str], bits: float, reason: str) -> _Clue:
    return _Clue(bits, reason) if one & other else _NO_CLUE


@dataclass(frozen=True, slots=True)
class _Relation:
    """Why two alike records may be two people of one family, and the highest score that leaves."""

    reason: str
    cap: int


def _relation(one: Identifiers, other: Identifiers) -> _Relation | None:
    if one.member_ids & other.member_ids:
        return None
    (family, suffix), (other_family, other_suffix) = map(split_suffix, (one.family_name, other.family_name))
    if likeness(family, other_family) < _CLOSE_FROM:
        return None
    given = likeness(fold_name(one.given_name), fold_name(other.given_name))
    if given < _CLOSE_FROM:
        return _TWIN if one.birth_on and one.birth_on == other.birth_on else None
    if given < 1.0 and one.birth_on == other.birth_on and one.phones & other.phones:
        return _MAYBE_TWIN
    if suffix and other_suffix and suffix != other_suffix:
        return _Relation(f"May be parent and child: {suffix} and {other_suffix}", _CAP_WHEN_RELATED)
    return _NAMESAKE if _is_generation_apart(one, other) else None


_TWIN = _Relation("May be a twin or another member of the family", _CAP_WHEN_RELATED)
_MAYBE_TWIN = _Relation("A misspelled name, or a twin with a similar one", _CAP_WHEN_UNSURE)
_NAMESAKE = _Relation("May be parent and child of the same name", _CAP_WHEN_RELATED)


def _is_generation_apart(one: Identifiers, other: Identifiers) -> bool:
    if one.birth_on is None or other.birth_on is None:
        return False
    return abs(one.birth_on.year - other.birth_on.year) >= _GENERATION_YEARS
