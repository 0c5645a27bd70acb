from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from referral.foundation import clock
from referral.foundation.database import Database
from referral.foundation.jobs import Job
from referral.foundation.refusals import Refused
from referral.foundation.settings import Settings
from referral.messaging import queries, service
from referral.messaging.models import Message
from referral.messaging.rules import MessageStatus as S
from referral.messaging.rules import NotSentReason as Why
from referral.messaging.rules import OptOutSource
from referral.messaging.templates import Template
from tests.factories.fixtures import NOW, SEED, World
from tests.factories.messaging import BASE, PHONE, settings_of, work, write
from tests.messaging import twin as magic
from tests.messaging.twin import TwilioTwin

Worker = Callable[[], int]


def again(session: Session, message: Message) -> Message:
    session.expire_all()
    return session.get_one(Message, message.id)


def later(worker: Worker, minutes: int) -> None:
    with clock.standing_at(NOW + timedelta(minutes=minutes)):
        worker()


def test_a_text_leaves_once_with_a_way_to_report_back(
    session: Session, world: World, twin: TwilioTwin, worker: Worker
) -> None:
    message = write(session, world)
    worker()
    worker()
    sent = again(session, message)
    assert (sent.status, sent.attempts, sent.reason) == (S.QUEUED, 1, None) or sent.status is S.SENDING
    assert sent.twilio_sid == twin.messages[0]["sid"]
    assert len(twin.messages) == 1
    assert twin.requests[0]["StatusCallback"] == f"{BASE}/webhooks/twilio/status?message={message.id}"
    assert (
        twin.requests[0]["Body"]
        == "Coordination Center: here is the list we talked about: http://127.0.0.1:8000/s/abc Reply STOP to stop."
    )
    assert twin.contract_breaks == []


def test_the_same_key_is_the_same_text(session: Session, world: World, twin: TwilioTwin, worker: Worker) -> None:
    assert write(session, world).id == write(session, world).id
    worker()
    assert len(twin.messages) == 1


def test_without_credentials_a_text_is_kept_as_not_sent(session: Session, world: World, database: Database) -> None:
    message = write(session, world)
    work(database, Settings(home=Path()))
    kept = again(session, message)
    assert (kept.status, kept.reason) == (S.NOT_SENT, Why.NO_SENDER)
    assert [step.status for step in queries.steps(session, message.id)] == [S.NOT_SENT]


def test_without_consent_nothing_leaves(session: Session, world: World, database: Database, twin: TwilioTwin) -> None:
    message = write(session, world)
    work(database, settings_of(twin), may_text=lambda *_: False)
    assert again(session, message).reason is Why.NO_CONSENT
    assert twin.requests == []


def test_a_number_that_said_stop_gets_nothing_that_was_already_waiting(
    session: Session, world: World, twin: TwilioTwin, worker: Worker
) -> None:
    message = write(session, world)
    service.opt_out(session, PHONE, source=OptOutSource.STAFF, by=SEED, at=NOW)
    session.commit()
    worker()
    assert again(session, message).reason is Why.OPTED_OUT
    assert twin.requests == []


@pytest.mark.parametrize(
    ("zone", "leaves_at"),
    [
        ("America/New_York", datetime(2026, 11, 17, 13, tzinfo=UTC)),
        ("Pacific/Honolulu", datetime(2026, 11, 17, 3, tzinfo=UTC)),
        (None, datetime(2026, 11, 17, 22, tzinfo=UTC)),
    ],
)
def test_at_night_a_text_waits_until_morning_where_the_person_is(
    session: Session, world: World, twin: TwilioTwin, worker: Worker, zone: str | None, leaves_at: datetime
) -> None:
    night = datetime(2026, 11, 17, 3, 0, tzinfo=UTC)
    message = write(session, world, time_zone=zone)
    with clock.standing_at(night):
        worker()
    assert bool(twin.requests) == (leaves_at == night)
    with clock.standing_at(leaves_at):
        worker()
    assert len(twin.requests) == 1
    assert again(session, message).attempted_at == leaves_at
    assert int(twin.requests[0]["ValidityPeriod"]) <= 36_000


