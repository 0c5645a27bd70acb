"""Screenings for tests: the shipped instruments, asked and answered through the service."""

from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from referral.foundation.principal import Principal
from referral.people.models import Person
from referral.screening import queries, service
from referral.screening.models import InstrumentVersion, Need, Screening
from tests.factories.fixtures import NOW, SEED

INSTRUMENTS = Path(__file__).parents[2] / "seed" / "instruments"


def the_instrument(session: Session, name: str = "NcDhhsSdoh") -> InstrumentVersion:
    """Load the shipped instruments and return the one with this name."""
    service.load_instruments(session, INSTRUMENTS, by=SEED, at=NOW)
    return next(row for row in queries.instruments(session) if row.name == name)


def a_screening(
    session: Session, person: Person, by: Principal, *, name: str = "NcDhhsSdoh", is_alone: bool = True, **said: Any
) -> Screening:
    """Begin a screening in private."""
    instrument = the_instrument(session, name)
    return service.start(session, person, instrument, by=by, at=NOW, is_alone=is_alone, **said)


def answer_all(session: Session, screening: Screening, by: Principal, **codes: str) -> list[Need]:
    """Answer the NC questions by number (q1="yes"), No to all others, help wanted, and end."""
    for item in service.instrument_of(screening):
        code = codes.get(f"q{item.link_id}", "yes" if item.link_id == "11" else "no")
        service.answer(session, screening, item.link_id, codes=[code], by=by, at=NOW)
    return service.complete(session, screening, by=by, at=NOW)
