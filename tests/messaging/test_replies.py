import csv
from pathlib import Path

import pytest

from referral.messaging.rules import ReplyMeaning as M
from referral.messaging.rules import read_reply
from referral.messaging.rules.stop_sentences import StopSentences
from referral.messaging.vocabulary import vocabulary

DATA = Path(__file__).parent / "data"
DRESSES = ("{}", " {} ", "{}!!!", "{}.", "'{}'", "{} 🙏", "\u200b{}", "¡{}!")


def meaning(text: str, *, open_question: bool = True) -> M:
    return read_reply(text, vocabulary(), question_is_open=open_question)


def sentences(name: str) -> list[str]:
    with (DATA / name).open(encoding="utf-8") as file:
        return [row["text"] for row in csv.DictReader(file)]


@pytest.mark.parametrize("is_open", [True, False])
@pytest.mark.parametrize("dress", DRESSES)
def test_every_stop_word_stops_in_any_case_and_punctuation(dress: str, is_open: bool) -> None:
    for word in vocabulary().words:
        if word.meaning is M.STOP:
            for text in (word.text, word.text.lower(), word.text.title()):
                assert meaning(dress.format(text), open_question=is_open) is M.STOP, text


@pytest.mark.parametrize(
    ("text", "while_open", "otherwise"),
    [
        ("YES", M.YES, M.START),
        ("yes!", M.YES, M.START),
        ("Yes, thank you so much", M.YES, M.UNCLEAR),
        ("yesss", M.YES, M.START),
        ("SÍ", M.YES, M.UNCLEAR),
        ("si gracias", M.YES, M.UNCLEAR),
        ("partly", M.PARTLY, M.UNCLEAR),
        ("En parte", M.PARTLY, M.UNCLEAR),
        ("más o menos", M.PARTLY, M.UNCLEAR),
        ("NO", M.NO, M.UNCLEAR),
        ("not yet", M.NO, M.UNCLEAR),
        ("todavía no", M.NO, M.UNCLEAR),
        ("no thanks", M.UNCLEAR, M.UNCLEAR),
        ("START", M.START, M.START),
        ("unstop", M.START, M.START),
        ("HELP", M.HELP, M.HELP),
        ("ayuda", M.HELP, M.HELP),
        ("I need help", M.UNCLEAR, M.UNCLEAR),
        ("👍", M.UNCLEAR, M.UNCLEAR),
        ("", M.UNCLEAR, M.UNCLEAR),
        ("yes but only half of it", M.UNCLEAR, M.UNCLEAR),
        ("sí, sí", M.YES, M.UNCLEAR),
        ("No no no", M.NO, M.UNCLEAR),
        ("sí y no", M.UNCLEAR, M.UNCLEAR),
        ("sí pero...", M.UNCLEAR, M.UNCLEAR),
        ("S.T.O.P.", M.STOP, M.STOP),
        ("STOOOP", M.STOP, M.STOP),
        ("Yes they helped, now stop texting me", M.STOP, M.STOP),
    ],
)
def test_a_reply_means_what_it_says_and_an_answer_needs_an_open_question(
    text: str, while_open: M, otherwise: M
) -> None:
    assert meaning(text) is while_open
    assert meaning(text, open_question=False) is otherwise


def test_at_least_nine_of_ten_natural_stop_sentences_are_understood_and_the_rest_go_to_a_person() -> None:
    asked = sentences("asks_to_stop.csv")
    missed = [text for text in asked if meaning(text) is not M.STOP]
    assert len(asked) >= 200
    assert len(missed) <= len(asked) / 10, missed
    assert {meaning(text) for text in missed} <= {M.UNCLEAR}


def test_no_ordinary_reply_is_taken_for_stop() -> None:
    ordinary = sentences("ordinary_replies.csv")
    assert len(ordinary) >= 150
    assert [text for text in ordinary if meaning(text) is M.STOP] == []


def test_we_confirm_a_stop_only_when_twilio_does_not() -> None:
    answered = [
        text for text in ("STOP", "stop!", "Revoke", "stop please", "alto") if vocabulary().is_answered_by_twilio(text)
    ]
    assert answered == ["STOP", "stop!"]


def test_words_no_native_speaker_has_reviewed_carry_the_mark() -> None:
    assert all(not word.is_verified for word in vocabulary().words if word.language == "es")


def test_a_pattern_with_an_undefined_class_is_refused() -> None:
    with pytest.raises(KeyError):
        StopSentences.parse("^ stop <nothing>")
