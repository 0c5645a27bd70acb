"""Looks up the words of a question: spelling against the vocabulary, meaning against the synonyms."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from referral.directory.models import SynonymPhrase, VocabularyWord
from referral.directory.rules.asking import (
    MOST_EXTRA_LETTERS,
    MOST_WORDS,
    Question,
    is_correctable,
    spelled,
    understand,
)
from referral.directory.rules.synonyms import Synonym, Thesaurus, ngrams
from referral.directory.rules.text import words


def question(session: Session, text: str, *, is_exact: bool = False) -> Question:
    """Return what a search text asks; with `is_exact` no spelling is corrected."""
    tokens, corrections = spelled(text, {} if is_exact else _vocabulary(session, text))
    return understand(tokens, _thesaurus(session, tokens), corrections)


def _vocabulary(session: Session, text: str) -> dict[str, int]:
    """The words that an unknown word could stand for; empty when every word is known."""
    typed = {word for word in words(text)[:MOST_WORDS] if is_correctable(word)}
    known = set(session.scalars(select(VocabularyWord.word).where(VocabularyWord.word.in_(typed)))) if typed else set()
    unknown = typed - known
    if not unknown:
        return {}
    lengths = {len(word) + extra for word in unknown for extra in range(-MOST_EXTRA_LETTERS, MOST_EXTRA_LETTERS + 1)}
    near = select(VocabularyWord.word, VocabularyWord.documents).where(func.length(VocabularyWord.word).in_(lengths))
    return {row.word: row.documents for row in session.execute(near)} | dict.fromkeys(known, 1)


def _thesaurus(session: Session, tokens: list[str]) -> Thesaurus:
    said, same = aliased(SynonymPhrase), aliased(SynonymPhrase)
    query = (
        select(same.phrase, same.target, same.language, same.need)
        .where(same.target.in_(select(said.target).where(said.phrase.in_(ngrams(tokens)))))
        .order_by(same.id)
    )
    found = session.execute(query) if tokens else ()
    return Thesaurus(Synonym(tuple(row.phrase.split()), row.target, row.language, row.need) for row in found)
