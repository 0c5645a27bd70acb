"""Fills the table of ZIP codes, and reads it back as a gazetteer."""

from importlib import import_module
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from referral.directory.models import ZipPlace
from referral.directory.rules import places


def load_zip_places(session: Session) -> int:
    """Load every United States ZIP code once; returns how many were added (none when they are there)."""
    if session.scalar(select(func.count()).select_from(ZipPlace)):
        return 0
    # Opening its file takes a second, and only this verb needs it.
    every: list[dict[str, Any]] = import_module("zipcodes").list_all()

    found = [place for raw in every if (place := places.read_zip_place(raw))]
    session.execute(insert(ZipPlace), [{name: getattr(one, name) for name in _COLUMNS} for one in found])
    return len(found)


def gazetteer(session: Session) -> places.Gazetteer:
    """Return all ZIP codes, for placing many locations at once."""
    rows = session.execute(select(*(getattr(ZipPlace, name) for name in _COLUMNS)))
    return places.Gazetteer(places.ZipPlace(*row) for row in rows)


_COLUMNS = ("zip5", "city", "state", "county", "latitude", "longitude", "timezone", "kind")