def test_a_text_held_by_the_carrier_dies_when_the_quiet_hours_begin(
    session: Session, world: World, twin: TwilioTwin, worker: Worker
) -> None:
    write(session, world)
    with clock.standing_at(datetime(2026, 11, 17, 1, 30, tzinfo=UTC)):  # 20:30 in New York
        worker()
    assert twin.requests[0]["ValidityPeriod"] == "1800"


def test_twilio_knows_of_a_stop_that_we_missed(session: Session, world: World, worker: Worker) -> None:
    first = write(session, world, to=magic.OPTED_OUT)
    worker()
    assert again(session, first).reason is Why.OPTED_OUT
    assert again(session, first).error_code == 21610
    assert queries.is_opted_out(session, magic.OPTED_OUT)


def test_a_bad_number_is_not_tried_again(session: Session, world: World, twin: TwilioTwin, worker: Worker) -> None:
    message = write(session, world, to=magic.INVALID)
    for minutes in (0, 10, 30):
        later(worker, minutes)
    assert (again(session, message).reason, again(session, message).error_code) == (Why.REFUSED, 21211)
    assert len(twin.requests) == 1


def test_a_crash_before_the_call_is_sent_after_a_look(
    session: Session, world: World, twin: TwilioTwin, worker: Worker
) -> None:
    message = write(session, world)
    message.status, message.attempted_at, message.attempts = S.SENDING, NOW, 1
    session.commit()
    later(worker, 5)
    assert len(twin.messages) == 1
    assert again(session, message).twilio_sid == twin.messages[0]["sid"]


def test_two_candidates_leave_the_decision_to_a_person(
    session: Session, world: World, twin: TwilioTwin, worker: Worker
) -> None:
    message = write(session, world)
    message.status, message.attempted_at, message.attempts = S.SENDING, NOW, 1
    session.commit()
    twin.clock = clock.now
    form = {"To": PHONE, "From": twin.number, "Body": "?"}
    twin.messages += [twin._message(form), twin._message(form)]
    later(worker, 5)
    assert again(session, message).reason is Why.IN_DOUBT
    assert len(twin.messages) == 2


def test_a_foreign_link_never_leaves(session: Session, world: World, twin: TwilioTwin, worker: Worker) -> None:
    message = write(session, world, values={"link": "https://example.com/x"})
    worker()
    assert again(session, message).reason is Why.REFUSED
    assert twin.requests == []


def test_a_name_that_reveals_the_need_gives_way_to_the_networks(session: Session, world: World) -> None:
    assert "Test Network:" in write(session, world, organization_id=world.shelter.id).body


def test_a_number_nobody_can_text_is_refused(session: Session, world: World) -> None:
    with pytest.raises(Refused, match="phone number"):
        write(session, world, to="919-555-0123")


def test_history_is_kept_and_nobody_is_texted(session: Session, world: World, twin: TwilioTwin, worker: Worker) -> None:
    session.info["past_ends_at"] = NOW
    message = write(session, world)
    worker()
    assert (message.status, message.reason) == (S.NOT_SENT, Why.HISTORY)
    assert twin.requests == []


def test_neither_names_nor_numbers_nor_words_are_in_a_job(session: Session, world: World, worker: Worker) -> None:
    write(session, world, to=magic.TOO_MANY)
    worker()
    for job in session.scalars(select(Job)):
        told = f"{job.key} {job.arguments} {job.last_error}"
        assert magic.TOO_MANY not in told
        assert "list" not in told


def test_every_template_that_answers_a_text_ignores_quiet_hours() -> None:
    assert {template for template in Template if template.is_reply} == {Template.OPT_OUT, Template.HELP}
