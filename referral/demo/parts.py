"""Why somebody is in the story: most live through it, some are there so that every desk has work waiting today."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from referral.demo.agencies import Helper, helpers, pantry
from referral.people.rules import NeedCategory

Row = Mapping[str, str]


class Part(StrEnum):
    """What the story needs the person for."""

    ORDINARY = "ordinary"
    NEWCOMER = "newcomer"
    """Was referred in the last days and lies in an inbox."""
    WAITING = "waiting"
    """Was accepted, and the plan has not yet said whether it pays."""
    REGULAR = "regular"
    """Has come to a pantry for weeks, so that it has a month to bill and its lead and plan have a bill to look at."""


@dataclass(frozen=True)
class Cast:
    """A part, the service (row of seed/demo/services.csv) it leads to, and how long ago it began."""

    part: Part
    goal: Row | None
    plan: int
    days_ago: int

    @property
    def is_certain(self) -> bool:
        """Whether the person's first steps are set, not left to luck."""
        return self.part is not Part.ORDINARY


ASKED_ABOUT = {
    NeedCategory.FOOD_INSECURITY,
    NeedCategory.HOUSING_INSTABILITY,
    NeedCategory.UTILITY_INSECURITY,
    NeedCategory.TRANSPORTATION_INSECURITY,
}
"""Needs that the demonstration's questionnaire finds; other services are offered, nobody is sent there."""


def cast(index: int, random: Random) -> Cast:
    """Return the part of person `index`; the walk is fixed, so that every desk gets its share of any thousand."""
    if index % 7 == 3:
        turn = index // 7
        helper = pantry() if turn % 6 == 0 else helpers()[(turn - turn // 6 - 1) % len(helpers())]
        return Cast(Part.NEWCOMER, _service(helper, turn), index % 3, random.randint(1, 4))
    if index % 40 == 11:
        turn = index // 40
        return Cast(Part.WAITING, _service(helpers()[turn * 7 % len(helpers())], turn), turn % 3, random.randint(7, 9))
    if index % 25 == 5:
        helper, plan = _regulars()[index // 25 % 3]
        return Cast(Part.REGULAR, _service(helper, index // 25), plan, random.randint(30, 44))
    return Cast(Part.ORDINARY, None, index % 3, 5 + index * 131 % 360)


def _regulars() -> tuple[tuple[Helper, int], ...]:
    """Return the pantries that regulars come to, with their plans: one bill to pay, one to approve, one to decide."""
    western = next(one for one in helpers() if one.place["lead"] == "west" and one.place["domain"] == "food")
    return (pantry(), 0), (pantry(), 1), (western, 0)


def _service(helper: Helper, turn: int) -> Row:
    rows = [row for row in helper.services if NeedCategory(row["category"]) in ASKED_ABOUT]
    return rows[turn % len(rows)]
