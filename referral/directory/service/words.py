"""Loads the words people ask with: synonyms, the taxonomy with our draft map, the vocabulary of the listings."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import delete, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from referral.directory.models import SearchEntry, Service, SynonymPhrase, Taxonomy, TaxonomyTerm, VocabularyWord
from referral.directory.rules import taxonomies
from referral.directory.rules.asking import SHORTEST_CORRECTED
from referral.directory.rules.identity import entity_id
from referral.directory.rules.synonyms import read_synonyms
from referral.directory.rules.text import words
from referral.directory.rules.vocabulary import Entity
from referral.foundation.ids import uuid7
from referral.organizations.models import Organization

TAXONOMY_SOURCE = "open-eligibility-2.0"


def load_words(session: Session, seed: Path) -> None:
    """Load the synonyms and the taxonomy that the product ships; what stood there before is replaced."""
    with (seed / "directory" / "synonyms.csv").open(encoding="utf-8") as lines:
        load_synonyms(session, lines)
    with (
        (seed / "taxonomies" / "open_eligibility_2.0.csv").open(encoding="utf-8") as terms,
        (seed / "taxonomies" / "open_eligibility_to_need.csv").open(encoding="utf-8") as needs,
    ):
        load_open_eligibility(session, terms, needs)


def load_synonyms(session: Session, lines: Iterable[str]) -> int:
    """Replace the synonyms by those of a CSV; returns how many there are."""
    rows = [
        {
            "id": uuid7(),
            "phrase": " ".join(one.phrase),
            "target": one.target,
            "language": one.language,
            "need": one.need,
        }
        for one in read_synonyms(lines)
    ]
    session.execute(delete(SynonymPhrase))
    session.execute(upsert(SynonymPhrase).on_conflict_do_nothing(), rows)
    rebuild_vocabulary(session)
    return len(rows)


def load_open_eligibility(session: Session, terms: Iterable[str], needs: Iterable[str]) -> int:
    """Load the terms of Open Eligibility 2.0 with our draft map to needs; returns how many terms there are."""
    taxonomy_id = entity_id(TAXONOMY_SOURCE, Entity.TAXONOMY, TAXONOMY_SOURCE)
    taxonomy = {
        "id": taxonomy_id,
        "name": taxonomies.OPEN_ELIGIBILITY,
        "version": taxonomies.OPEN_ELIGIBILITY_VERSION,
        "uri": "https://github.com/auntbertha/openeligibility",
        "description": "Human services and situations, by Aunt Bertha (findhelp). CC BY-SA 3.0.",
    }
    session.execute(upsert(Taxonomy).on_conflict_do_nothing(), [taxonomy])
    found = taxonomies.read_terms(terms)
    said = {one.key: one for one in taxonomies.read_needs(needs)}
    named = taxonomies.paths(found)
    ids = {term.key: entity_id(TAXONOMY_SOURCE, Entity.TAXONOMY_TERM, term.key) for term in found}
    rows = [
        {
            "id": ids[term.key],
            "taxonomy_id": taxonomy_id,
            "parent_id": ids.get(term.parent_key or ""),
            "code": term.code,
            "name": term.name,
            "path": named[term.key],
            "need": said[term.key].need if term.key in said else None,
            "is_need_reviewed": term.key in said and said[term.key].is_reviewed,
        }
        for term in found
    ]
    # Parents first: a term may point to one that stands further down in the file.
    rows.sort(key=lambda row: str(row["path"]).count(" > "))
    statement = upsert(TaxonomyTerm)
    changed = {name: statement.excluded[name] for name in ("name", "path", "need", "is_need_reviewed")}
    session.execute(statement.on_conflict_do_update(index_elements=["id"], set_=changed), rows)
    return len(rows)


def rebuild_vocabulary(session: Session) -> int:
    """Count the words of all shown listings and of the synonyms anew; returns how many words there are."""
    counted: Counter[str] = Counter()
    texts = (
        select(Service.name, Service.description, Organization.name)
        .join(Organization, Organization.id == Service.organization_id)
        .where(Service.id.in_(select(SearchEntry.service_id).where(SearchEntry.is_shown)))
    )
    for row in session.execute(texts, execution_options={"yield_per": 1_000}):
        counted.update(_wordlike(" ".join(text or "" for text in row)))
    for phrase in session.scalars(select(SynonymPhrase.phrase)):
        for word in _wordlike(phrase) - counted.keys():
            counted[word] = 1
    session.execute(delete(VocabularyWord))
    if counted:
        rows = [{"word": word, "documents": documents} for word, documents in counted.items()]
        session.execute(insert(VocabularyWord), rows)
    return len(counted)


def learn_words(session: Session, texts: Iterable[str]) -> None:
    """Take the words of one new listing into the vocabulary."""
    found = sorted(_wordlike(" ".join(texts)))
    if not found:
        return
    statement = upsert(VocabularyWord)
    counted = {"documents": VocabularyWord.documents + 1}
    rows = [{"word": word, "documents": 1} for word in found]
    session.execute(statement.on_conflict_do_update(index_elements=["word"], set_=counted), rows)


def _wordlike(text: str) -> set[str]:
    return {word for word in words(text) if len(word) >= SHORTEST_CORRECTED - 1 and not word.isdigit()}
