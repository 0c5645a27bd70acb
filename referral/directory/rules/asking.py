"""Understands what somebody typed into the search box."""

from collections.abc import Mapping
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from referral.directory.rules.synonyms import Thesaurus
from referral.directory.rules.text import words
from referral.people.rules import NeedCategory

CLOSE_ENOUGH = 0.8
SHORTEST_CORRECTED = 4
MOST_EXTRA_LETTERS = 2
MOST_WORDS = 12

# Words that everybody types and that tell no service from another.
FILLER = frozenset(
    words(
        """
        a about also an and any are assistance at can find for free from get give help helping how i im in is it
        low me my near need needed needs of on or our out pay paying please program programs resource resources
        running service services someone the to us want we where who with you your
        ayuda ayudar buscar busco con de del donde el en gratis la las los me mi necesita necesito para pagar por
        programa que quiero servicio servicios un una y
        """
    )
)


@dataclass(frozen=True, slots=True)
class Correction:
    """A word taken for a misspelling, and what it was taken for."""

    typed: str
    meant: str


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that was asked for, with every phrase that means it; each phrase is a tuple of folded words."""

    phrase: tuple[str, ...]
    alternatives: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Question:
    """What a search text asks: its terms, the needs they speak of, the filler that was left out, the corrections."""

    terms: tuple[Term, ...]
    needs: frozenset[NeedCategory]
    filler: tuple[str, ...]
    corrections: tuple[Correction, ...]

    @property
    def as_understood(self) -> str:
        """The text as it is searched for, to say *Showing results for ...*."""
        return " ".join(word for term in self.terms for word in term.phrase)


def spelled(text: str, vocabulary: Mapping[str, int]) -> tuple[list[str], tuple[Correction, ...]]:
    """The folded words of a text (at most twelve), misspelt ones replaced; `vocabulary` counts documents by word."""
    corrections: list[Correction] = []
    found: list[str] = []
    for word in words(text)[:MOST_WORDS]:
        meant = correct(word, vocabulary)
        if meant:
            corrections.append(Correction(word, meant))
        found.append(meant or word)
    return found, tuple(corrections)


def understand(tokens: list[str], thesaurus: Thesaurus, corrections: tuple[Correction, ...] = ()) -> Question:
    """Cuts the words into phrases, drops filler and finds what means the same."""
    phrases = thesaurus.phrases(tokens)
    wanted = [phrase for phrase in phrases if len(phrase) > 1 or phrase[0] not in FILLER]
    return Question(
        terms=tuple(Term(phrase, tuple(thesaurus.alternatives(phrase))) for phrase in dict.fromkeys(wanted)),
        needs=frozenset(need for phrase in wanted for need in thesaurus.needs(phrase)),
        filler=tuple(word for phrase in phrases if phrase not in wanted for word in phrase),
        corrections=corrections,
    )


def correct(word: str, vocabulary: Mapping[str, int]) -> str | None:
    """What a misspelt word probably means, or None when it is known, too short, or like nothing we have.

    Ties go to the word in more documents, then by alphabet.
    """
    if not is_correctable(word) or word in vocabulary:
        return None
    scorer = DamerauLevenshtein.normalized_similarity
    choices = [other for other in vocabulary if abs(len(other) - len(word)) <= MOST_EXTRA_LETTERS]
    # At exactly 0.8 (one mistake in five letters) rapidfuzz rounds to the wrong side of its own cut-off.
    found = process.extract(word, choices, scorer=scorer, score_cutoff=CLOSE_ENOUGH - 1e-6, limit=10)
    ranked = sorted(found, key=lambda match: (-match[1], -vocabulary[match[0]], match[0]))
    return ranked[0][0] if ranked else None


def is_correctable(word: str) -> bool:
    """Whether a word is long enough and wordlike enough to be a misspelling."""
    return len(word) >= SHORTEST_CORRECTED and not word.isdigit() and word not in FILLER


def tsquery(terms: tuple[Term, ...], *, join: str = "&") -> str:
    """The terms as text for PostgreSQL's to_tsquery: any of a term's phrases, all terms (or any, with ``|``).

    Only letters and digits are left in folded words, so no operator can slip in.
    """
    return f" {join} ".join(
        "(" + " | ".join(" <-> ".join(phrase) for phrase in term.alternatives) + ")" for term in terms
    )
