"""What Twilio may answer, and what becomes of the text: nobody is texted twice, nothing is lost (acceptance T20)."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from referral.foundation import clock, jobs
from referral.foundation.database import Database
from referral.messaging import queries, twilio
from referral.messaging.models import Message
from referral.messaging.rules import MessageStatus as S
from referral.messaging.rules import NotSentReason as Why
from tests.factories.fixtures import NOW, SEED, World, make_world
from tests.factories.messaging import settings_of, work, write
from tests.messaging import twin as magic
from tests.messaging.twin import TwilioTwin

MINUTES = range(0, 80, 10)
"""More rounds than tries, each later than the longest back-off."""


@pytest.fixture
def twin() -> Iterator[TwilioTwin]:
    with TwilioTwin(clock=clock.now, slow_seconds=1) as twin:
        yield twin


@pytest.fixture
def stage(committed_database: Database) -> Iterator[World]:
    with committed_database.session(SEED) as session:
        yield make_world(session)


@dataclass(frozen=True)
class Fate:
    """What becomes of a text: how often we asked, what arrived, and what a person is shown."""

    requests: int
    arrived: int
    status: S
    reason: Why | None
    dead: int


def fate_of(database: Database, world: World, twin: TwilioTwin, to: str) -> Fate:
    message = write(world.session, world, to=to)
    for minute in MINUTES:
        with clock.standing_at(NOW + timedelta(minutes=minute)):
            work(database, replace(settings_of(twin)))
    world.session.expire_all()
    kept = world.session.get_one(Message, message.id)
    dead = len(jobs.dead_letters(world.session))
    return Fate(len(twin.requests), len(twin.messages), kept.status, kept.reason, dead)


@pytest.mark.parametrize(
    ("to", "expected"),
    [
        (magic.OPTED_OUT, Fate(1, 0, S.NOT_SENT, Why.OPTED_OUT, 0)),
        (magic.INVALID, Fate(1, 0, S.NOT_SENT, Why.REFUSED, 0)),
        (magic.TOO_MANY, Fate(5, 0, S.QUEUED, Why.GAVE_UP, 1)),
        (magic.BROKEN, Fate(5, 0, S.SENDING, Why.IN_DOUBT, 1)),
        (magic.RESET_AFTER_ACCEPT, Fate(1, 1, S.SENDING, None, 0)),
    ],
    ids=["21610", "21211", "20429", "500", "reset after accept"],
)
def test_t20_each_answer_of_twilio_ends_as_it_should(
    committed_database: Database, stage: World, twin: TwilioTwin, to: str, expected: Fate
) -> None:
    assert fate_of(committed_database, stage, twin, to) == expected


def test_t20_a_number_that_twilio_knows_as_opted_out_is_opted_out_here(
    committed_database: Database, stage: World, twin: TwilioTwin
) -> None:
    fate_of(committed_database, stage, twin, magic.OPTED_OUT)
    assert queries.is_opted_out(stage.session, magic.OPTED_OUT)


def test_t20_an_answer_that_comes_too_late_is_looked_up_and_not_sent_again(
    committed_database: Database, stage: World, twin: TwilioTwin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(twilio, "TIMEOUT_SECONDS", 0.3)
    fate = fate_of(committed_database, stage, twin, magic.SLOW)
    assert (fate.requests, fate.arrived, fate.reason, fate.dead) == (1, 1, None, 0)


def test_t20_nobody_waits_longer_than_ten_seconds_for_twilio() -> None:
    assert twilio.TIMEOUT_SECONDS <= 10


def test_t20_writing_a_text_does_not_wait_for_twilio(stage: World, twin: TwilioTwin) -> None:
    begun = time.monotonic()
    message = write(stage.session, stage, to=magic.SLOW)
    assert time.monotonic() - begun < 1
    assert (message.status, twin.requests) == (S.QUEUED, [])
