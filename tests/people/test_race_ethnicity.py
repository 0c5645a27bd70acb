import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral.people.rules import (
    ALONE_OR_IN_COMBINATION,
    CDC_CODES,
    COMBINED_MULTIRACIAL,
    MULTIRACIAL,
    OMB_1997,
    RaceEthnicity,
    alone_or_in_combination,
    combined_multiracial,
    most_frequent_combinations,
    most_frequent_multiple,
    most_frequent_multiple_over,
    omb_1997,
    race_label,
)

AIAN, ASIAN, BLACK, HISPANIC, MENA, NHPI, WHITE = RaceEthnicity
choices = st.frozensets(st.sampled_from(RaceEthnicity))


@given(choices)
def test_alone_or_in_combination_counts_a_person_in_every_group_chosen(chosen: frozenset[RaceEthnicity]):
    assert alone_or_in_combination(chosen) == {choice.value for choice in chosen}


@given(choices)
def test_exclusive_tabulations_put_everyone_who_answered_in_exactly_one_group(
    chosen: frozenset[RaceEthnicity],
):
    for tabulation in (COMBINED_MULTIRACIAL, OMB_1997, most_frequent_multiple_over(())):
        assert tabulation.is_exclusive
        assert len(tabulation.groups(chosen)) == bool(chosen)
        assert all(race_label(group) for group in tabulation.groups(chosen))
    assert not ALONE_OR_IN_COMBINATION.is_exclusive


@pytest.mark.parametrize(
    ("chosen", "combined", "in_1997"),
    [
        ((), None, None),
        ((BLACK,), BLACK, BLACK),
        ((MENA,), MENA, WHITE),
        ((MENA, WHITE), MULTIRACIAL, WHITE),
        ((MENA, BLACK), MULTIRACIAL, "two_or_more_races"),
        ((HISPANIC,), HISPANIC, HISPANIC),
        ((HISPANIC, WHITE), MULTIRACIAL, HISPANIC),
        ((ASIAN, NHPI), MULTIRACIAL, "two_or_more_races"),
    ],
)
def test_the_same_answers_in_two_tabulations(
    chosen: tuple[RaceEthnicity, ...], combined: str | None, in_1997: str | None
):
    assert combined_multiracial(chosen) == combined
    assert omb_1997(chosen) == in_1997


def test_the_most_frequent_combinations_become_groups_of_their_own():
    people = [{HISPANIC, WHITE}] * 3 + [{BLACK, WHITE}] * 2 + [{ASIAN, AIAN}] + [{WHITE}] * 9
    frequent = most_frequent_combinations(people, how_many=2)
    assert [race_label(group) for group in frequent] == [
        "Hispanic or Latino and White",
        "Black or African American and White",
    ]
    assert most_frequent_multiple({WHITE, HISPANIC}, frequent) == frequent[0]
    assert most_frequent_multiple({ASIAN, AIAN}, frequent) == "other_multiple_responses"
    assert most_frequent_multiple({WHITE}, frequent) == WHITE


def test_only_the_codes_that_were_checked_say_so():
    assert {race for race, code in CDC_CODES.items() if code.is_verified} == {AIAN, HISPANIC}
    assert len({code.code for code in CDC_CODES.values()}) == len(RaceEthnicity)
