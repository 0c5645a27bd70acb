"""Words that mean the same need, in the languages people ask in; read from our own CSV."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from referral.directory.rules.text import words
from referral.people.rules import NeedCategory

LONGEST_PHRASE = 4


@dataclass(frozen=True, slots=True)
class Synonym:
    """A phrase people say, the phrase it stands for, its language, and the need behind it."""

    phrase: tuple[str, ...]
    target: str
    language: str
    need: NeedCategory | None


def ngrams(tokens: list[str]) -> set[str]:
    """Every run of one to four words, joined by spaces: what has to be looked up to understand them."""
    sizes = range(1, LONGEST_PHRASE + 1)
    return {" ".join(tokens[start : start + size]) for start in range(len(tokens)) for size in sizes}


def read_synonyms(lines: Iterable[str]) -> Iterator[Synonym]:
    """The synonyms of a CSV with the columns term, target, lang, need_category; rows without a phrase are skipped."""
    for row in csv.DictReader(lines):
        phrase = tuple(words(row.get("term") or ""))
        if phrase and row.get("target"):
            need = row.get("need_category") or None
            yield Synonym(phrase, row["target"], row.get("lang") or "en", NeedCategory(need) if need else None)


class Thesaurus:
    """Looks phrases up: everything that shares their target, and the needs they speak of."""

    def __init__(self, synonyms: Iterable[Synonym]) -> None:
        self._by_phrase: dict[tuple[str, ...], list[Synonym]] = {}
        self._by_target: dict[str, list[tuple[str, ...]]] = {}
        for synonym in synonyms:
            self._by_phrase.setdefault(synonym.phrase, []).append(synonym)
            self._by_target.setdefault(synonym.target, []).append(synonym.phrase)

    def __contains__(self, phrase: tuple[str, ...]) -> bool:
        return phrase in self._by_phrase

    def alternatives(self, phrase: tuple[str, ...]) -> list[tuple[str, ...]]:
        """The phrase itself, then everything that means the same."""
        found = [other for synonym in self._by_phrase.get(phrase, ()) for other in self._by_target[synonym.target]]
        return list(dict.fromkeys([phrase, *found]))

    def needs(self, phrase: tuple[str, ...]) -> set[NeedCategory]:
        """The needs a phrase speaks of."""
        return {synonym.need for synonym in self._by_phrase.get(phrase, ()) if synonym.need}

    def phrases(self, tokens: list[str]) -> list[tuple[str, ...]]:
        """The tokens cut into the longest known phrases; an unknown word is a phrase of its own."""
        found: list[tuple[str, ...]] = []
        start = 0
        while start < len(tokens):
            sizes = range(min(LONGEST_PHRASE, len(tokens) - start), 1, -1)
            size = next((n for n in sizes if tuple(tokens[start : start + n]) in self._by_phrase), 1)
            found.append(tuple(tokens[start : start + size]))
            start += size
        return found


def suggested_needs(thesaurus: Thesaurus, texts: Mapping[str, str]) -> set[NeedCategory]:
    """The needs that a listing's texts speak of, most telling text first; the first text that says any decides.

    A suggestion only: such a link is stored as derived and shown as unverified.
    """
    for text in texts.values():
        spoken = thesaurus.phrases(words(re.sub(r"closed for \w+", "", text, flags=re.IGNORECASE)))
        found = {need for phrase in spoken for need in thesaurus.needs(phrase)}
        if found:
            return found
    return set()
