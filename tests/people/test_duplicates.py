from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral.people.rules import Identifiers, compare, likely_matches, sound_of
from referral.people.rules.names import split_suffix

HOME = frozenset({"+19195550123"})
CARD = frozenset({"900123456K"})
BORN = date(1980, 3, 14)
MARIA = Identifiers("María", "García", BORN, HOME, CARD)


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        (Identifiers("Maria", "Garcia", BORN), "Same name"),
        (Identifiers("Maria", "García López", BORN), "Similar name"),
        (Identifiers("Garcia", "Maria", BORN), "First and last name swapped"),
        (Identifiers("Maria", "Garcia", date(1980, 3, 15), HOME), "Birth date differs in one digit"),
        (Identifiers("Maria", "Johnson", BORN, HOME), "Same phone number"),
        (Identifiers("Mary", "Johnson", BORN, frozenset(), CARD), "Same member ID"),
        (Identifiers("Maria", "Garcia"), "Same name"),
        (Identifiers("Maria", "Garcia-Lopez", BORN, HOME), "Similar name"),
    ],
)
def test_the_same_person_is_found_and_the_reason_is_said(other: Identifiers, reason: str):
    likeness = compare(MARIA, other)
    assert likeness.is_likely, likeness
    assert reason in likeness.reasons


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (MARIA, Identifiers("Ana", "García", BORN, HOME)),
        (MARIA, Identifiers("John", "Smith", date(1990, 1, 1), HOME)),
        (MARIA, Identifiers("Maria", "Garcia", date(2003, 8, 2), HOME)),
        (Identifiers("Paul", "King Sr.", None, HOME), Identifiers("Paul", "King Jr", None, HOME)),
        (Identifiers("Paul", "King", date(1950, 1, 2)), Identifiers("Paul", "King, Jr.", date(1980, 9, 9))),
        (MARIA, Identifiers("Maria", "Garcia", date(1981, 6, 30))),
    ],
    ids=["twin", "housemate", "daughter of the same name", "senior and junior", "a generation", "namesake"],
)
def test_two_people_are_not_taken_for_one(one: Identifiers, other: Identifiers):
    assert not compare(one, other).is_likely


def test_a_twin_is_named_as_the_reason_for_doubt():
    assert (
        "May be a twin or another member of the family"
        in compare(MARIA, Identifiers("Ana", "García", BORN, HOME)).reasons
    )


def test_a_twin_with_a_similar_name_is_shown_with_doubt():
    likeness = compare(MARIA, Identifiers("Marta", "Garcia", BORN, HOME))
    assert likeness.is_likely
    assert likeness.score < 80
    assert "A misspelled name, or a twin with a similar one" in likeness.reasons


@pytest.mark.parametrize(("long", "short"), [("Robert", "Bob"), ("Guadalupe", "Lupita"), ("Elizabeth", "Liz")])
def test_a_short_name_is_a_similar_name_and_no_twin(long: str, short: str):
    likeness = compare(Identifiers(long, "Smith", BORN), Identifiers(short, "Smith", BORN))
    assert likeness.is_likely
    assert likeness.reasons == ("Similar name", "Same birth date")


def test_one_member_id_outweighs_the_doubt_about_twins():
    assert compare(MARIA, Identifiers("Mia", "Garcia", BORN, HOME, CARD)).is_likely


def test_matches_come_the_likeliest_first_and_strangers_not_at_all():
    candidates = [
        ("namesake", Identifiers("Maria", "Garcia")),
        ("stranger", Identifiers("Wei", "Chen", date(1999, 9, 9))),
        ("herself", Identifiers("Maria", "Garcia", BORN)),
    ]
    assert [key for key, _ in likely_matches(MARIA, candidates)] == ["herself", "namesake"]


people = st.builds(
    Identifiers,
    given_name=st.text(min_size=1, max_size=12),
    family_name=st.text(min_size=1, max_size=12),
    birth_on=st.none() | st.dates(),
    phones=st.frozensets(st.sampled_from(["+19195550123", "+19195550124"]), max_size=2),
)


@given(people, people)
def test_the_score_is_a_percentage_and_does_not_depend_on_the_order(one: Identifiers, other: Identifiers):
    assert 0 <= compare(one, other).score <= 100
    assert compare(one, other).score == compare(other, one).score


@given(people)
def test_knowing_a_shared_phone_never_lowers_the_score(person: Identifiers):
    without = Identifiers(person.given_name, person.family_name, person.birth_on)
    with_phone = Identifiers(person.given_name, person.family_name, person.birth_on, HOME)
    assert compare(with_phone, with_phone).score >= compare(without, without).score


@pytest.mark.parametrize(
    ("name", "folded", "suffix"),
    [
        ("Smith, Jr.", "smith", "Jr"),
        ("O’Brien III", "obrien", "III"),
        ("King", "king", None),
        ("Jr", "jr", None),
    ],
)
def test_a_generation_is_told_from_the_family_name(name: str, folded: str, suffix: str | None):
    assert split_suffix(name) == (folded, suffix)


def test_names_that_sound_alike_are_looked_up_together():
    assert sound_of("Catherine") == sound_of("Katherine")
    assert sound_of("Muñoz") == sound_of("Munoz")
