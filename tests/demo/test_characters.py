"""The people of the demonstration: shares exact, names from the lists, numbers reserved for fiction."""

import csv
import re
from collections import Counter
from datetime import date

from referral.demo.agencies import DATA, PANTRY, helpers
from referral.demo.characters import GROUPS, Character, character
from referral.demo.parts import Part
from referral.people.rules.languages import LANGUAGES

TODAY = date(2026, 11, 16)
THOUSAND = [character(index, number=7, today=TODAY) for index in range(1000)]


def test_every_hundred_has_the_shares_exactly() -> None:
    for first in range(0, 1000, 100):
        assert Counter(one.group for one in THOUSAND[first : first + 100]) == dict(GROUPS)


def test_the_shares_make_a_hundred() -> None:
    assert sum(share for _, share in GROUPS) == 100


def test_names_are_those_of_the_lists() -> None:
    with (DATA / "names.csv").open(encoding="utf-8", newline="") as file:
        names = {row["name"] for row in csv.DictReader(file)}
    assert {one.given_name for one in THOUSAND} | {one.family_name for one in THOUSAND} <= names


def test_every_telephone_is_one_of_fiction_and_of_one_person() -> None:
    assert all(re.fullmatch(r"\+1\d{3}55501\d\d", one.phone) for one in THOUSAND)
    assert len({one.phone for one in THOUSAND}) == 1000


def test_languages_are_those_we_know() -> None:
    assert {one.language for one in THOUSAND} <= LANGUAGES.keys()


def test_the_same_number_tells_the_same_people_and_another_one_does_not() -> None:
    assert _told(7) == _told(7)
    assert _told(7) != _told(8)


def test_everybody_is_grown_up_and_called_within_the_year() -> None:
    for one in THOUSAND:
        assert one.birth_on.year <= TODAY.year - 18
        assert 0 < (TODAY - one.first_call_on).days <= 365


def test_every_organization_has_somebody_in_its_inbox() -> None:
    newcomers = Counter(one.cast.goal["organization"] for one in _playing(Part.NEWCOMER) if one.cast.goal)
    assert newcomers.keys() == {helper.name for helper in helpers()}
    assert newcomers[PANTRY] >= 6


def test_somebody_waits_for_every_plan_and_the_pantry_has_a_month_to_bill() -> None:
    assert {one.plan for one in _playing(Part.WAITING)} == {0, 1, 2}
    assert len(_playing(Part.REGULAR)) >= 20
    bills = {(one.cast.goal["organization"], one.plan) for one in _playing(Part.REGULAR) if one.cast.goal}
    assert {(PANTRY, 0), (PANTRY, 1)} < bills
    assert len(bills) == 3


def test_those_with_a_goal_live_where_it_is() -> None:
    for one in THOUSAND:
        if one.cast.goal:
            assert one.place.lead == one.cast.goal["lead"]


def _playing(part: Part) -> list[Character]:
    return [one for one in THOUSAND if one.cast.part is part]


def _told(number: int) -> list[tuple[object, ...]]:
    people = (character(index, number=number, today=TODAY) for index in range(40))
    return [(one.given_name, one.birth_on, one.place, one.needs, one.random.random()) for one in people]
