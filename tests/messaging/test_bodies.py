from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral.messaging.rules import BodyProblem, body_problems, compose, gsm7_length, is_gsm7, is_neutral, to_gsm7
from referral.messaging.templates import Template, language_for, languages, template_text
from referral.messaging.vocabulary import revealing_words, unreviewed_languages

BASE = "https://care.example.org"
ORGANIZATION = "Piedmont Community Care Network"
VALUES = {"link": f"{BASE}/s/Zk3v9QpTq0yXw1r7Hn5aBc2d", "phone": "919-555-0100", "code": "123456"}
EVERY_TEXT = [(name, language) for name in Template for language in languages()]


def problems(body: str, organization: str = ORGANIZATION, *, must_say_stop: bool = True) -> list[BodyProblem]:
    return body_problems(
        body, organization=organization, revealing=revealing_words(), base_url=BASE, must_say_stop=must_say_stop
    )


@pytest.mark.parametrize(("name", "language"), EVERY_TEXT)
def test_every_text_fits_one_sms_names_who_writes_and_reveals_nothing(name: Template, language: str) -> None:
    body = compose(template_text(name, language), organization=ORGANIZATION, **VALUES)
    assert problems(body, must_say_stop=name is not Template.OPT_OUT) == []
    assert ORGANIZATION in body


def test_every_language_has_every_text_with_the_same_blanks() -> None:
    def blanks(name: Template, language: str) -> set[str | None]:
        return {field for _, field, _, _ in Formatter().parse(template_text(name, language))} - {None}

    assert set(languages()) == {"en", "es"}
    for name in Template:
        assert blanks(name, "es") == blanks(name, "en")


def test_people_are_written_to_in_their_language_or_in_english() -> None:
    assert [language_for(tag) for tag in ("es-MX", "ES", "en", "vi", None)] == ["es", "es", "en", "en", "en"]
    assert unreviewed_languages() == {"es"}


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("Hi, your food box is ready. Reply STOP to stop.", {BodyProblem.NO_ORGANIZATION, BodyProblem.REVEALING_WORD}),
        (f"{ORGANIZATION}: call us.", {BodyProblem.NO_WAY_TO_STOP}),
        (f"{ORGANIZATION}: https://bit.ly/x Reply STOP to stop.", {BodyProblem.FOREIGN_LINK}),
        (f"{ORGANIZATION}: {BASE}.evil.example/x STOP", {BodyProblem.FOREIGN_LINK}),
        (f"{ORGANIZATION}: llámenos. STOP", {BodyProblem.NOT_GSM7}),
        (f"{ORGANIZATION}: {'long ' * 30} STOP", {BodyProblem.TOO_LONG}),
        (f"{ORGANIZATION}: la clínica le espera. STOP", {BodyProblem.REVEALING_WORD, BodyProblem.NOT_GSM7}),
    ],
)
def test_a_text_that_must_not_leave_says_why(body: str, found: set[BodyProblem]) -> None:
    assert set(problems(body)) == found


def test_a_link_may_hold_letters_that_spell_a_word() -> None:
    assert is_neutral(f"see {BASE}/s/food", revealing_words())
    assert not is_neutral("Second Harvest Food Bank", revealing_words())


def test_at_least_sixty_revealing_words_are_known() -> None:
    assert len(revealing_words()) >= 60


@given(st.text(min_size=1, max_size=120))
def test_any_name_of_an_organization_leaves_one_sms(name: str) -> None:
    body = compose(template_text(Template.HELP_ARRIVED, "es"), organization=name)
    assert is_gsm7(body)
    assert gsm7_length(body) <= 160


def test_a_long_name_is_cut_at_a_word() -> None:
    body = compose(
        template_text(Template.HELP_ARRIVED, "es"), organization="Western Mountains Coordinated Community Care Network"
    )
    assert "Western Mountains Coordinated Community." in body


def test_typography_becomes_what_a_phone_can_show() -> None:
    assert to_gsm7("“Mamá’s” — café…") == '"Mama\'s" - café...'
