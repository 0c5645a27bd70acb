"""What a reply means: exact words first, then sentences that ask us to stop; the rest is for a person.

Any reasonable means of saying stop counts (47 CFR 64.1200(a)(10), in force since 11 April 2025).
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from referral.messaging.rules.stop_sentences import StopSentences


class ReplyMeaning(StrEnum):
    """What we do with a reply; `unclear` goes to a person."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"
    STOP = "stop"
    START = "start"
    HELP = "help"
    UNCLEAR = "unclear"


# Courtesy around an answer does not change it, except that "no thanks" may refuse the help itself.
THANKS = frozenset({"thank", "thanks", "thx", "ty", "gracias"})
COURTESY = THANKS | {"please", "pls", "ok", "okay", "sir", "maam", "you", "u", "very", "much", "so"}
COURTESY |= {"por", "favor", "muchas", "senor", "senora"}


@dataclass(frozen=True, slots=True)
class Word:
    """One row of the word list: what a reply of just these words means, and whether Twilio too acts on it."""

    text: str
    meaning: ReplyMeaning
    language: str
    is_twilio_default: bool
    is_verified: bool


class Vocabulary:
    """The words and sentences we know, ready to be asked what a reply means."""

    def __init__(self, words: Iterable[Word], sentences: StopSentences) -> None:
        """Index the words without case, accents and punctuation."""
        self.words = tuple(words)
        self.sentences = sentences
        self._meanings: dict[ReplyMeaning, set[str]] = {meaning: set() for meaning in ReplyMeaning}
        for word in self.words:
            self._meanings[word.meaning].add(plain(word.text))
        self._twilio = {plain(word.text) for word in self.words if word.is_twilio_default}

    def has(self, meaning: ReplyMeaning, text: str) -> bool:
        """Tell whether these plain words are listed with this meaning."""
        return text in self._meanings[meaning]

    def is_answered_by_twilio(self, text: str) -> bool:
        """Tell whether Twilio itself confirms this reply, so that we must not confirm it a second time."""
        return plain(text) in self._twilio


def plain(text: str) -> str:
    """Return the words of a text in lower case, without accents, punctuation, emoji and drawn-out letters."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text)).casefold()
    kept = "".join(_plain_character(character) for character in folded)
    words = re.sub(r"([a-z])\1{2,}", r"\1", kept).split()
    if len(words) > 1 and all(len(word) == 1 for word in words):
        return "".join(words)  # S.T.O.P
    return " ".join(words)


def read_reply(text: str, vocabulary: Vocabulary, *, question_is_open: bool) -> ReplyMeaning:
    """Return what a reply means; YES, PARTLY and NO are answers only while a question is open for the number.

    Without an open question a bare YES asks to start again, as it does at Twilio.
    """
    words = plain(text)
    if vocabulary.has(ReplyMeaning.STOP, words) or vocabulary.sentences.match(_clauses(text)):
        return ReplyMeaning.STOP
    if vocabulary.has(ReplyMeaning.HELP, words):
        return ReplyMeaning.HELP
    if question_is_open:
        return _answer(words, vocabulary)
    return ReplyMeaning.START if vocabulary.has(ReplyMeaning.START, words) else ReplyMeaning.UNCLEAR


def _answer(words: str, vocabulary: Vocabulary) -> ReplyMeaning:
    said = [word for word, _ in groupby(word for word in words.split() if word not in COURTESY)]
    bare = " ".join(said)
    is_thanking = not THANKS.isdisjoint(words.split())
    for meaning in (ReplyMeaning.PARTLY, ReplyMeaning.NO, ReplyMeaning.YES):
        if vocabulary.has(meaning, words):
            return meaning
        if vocabulary.has(meaning, bare) and not (is_thanking and meaning is ReplyMeaning.NO):
            return meaning
    return ReplyMeaning.START if vocabulary.has(ReplyMeaning.START, words) else ReplyMeaning.UNCLEAR


def _clauses(text: str) -> list[str]:
    """Split a reply where its sentences and parts end, each in plain words."""
    parts = re.split(r"[.!?;,\n¡¿…]+|\s[-–—]\s", text)
    return [clause for part in [*parts, text] if (clause := plain(part))]


def _plain_character(character: str) -> str:
    if character in "'’‘`´":
        return ""
    category = unicodedata.category(character)
    if category.startswith(("L", "N")):
        return character
    return "" if category in ("Mn", "Cf", "Me") else " "
