from datetime import date
from itertools import permutations

import pytest

from referral.people.rules import (
    DIFFICULTY_QUESTIONS,
    GENDER_IDENTITIES,
    LANGUAGES,
    SEXUAL_ORIENTATIONS,
    AnswerSource,
    AnswerState,
    DemographicKind,
    Difficulty,
    GenderIdentity,
    Observation,
    SexualOrientation,
    is_asked_at,
    language_name,
    most_trusted,
    why_asked,
)

SELF, PROXY, PROVIDER, PLAN, ADMINISTRATIVE = AnswerSource
ANSWERED, DECLINED, UNKNOWN, NOT_ASKED = AnswerState
MAY, JUNE = date(2026, 5, 1), date(2026, 6, 1)


def told(state: AnswerState, source: AnswerSource, on: date = MAY) -> Observation:
    return Observation(state, source, on, frozenset({"white"} if state is ANSWERED else ()))


@pytest.mark.parametrize(
    ("winner", "others"),
    [
        (told(ANSWERED, SELF), [told(ANSWERED, PROXY, JUNE), told(ANSWERED, PLAN, JUNE)]),
        (told(ANSWERED, SELF, JUNE), [told(ANSWERED, SELF, MAY)]),
        (told(DECLINED, SELF), [told(ANSWERED, PLAN, JUNE)]),
        (told(ANSWERED, SELF, JUNE), [told(DECLINED, SELF, MAY)]),
        (told(ANSWERED, ADMINISTRATIVE), [told(NOT_ASKED, SELF, JUNE), told(UNKNOWN, SELF, JUNE)]),
        (told(ANSWERED, PROVIDER), [told(ANSWERED, PLAN, JUNE), told(ANSWERED, ADMINISTRATIVE, JUNE)]),
        (told(UNKNOWN, SELF), [told(NOT_ASKED, PLAN, JUNE)]),
    ],
)
def test_the_best_source_that_said_anything_counts(winner: Observation, others: list[Observation]):
    for order in permutations([winner, *others]):
        assert most_trusted(order) == winner


def test_without_observations_nothing_counts():
    assert most_trusted([]) is None


@pytest.mark.parametrize("kind", DemographicKind)
def test_every_question_says_why_it_is_asked(kind: DemographicKind):
    assert why_asked(kind).endswith(".")


def test_the_six_difficulties_are_asked_apart_and_from_their_age_on():
    kinds = {kind.value for kind in DemographicKind}
    assert {f"disability_{difficulty}" for difficulty in Difficulty} < kinds
    assert len({question.loinc for question in DIFFICULTY_QUESTIONS.values()}) == len(Difficulty) == 6
    assert {d for d in Difficulty if is_asked_at(d, 4)} == {Difficulty.HEARING, Difficulty.SEEING}
    assert not is_asked_at(Difficulty.ERRANDS, 14)
    assert is_asked_at(Difficulty.ERRANDS, 15)


def test_languages_have_names_in_english_and_in_themselves():
    assert {"en", "es", "ar", "zh", "vi", "fr", "de", "sw", "ht"} <= set(LANGUAGES)
    assert language_name("es-MX") == "Spanish"
    assert language_name("xx") == "xx"
    assert LANGUAGES["ar"].is_right_to_left
    assert len({language.name for language in LANGUAGES.values()}) == len(LANGUAGES)


def test_every_option_of_orientation_and_gender_has_a_label():
    assert set(SEXUAL_ORIENTATIONS) == set(SexualOrientation)
    assert set(GENDER_IDENTITIES) == set(GenderIdentity)
