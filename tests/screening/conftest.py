"""The three shipped instruments, and a navigator with somebody to ask."""

import json
from pathlib import Path

import pytest

from referral.organizations.rules import Role
from referral.screening.rules import Instrument, read_questionnaire
from tests.factories.people import a_consent, a_person

INSTRUMENTS = Path(__file__).parents[2] / "seed" / "instruments"


def read_instrument(name: str) -> Instrument:
    return read_questionnaire(json.loads((INSTRUMENTS / f"{name}.json").read_text()))


@pytest.fixture(scope="session")
def nc() -> Instrument:
    return read_instrument("nc-dhhs-sdoh")


@pytest.fixture(scope="session")
def ahc() -> Instrument:
    return read_instrument("ahc-hrsn")


@pytest.fixture(scope="session")
def hunger() -> Instrument:
    return read_instrument("hunger-vital-sign")


@pytest.fixture
def ana_works(world):
    return world.staff(world.center, Role.NAVIGATOR, name="Ana")


@pytest.fixture
def ben_works(world):
    return world.staff(world.center, Role.NAVIGATOR, name="Ben")


@pytest.fixture
def ana(ana_works, principal_of):
    return principal_of(ana_works)


@pytest.fixture
def ben(ben_works, principal_of):
    return principal_of(ben_works)


@pytest.fixture
def maria(session, ana):
    person = a_person(session, ana)
    a_consent(session, person, ana)
    return person


@pytest.fixture
def as_user(database, session):
    """A session under row-level security for a principal; what was set up before is visible to it."""

    def open_session(principal):
        session.commit()
        return database.session(principal)

    return open_session
