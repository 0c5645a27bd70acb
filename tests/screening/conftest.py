"""The three shipped instruments, read from the seed."""

import json
from pathlib import Path

import pytest

from referral.screening.rules import Instrument, read_questionnaire

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
