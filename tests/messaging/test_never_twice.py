"""What a crash, a lost answer or a busy Twilio leaves behind: real commits, as in the worker."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from referral.foundation import clock, jobs
from referral.foundation.database import Database
from referral.messaging import service
from referral.messaging.models import Message
from referral.messaging.rules import MessageStatus as S
from referral.messaging.rules import NotSentReason as Why
from tests.factories.fixtures import NOW, SEED, World, make_world
from tests.factories.messaging import PHONE, settings_of, work, write
from tests.messaging import twin as magic
from tests.messaging.twin import TwilioTwin


@pytest.fixture
def stage(committed_database: Database) -> Iterator[World]:
    with committed_database.session(SEED) as session:
        yield make_world(session)


def fate(world: World, message: Message) -> Message:
    world.session.expire_all()
    found = world.session.get_one(Message, message.id)
    world.session.commit()
    return found


def work_at(database: Database, twin: TwilioTwin, *minutes: int) -> None:
    for minute in minutes:
        with clock.standing_at(NOW + timedelta(minutes=minute)):
            work(database, settings_of(twin))


def test_a_busy_twilio_is_tried_five_times_and_then_left_to_a_person(
    committed_database: Database, stage: World, twin: TwilioTwin
) -> None:
    message = write(stage.session, stage, to=magic.TOO_MANY)
    reasons = []
    for minute in (0, 10, 20, 30, 40, 50, 60):
        work_at(committed_database, twin, minute)
        reasons.append(fate(stage, message).reason)
    assert reasons == [Why.TRYING_AGAIN] * 4 + [Why.GAVE_UP] * 3
    assert len(twin.requests) == 5
    dead = jobs.dead_letters(stage.session)
    assert [job.task for job in dead] == ["message.send"]
    assert dead[0].last_error == "SendFailedError"
    assert fate(stage, message).status is S.QUEUED


def test_a_text_that_was_given_up_leaves_when_an_administrator_starts_it_again(
    committed_database: Database, stage: World, twin: TwilioTwin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(magic.REFUSALS, PHONE, (429, 20429))
    message = write(stage.session, stage)
    work_at(committed_database, twin, 0, 10, 20, 30, 40, 50)
    monkeypatch.delitem(magic.REFUSALS, PHONE)
    jobs.retry(stage.session, jobs.dead_letters(stage.session)[0].id, at=NOW + timedelta(hours=2))
    stage.session.commit()
    work_at(committed_database, twin, 120)
    assert fate(stage, message).twilio_sid == twin.messages[0]["sid"]
    assert fate(stage, message).reason is None


def test_a_lost_answer_is_looked_up_and_never_texted_twice(
    committed_database: Database, stage: World, twin: TwilioTwin
) -> None:
    message = write(stage.session, stage, to=magic.RESET_AFTER_ACCEPT)
    twin.clock = clock.now
    work_at(committed_database, twin, 0)
    assert (fate(stage, message).status, fate(stage, message).twilio_sid) == (S.SENDING, None)
    work_at(committed_database, twin, 5)
    assert fate(stage, message).twilio_sid == twin.messages[0]["sid"]
    assert fate(stage, message).reason is None
    assert len(twin.messages) == 1


def test_a_twilio_that_breaks_is_looked_up_each_time_and_left_in_doubt(
    committed_database: Database, stage: World, twin: TwilioTwin
) -> None:
    message = write(stage.session, stage, to=magic.BROKEN)
    work_at(committed_database, twin, 0, 10, 20, 30, 40, 50)
    assert (fate(stage, message).status, fate(stage, message).reason) == (S.SENDING, Why.IN_DOUBT)
    assert len(twin.requests) == 5
    assert twin.messages == []


def test_a_report_settles_a_lost_answer_before_anybody_looks(
    committed_database: Database, stage: World, twin: TwilioTwin
) -> None:
    message = write(stage.session, stage, to=magic.RESET_AFTER_ACCEPT)
    work_at(committed_database, twin, 0)
    sid = twin.messages[0]["sid"]
    service.report(stage.session, twilio_sid=sid, status=S.DELIVERED, message_id=message.id, at=NOW)
    stage.session.commit()
    work_at(committed_database, twin, 5)
    assert (fate(stage, message).status, fate(stage, message).twilio_sid) == (S.DELIVERED, sid)
    assert len(twin.requests) == 1


def test_many_workers_text_once(committed_database: Database, stage: World, twin: TwilioTwin) -> None:
    for number in range(12):
        write(stage.session, stage, key=f"list-{number}", to=f"+1919555{number:04d}")
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: _drain(committed_database, twin, NOW), range(4)))
    assert len(twin.messages) == 12
    assert len({message["to"] for message in twin.messages}) == 12


def _drain(database: Database, twin: TwilioTwin, at: datetime) -> None:
    with clock.standing_at(at):
        work(database, settings_of(twin))


def test_a_stop_that_comes_while_texts_wait_reaches_all_of_them(
    committed_database: Database, stage: World, twin: TwilioTwin
) -> None:
    messages = [write(stage.session, stage, key=f"list-{number}") for number in range(3)]
    _receive(stage.session, twin, "stop")
    work_at(committed_database, twin, 0)
    assert {fate(stage, message).reason for message in messages} == {Why.OPTED_OUT}
    assert twin.messages == []


def _receive(session: Session, twin: TwilioTwin, body: str) -> None:
    form = twin.reply_form(sender=PHONE, body=body)
    service.receive(session, twilio_sid=form["MessageSid"], phone=form["From"], body=body, at=NOW)
    session.commit()
