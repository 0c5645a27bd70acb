"""The people of the demonstration: invented, plausible, and the same for the same seed number."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from random import Random

from referral.demo.agencies import DATA
from referral.demo.parts import Cast, cast
from referral.people.rules import NeedCategory, RaceEthnicity

GROUPS: Sequence[tuple[str, int]] = (
    ("white", 30),
    ("black", 25),
    ("hispanic", 18),
    ("american_indian", 18),
    ("asian", 3),
    ("several", 3),
    ("declined", 3),
)
"""Share of each group in percent: at least 150 of 1,000 people say that they belong to each of the four largest."""

RACES: Mapping[str, tuple[RaceEthnicity, ...]] = {
    "white": (RaceEthnicity.WHITE,),
    "black": (RaceEthnicity.BLACK_OR_AFRICAN_AMERICAN,),
    "hispanic": (RaceEthnicity.HISPANIC_OR_LATINO,),
    "american_indian": (RaceEthnicity.AMERICAN_INDIAN_OR_ALASKA_NATIVE,),
    "asian": (RaceEthnicity.ASIAN,),
    "several": (RaceEthnicity.BLACK_OR_AFRICAN_AMERICAN, RaceEthnicity.WHITE),
    "declined": (),
}

STEPS = ("consents", "accepted", "started", "delivered", "answers", "helped")
LUCK: Mapping[str, Sequence[float]] = {
    "white": (0.94, 0.86, 0.93, 0.92, 0.60, 0.86),
    "black": (0.91, 0.77, 0.86, 0.87, 0.52, 0.78),
    "hispanic": (0.86, 0.74, 0.82, 0.84, 0.50, 0.74),
    "american_indian": (0.88, 0.66, 0.78, 0.80, 0.44, 0.70),
}
"""Chance of each step of the loop. The gaps are invented, so that the equity report has something to find."""

CERTAIN = frozenset(STEPS[:4])
"""Steps that are not left to luck for those whom the story needs at a certain desk today."""

NEEDS: Sequence[tuple[NeedCategory, float]] = (
    (NeedCategory.FOOD_INSECURITY, 0.55),
    (NeedCategory.HOUSING_INSTABILITY, 0.28),
    (NeedCategory.UTILITY_INSECURITY, 0.24),
    (NeedCategory.TRANSPORTATION_INSECURITY, 0.30),
)


@dataclass(frozen=True, kw_only=True)
class Place:
    """A town with its ZIP code, in the region of one network lead."""

    county: str
    city: str
    postal_code: str
    lead: str


@dataclass(frozen=True, kw_only=True)
class Character:
    """One invented person, before the product has heard of them."""

    index: int
    group: str
    given_name: str
    family_name: str
    birth_on: date
    language: str
    needs_interpreter: bool
    place: Place
    phone: str
    can_text: bool
    plan: int
    member_id: str
    cast: Cast
    household_size: int
    first_call_on: date
    needs: tuple[NeedCategory, ...]
    random: Random

    def has_luck(self, step: str) -> bool:
        """Whether the step of the loop goes well for this person."""
        if self.cast.is_certain and step in CERTAIN:
            return True
        return self.random.random() < LUCK.get(self.group, LUCK["black"])[STEPS.index(step)]


def character(index: int, *, number: int, today: date) -> Character:
    """Return person `index` of the network with this seed number; the same whenever and wherever it is asked."""
    random = Random(f"{number}-{index}")  # noqa: S311 -- a story, not a secret
    group = _group(index)
    given, family = _names(group if group != "declined" else "white")
    language, needs_interpreter = _language(group, random)
    part = cast(index, random)
    return Character(
        index=index,
        group=group,
        given_name=random.choice(given),
        family_name=random.choice(family),
        birth_on=today - timedelta(days=random.randint(19 * 365, 84 * 365)),
        language=language,
        needs_interpreter=needs_interpreter,
        place=random.choice([place for place in places() if part.goal is None or place.lead == part.goal["lead"]]),
        phone=f"+1{AREAS[index // 100 % len(AREAS)]}55501{index % 100:02}",
        can_text=random.random() < 0.8,
        plan=part.plan,
        cast=part,
        member_id=f"9{number % 100:02}{index:06}{'KLMNPRST'[index % 8]}",
        household_size=random.choice((1, 1, 2, 3, 3, 4, 5)),
        first_call_on=today - timedelta(days=part.days_ago),
        needs=_needs(part, random),
        random=random,
    )


AREAS = ("252", "910", "828", "919", "336", "704", "980", "984", "743", "472")
"""Area codes of North Carolina; the numbers behind them, 555-01xx, are reserved for fiction."""


@cache
def places() -> tuple[Place, ...]:
    """Return the towns of the demonstration: real counties and ZIP codes."""
    with (DATA / "places.csv").open(encoding="utf-8", newline="") as file:
        return tuple(Place(**row) for row in csv.DictReader(file))


@cache
def _names(group: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    with (DATA / "names.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["group"] == group]
    return (
        tuple(row["name"] for row in rows if row["part"] == "given"),
        tuple(row["name"] for row in rows if row["part"] == "family"),
    )


def _needs(part: Cast, random: Random) -> tuple[NeedCategory, ...]:
    if part.goal is not None:
        return (NeedCategory(part.goal["category"]),)
    return tuple(need for need, chance in NEEDS if random.random() < chance)


def _group(index: int) -> str:
    """Return the group by a fixed walk through the hundred, so that every hundred people hold the same shares."""
    position = index * 37 % 100
    for group, share in GROUPS:
        if position < share:
            return group
        position -= share
    raise AssertionError("the shares add up to 100")


def _language(group: str, random: Random) -> tuple[str, bool]:
    if group == "hispanic" and random.random() < 0.62:
        return "es", random.random() < 0.7
    if group == "asian" and random.random() < 0.5:
        return random.choice(("vi", "zh")), random.random() < 0.8
    return "en", False
