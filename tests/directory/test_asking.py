"""What somebody types is understood in English and Spanish, misspelt or not."""

from pathlib import Path

import pytest

from referral.directory.rules.asking import Question, correct, spelled, tsquery, understand
from referral.directory.rules.ladder import STEP_TEXT, Step, attempts
from referral.directory.rules.synonyms import Thesaurus, ngrams, read_synonyms, suggested_needs
from referral.directory.rules.text import words
from referral.people.rules import NeedCategory

SYNONYMS = Path(__file__).parents[2] / "seed" / "directory" / "synonyms.csv"
THESAURUS = Thesaurus(read_synonyms(SYNONYMS.read_text(encoding="utf-8").splitlines()))
VOCABULARY = dict.fromkeys(
    words("homeless shelter diapers farmworker domestic violence hospice refugee food bank light"), 3
)
VOCABULARY |= {"refuge": 1, "refugee": 9}


def ask(text: str) -> Question:
    return understand(words(text), THESAURUS)


@pytest.mark.parametrize(
    ("text", "need"),
    [
        ("We are running out of food", NeedCategory.FOOD_INSECURITY),
        ("food stamps", NeedCategory.FOOD_INSECURITY),
        ("despensa", NeedCategory.FOOD_INSECURITY),
        ("bank manje", NeedCategory.FOOD_INSECURITY),
        ("light bill", NeedCategory.UTILITY_INSECURITY),
        ("pagar la luz", NeedCategory.UTILITY_INSECURITY),
        ("I need help with the rent", NeedCategory.HOUSING_INSTABILITY),
        ("desalojo", NeedCategory.HOUSING_INSTABILITY),
        ("albergue", NeedCategory.HOMELESSNESS),
        ("pañales", NeedCategory.MATERIAL_HARDSHIP),
        ("VIH", NeedCategory.MEDICAL_COST_BURDEN),
        ("ciudadanía", NeedCategory.LANGUAGE_ACCESS),
        ("ride to dialysis", NeedCategory.TRANSPORTATION_INSECURITY),
    ],
)
def test_words_speak_of_needs(text: str, need: NeedCategory) -> None:
    assert need in ask(text).needs


def test_filler_is_left_out_but_named() -> None:
    found = ask("help me find free diapers")
    assert [term.phrase for term in found.terms] == [("diapers",)]
    assert found.filler == ("help", "me", "find", "free")


def test_a_phrase_is_one_term_with_everything_that_means_the_same() -> None:
    (term,) = ask("food bank").terms
    assert term.phrase == ("food", "bank")
    assert {("pantry",), ("despensa",)} <= set(term.alternatives)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("homless", "homeless"),
        ("foood", "food"),
        ("ligth", "light"),
        ("shleter", "shelter"),
        ("diapirs", "diapers"),
        ("farmworkr", "farmworker"),
        ("domestc", "domestic"),
        ("violense", "violence"),
        ("hospise", "hospice"),
        ("refugie", "refugee"),
    ],
)
def test_misspelt_words_are_corrected(typed: str, meant: str) -> None:
    assert correct(typed, VOCABULARY) == meant


@pytest.mark.parametrize("word", ["food", "xyz", "27601", "qqqqqqq", "necesito"])
def test_known_short_or_strange_words_are_left_alone(word: str) -> None:
    assert correct(word, VOCABULARY) is None


def test_a_correction_is_said_and_understood() -> None:
    tokens, corrections = spelled("free homless shleter", VOCABULARY)
    assert tokens == ["free", "homeless", "shelter"]
    assert [(one.typed, one.meant) for one in corrections] == [("homless", "homeless"), ("shleter", "shelter")]


def test_every_run_of_words_is_looked_up() -> None:
    assert ngrams(["meals", "on", "wheels"]) == {
        "meals", "on", "wheels", "meals on", "on wheels", "meals on wheels"
    }  # fmt: skip


def test_the_query_text_holds_no_operator_that_somebody_typed() -> None:
    text = tsquery(ask("diapers & !(drop) | 'x':*").terms)
    assert text.startswith("(diapers | ")
    assert not set("!:'*\\") & set(text)


def test_a_listing_suggests_its_needs_from_the_most_telling_text() -> None:
    texts = {"name": "Pantry", "description": "Closed for lunch. Bring id."}
    assert suggested_needs(THESAURUS, texts) == {NeedCategory.FOOD_INSECURITY}
    assert suggested_needs(THESAURUS, {"name": "Office"}) == set()


def test_the_ladder_widens_one_step_at_a_time_and_every_step_is_explained() -> None:
    steps = [found.step for found in attempts(miles=10, has_words=True, has_needs=True, has_place=True)]
    assert steps == [
        Step.AS_ASKED, Step.ANY_WORD, Step.WHOLE_NEED, Step.WIDER, Step.COUNTY, Step.STATE_AND_VIRTUAL
    ]  # fmt: skip
    assert set(STEP_TEXT) == set(Step) - {Step.AS_ASKED}


def test_without_words_or_place_there_is_nothing_to_widen() -> None:
    found = list(attempts(miles=10, has_words=False, has_needs=True, has_place=False))
    assert [attempt.step for attempt in found] == [Step.AS_ASKED]
    assert found[0].miles is None
