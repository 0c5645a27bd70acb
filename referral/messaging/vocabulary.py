"""The words, sentences and error codes of messaging, read from `seed/messaging/` once."""

import csv
from functools import cache
from pathlib import Path

from referral.messaging.rules import Failure, ReplyMeaning, Vocabulary, Word
from referral.messaging.rules.stop_sentences import StopSentences

SEED = Path(__file__).resolve().parents[2] / "seed" / "messaging"


@cache
def vocabulary() -> Vocabulary:
    """Return what a reply may mean, in every language we know words of."""
    words = [
        Word(
            text=row["word"],
            meaning=ReplyMeaning(row["meaning"]),
            language=row["language"],
            is_twilio_default=row["twilio_default"].startswith("yes"),
            is_verified=row["is_verified"] == "yes",
        )
        for row in _rows("words.csv")
    ]
    sentences = [path.read_text(encoding="utf-8") for path in sorted((SEED / "stop_sentences").glob("*.txt"))]
    return Vocabulary(words, StopSentences.parse(*sentences))


@cache
def revealing_words() -> frozenset[str]:
    """Return the words that tell a stranger what a person needs."""
    return frozenset(row["word"] for row in _rows("revealing_words.csv"))


@cache
def known_failures() -> dict[int, Failure]:
    """Return what each error code of Twilio's that we know means for the message."""
    return {int(row["code"]): Failure(row["failure"]) for row in _rows("twilio_errors.csv")}


@cache
def error_meanings() -> dict[int, str]:
    """Return Twilio's error codes in words; a meaning nobody checked says so."""
    return {
        int(row["code"]): row["meaning"] + ("" if row["is_verified"] == "yes" else " (unverified)")
        for row in _rows("twilio_errors.csv")
    }


@cache
def unreviewed_languages() -> frozenset[str]:
    """Return the languages whose texts no native speaker has reviewed yet."""
    return frozenset(row["language"] for row in _rows("languages.csv") if row["is_verified"] != "yes")


def _rows(name: str) -> list[dict[str, str]]:
    with (SEED / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
