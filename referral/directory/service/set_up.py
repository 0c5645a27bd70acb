"""Loads what the directory cannot work without: ZIP codes, synonyms, the taxonomy with our map."""

from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from referral.directory.models import SynonymPhrase, TaxonomyTerm
from referral.directory.service.places import load_zip_places
from referral.directory.service.words import load_words

SEED = Path(__file__).parents[3] / "seed"


def set_up(session: Session, seed: Path = SEED) -> None:
    """Load what is not there yet; whatever was loaded before stays as it is."""
    load_zip_places(session)
    counts = (select(func.count()).select_from(table) for table in (SynonymPhrase, TaxonomyTerm))
    if not all(session.scalar(count) for count in counts):
        load_words(session, seed)
