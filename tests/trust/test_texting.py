"""Texts: Twilio's contract holds for every send, stop is stop, and nobody is texted at night (T17-T19).

T20, every answer of Twilio, is in test_twilio.py.
"""

import base64
import csv
import random
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from referral.foundation.database import Database
from referral.messaging import queries, service
from referral.messaging.models import Message
from referral.messaging.rules import MessageStatus as S
from referral.messaging.rules import NotSentReason as Why
from referral.messaging.rules import ReplyMeaning as M
from referral.messaging.rules import next_sending_time, read_reply
from referral.messaging.rules.quiet_hours import US_ZONES
from referral.messaging.twilio import sender_from
from referral.messaging.vocabulary import vocabulary
from tests.factories.fixtures import NOW, World
from tests.factories.messaging import BASE, PHONE, settings_of, work, write
from tests.messaging.twin import TwilioTwin

with (Path(__file__).parent / "stop_words.csv").open(encoding="utf-8", newline="") as lines:
    PUBLISHED = list(csv.DictReader(lines))
WORDS = [row["word"] for row in PUBLISHED if row["family"] == "stop"]
DRESSES = ("{}", " {} ", "{}!!!", "{}.", "'{}'", "\u00a1{}!")
CLOCKS_CHANGE = (datetime(2026, 3, 7, tzinfo=UTC), datetime(2026, 10, 31, tzinfo=UTC))
DAYS_AROUND = 3


@pytest.fixture
def twin() -> Iterator[TwilioTwin]:
    with TwilioTwin() as twin:
        yield twin


@pytest.mark.parametrize("sends", [50, pytest.param(1000, marks=pytest.mark.full)])
def test_t17_every_send_and_every_answer_is_as_the_contract_says(twin: TwilioTwin, sends: int) -> None:
    sender = sender_from(settings_of(twin))
    assert sender is not None
    for number in range(sends):
        body = f"Coordination Center: {'é' * (number % 90)} {BASE}/s/{number} Reply STOP to stop."
        to = f"+1919555{number:04d}"
        sent = sender.send(to=to, body=body, callback_url=f"{BASE}/webhooks/twilio/status", validity_seconds=3600)
        assert sent.status is S.QUEUED
    assert len(twin.messages) == sends
    assert twin.contract_breaks == []


@pytest.mark.parametrize(
    "wrong", [{"To": "919"}, {"ValidityPeriod": "soon"}, {"Colour": "red"}, {"StatusCallback": "x"}]
)
def test_t17_the_check_itself_sees_what_is_wrong(twin: TwilioTwin, wrong: dict[str, str]) -> None:
    form = {"To": "+19195550123", "From": twin.number, "Body": "Hello"} | wrong
    path = f"/2010-04-01/Accounts/{twin.account_sid}/Messages.json"
    basic = base64.b64encode(f"{twin.account_sid}:{twin.auth_token}".encode()).decode()
    assert twin.answer("POST", path, form, f"Basic {basic}")[0] == 422
    assert len(twin.contract_breaks) == 1


def test_t18_every_published_word_means_what_it_says_in_any_case_and_punctuation() -> None:
    assert len(WORDS) >= 10
    for word in WORDS:
        for dressed in (dress.format(text) for dress in DRESSES for text in (word, word.lower(), word.title())):
            for is_open in (True, False):
                assert read_reply(dressed, vocabulary(), question_is_open=is_open) is M.STOP, dressed


@pytest.mark.parametrize("word", WORDS)
def test_t18_after_a_stop_word_nothing_leaves_that_already_waited(
    session: Session, world: World, database: Database, twin: TwilioTwin, word: str
) -> None:
    message = write(session, world)
    session.commit()
    text = {"twilio_sid": "SM" + "0" * 32, "phone": PHONE, "body": word.lower()}
    service.receive(session, **text, at=NOW)
    session.commit()
    work(database, settings_of(twin))
    session.expire_all()
    kept = session.get_one(Message, message.id)
    assert (kept.status, kept.reason) == (S.NOT_SENT, Why.OPTED_OUT)
    assert queries.is_opted_out(session, PHONE)
    assert [sent for sent in twin.requests if "/s/abc" in sent["Body"]] == []


@pytest.mark.parametrize("messages", [200, pytest.param(2000, marks=pytest.mark.full)])
def test_t19_no_text_leaves_at_night_on_the_days_around_a_change_of_clocks(messages: int) -> None:
    chance = random.Random(19)
    outside = []
    for number in range(messages):
        zone = chance.choice([None, "Mars/Olympus", *US_ZONES])
        wished = CLOCKS_CHANGE[number % 2] + timedelta(seconds=chance.randrange(DAYS_AROUND * 86_400))
        leaves = next_sending_time(wished, zone)
        there = [zone] if zone in US_ZONES else US_ZONES
        if not all(time(8) <= leaves.astimezone(ZoneInfo(place)).time() < time(21) for place in there):
            outside.append((wished, zone))
    assert outside == []
