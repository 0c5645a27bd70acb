"""A directory small enough to check by hand: twelve ZIP codes, our words, and a few services."""

import csv
from pathlib import Path

import pytest
from sqlalchemy import insert
from sqlalchemy.orm import Session

from referral.directory.models import ZipPlace
from referral.directory.service import load_words

DATA = Path(__file__).parent / "data"
SEED = Path(__file__).parents[2] / "seed"


@pytest.fixture
def places(session: Session) -> None:
    """The ZIP codes of tests/directory/data/zips.csv."""
    with (DATA / "zips.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    numbers = ("latitude", "longitude")
    session.execute(insert(ZipPlace), [{**row, **{name: float(row[name]) for name in numbers}} for row in rows])


@pytest.fixture
def vocabulary(session: Session) -> None:
    """The synonyms and the taxonomy that the product ships."""
    load_words(session, SEED)
