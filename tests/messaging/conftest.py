"""A twin of Twilio and a worker that uses it."""

from collections.abc import Callable, Iterator

import pytest

from referral.foundation.database import Database
from tests.factories.messaging import settings_of, work
from tests.messaging.twin import TwilioTwin


@pytest.fixture
def twin() -> Iterator[TwilioTwin]:
    with TwilioTwin() as twin:
        yield twin


@pytest.fixture
def worker(database: Database, twin: TwilioTwin) -> Callable[[], int]:
    """Run every job that is due, with the twin as Twilio and everybody's consent."""
    return lambda: work(database, settings_of(twin))
