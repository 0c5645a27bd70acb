"""Who may agree for somebody under age, and when they may agree alone: state by topic, as data.

Source: `seed/minors/*.csv`, unverified until a lawyer of the state has read it (NC: N.C.G.S. 90-21.5).
"""

import csv
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

from referral.people.rules.consents import ConsentScope, GivenBy
from referral.people.rules.needs import NeedDomain

FOLDER = Path(__file__).resolve().parents[3] / "seed" / "minors"
ANY_STATE = "*"


class MinorTopic(StrEnum):
    """What somebody under age may agree to alone in some states."""

    REPORTABLE_DISEASE = "reportable_disease"
    PREGNANCY = "pregnancy"
    SUBSTANCE_USE = "substance_use"
    EMOTIONAL_DISTURBANCE = "emotional_disturbance"


@dataclass(frozen=True, slots=True)
class MinorRule:
    """In this state a minor may give consents of these scopes, about these needs, alone."""

    state: str
    topic: MinorTopic
    label: str
    scopes: frozenset[ConsentScope]
    domains: frozenset[NeedDomain]
    source: str
    is_verified: bool


def age_on(birth_on: date, day: date) -> int:
    """Return the age in whole years; somebody born on 29 February has their birthday on 1 March."""
    had_birthday = (day.month, day.day) >= (birth_on.month, birth_on.day)
    return day.year - birth_on.year - (0 if had_birthday else 1)


def is_adult(birth_on: date, *, state: str, at: datetime, zone: str) -> bool:
    """Whether they are of age now: from the midnight that begins the birthday, where they live."""
    return age_on(birth_on, at.astimezone(ZoneInfo(zone)).date()) >= _adult_at(state)


def adult_on(birth_on: date, *, state: str) -> date:
    """Return the day on which they come of age."""
    day = birth_on + relativedelta(years=_adult_at(state))
    is_leap_child = (birth_on.month, birth_on.day) != (day.month, day.day)
    return date(day.year, 3, 1) if is_leap_child else day


def rules_in(state: str) -> tuple[MinorRule, ...]:
    """Return what a minor of the state may agree to alone; nothing where no rule is known."""
    return tuple(rule for rule in _rules() if rule.state == state)


def topic_covers(topic: MinorTopic | None, *, state: str, scope: ConsentScope, domains: Collection[NeedDomain]) -> bool:
    """Whether a minor of the state may give this consent alone because of the topic."""
    rule = next((rule for rule in rules_in(state) if rule.topic is topic), None)
    return rule is not None and scope in rule.scopes and set(domains) <= rule.domains


def refusal_of_giver(
    given_by: GivenBy,
    *,
    birth_on: date | None,
    state: str,
    at: datetime,
    zone: str,
    scope: ConsentScope,
    domains: Collection[NeedDomain] = (),
    topic: MinorTopic | None = None,
) -> str | None:
    """Return, in a plain sentence, why this giver cannot agree to it; None when they can.

    An unknown age does not keep anybody from agreeing for themselves.
    """
    adult = birth_on is None or is_adult(birth_on, state=state, at=at, zone=zone)
    if given_by is GivenBy.PARENT and adult:
        return "They are of age: only they, or a guardian that a court named, can agree."
    if given_by is not GivenBy.SELF and topic is not None:
        return "A topic is for what somebody under age agrees to alone: leave it out."
    if given_by is GivenBy.SELF and not adult:
        if topic is None:
            return "They are under age: a parent or guardian agrees, or choose the topic that they may agree to alone."
        if not topic_covers(topic, state=state, scope=scope, domains=domains):
            return "The law of the state does not let somebody under age agree to this alone."
    if given_by is GivenBy.SELF and adult and topic is not None:
        return "They are of age: no topic is needed."
    return None


def may_guardian_see(topic: MinorTopic | None, *, reader: GivenBy) -> bool:
    """Whether somebody who speaks for a minor sees what rests on a consent that the minor gave alone."""
    return reader is GivenBy.SELF or topic is None


@cache
def _rules() -> tuple[MinorRule, ...]:
    with (FOLDER / "topics.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(
            MinorRule(
                state=row["state"],
                topic=MinorTopic(row["topic"]),
                label=row["label"],
                scopes=frozenset(map(ConsentScope, row["scopes"].split())),
                domains=frozenset(map(NeedDomain, row["domains"].split())),
                source=row["source"],
                is_verified=row["is_verified"] == "yes",
            )
            for row in csv.DictReader(lines)
        )


@cache
def _ages() -> dict[str, int]:
    with (FOLDER / "ages.csv").open(encoding="utf-8", newline="") as lines:
        return {row["state"]: int(row["adult_at"]) for row in csv.DictReader(lines)}


def _adult_at(state: str) -> int:
    return _ages().get(state, _ages()[ANY_STATE])
