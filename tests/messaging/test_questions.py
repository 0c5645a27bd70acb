from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from referral.foundation import clock
from referral.foundation.ids import uuid7
from referral.foundation.jobs import Job
from referral.foundation.principal import Principal
from referral.foundation.refusals import NotFound, Refused
from referral.messaging import queries, service
from referral.messaging.models import Message, Question
from referral.messaging.rules import NotSentReason as Why
from referral.messaging.rules import QuestionStatus as Q
from referral.messaging.rules import ReplyMeaning as M
from referral.organizations.rules import Role
from tests.factories.fixtures import NOW, SEED, World
from tests.factories.messaging import PHONE, ask, write
from tests.messaging.twin import TwilioTwin

Worker = Callable[[], int]


@pytest.fixture
def reply(session: Session, twin: TwilioTwin) -> Callable[..., Message]:
    """Text us something from the person's phone."""

    def send(body: str, sender: str = PHONE) -> Message:
        form = twin.reply_form(sender=sender, body=body)
        message = service.receive(session, twilio_sid=form["MessageSid"], phone=sender, body=body, at=NOW)
        session.commit()
        return message

    return send


def statuses(session: Session) -> list[Q]:
    session.expire_all()
    return list(session.scalars(select(Question.status).order_by(Question.id)))


def tasks(session: Session) -> list[str]:
    return [
        task
        for task in session.scalars(select(Job.task).order_by(Job.id))
        if task.startswith(("question.a", "question.c"))
    ]


@pytest.mark.parametrize(("body", "answer"), [("Yes!", M.YES), ("en parte", M.PARTLY), ("no", M.NO)])
def test_a_clear_reply_answers_the_question_and_tells_the_rooms_above(
    session: Session, world: World, worker: Worker, reply: Callable[..., Message], body: str, answer: M
) -> None:
    question = ask(session, world)
    worker()
    message = reply(body)
    session.refresh(question)
    assert (question.status, question.answer) == (Q.ANSWERED, answer)
    assert (message.person_id, message.question_id) == (question.person_id, question.id)
    assert tasks(session) == ["question.answered"]


def test_an_answer_before_the_question_was_texted_answers_nothing(
    session: Session, world: World, reply: Callable[..., Message], worker: Worker
) -> None:
    question = ask(session, world)
    service.open_next(session, question_id=question.id, at=NOW)
    assert reply("NO").meaning is M.UNCLEAR
    assert statuses(session) == [Q.OPEN]


def test_one_question_at_a_time_and_the_next_has_its_turn_after_the_answer(
    session: Session, world: World, twin: TwilioTwin, worker: Worker, reply: Callable[..., Message]
) -> None:
    ask(session, world)
    ask(session, world)
    worker()
    assert statuses(session) == [Q.OPEN, Q.WAITING]
    assert len(twin.messages) == 1
    reply("yes")
    worker()
    assert statuses(session) == [Q.ANSWERED, Q.OPEN]
    assert len(twin.messages) == 2


def test_a_week_of_silence_closes_a_question_and_asks_for_a_call(
    session: Session, world: World, worker: Worker
) -> None:
    ask(session, world)
    worker()
    with clock.standing_at(NOW + timedelta(days=7)):
        worker()
    assert statuses(session) == [Q.SILENT]
    assert tasks(session) == ["question.closed"]


def test_an_answered_question_does_not_expire(
    session: Session, world: World, worker: Worker, reply: Callable[..., Message]
) -> None:
    ask(session, world)
    worker()
    reply("no")
    with clock.standing_at(NOW + timedelta(days=8)):
        worker()
    assert statuses(session) == [Q.ANSWERED]


def test_stop_closes_the_questions_and_nothing_more_is_asked(
    session: Session, world: World, twin: TwilioTwin, worker: Worker, reply: Callable[..., Message]
) -> None:
    ask(session, world)
    ask(session, world)
    worker()
    reply("STOP")
    worker()
    assert statuses(session) == [Q.STOPPED, Q.STOPPED]
    assert ask(session, world) is None
    assert len(twin.messages) == 1, "Twilio confirms STOP by itself"


@pytest.mark.parametrize(("body", "confirmations"), [("Stop", 0), ("please stop texting me", 1), ("alto", 1)])
def test_a_stop_is_confirmed_once_by_twilio_or_by_us(
    session: Session,
    world: World,
    twin: TwilioTwin,
    worker: Worker,
    reply: Callable[..., Message],
    body: str,
    confirmations: int,
) -> None:
    write(session, world)
    worker()
    reply(body)
    worker()
    assert queries.is_opted_out(session, PHONE)
    ours = [message["body"] for message in twin.messages[1:]]
    assert (
        ours
        == ["Coordination Center: you will get no more texts from us. Reply START if you want them again."]
        * confirmations
    )


def test_start_lets_texts_through_again(
    session: Session, world: World, worker: Worker, reply: Callable[..., Message]
) -> None:
    write(session, world)
    worker()
    reply("STOP")
    reply("yes")
    assert not queries.is_opted_out(session, PHONE)


def test_ayuda_is_answered_in_the_persons_language(
    session: Session, world: World, twin: TwilioTwin, worker: Worker, reply: Callable[..., Message]
) -> None:
    write(session, world, language="es-MX")
    worker()
    reply("Ayuda")
    worker()
    assert "marque 2-1-1" in twin.messages[-1]["body"]


def test_a_reply_nobody_understands_holds_texts_until_somebody_read_it(
    session: Session, world: World, twin: TwilioTwin, worker: Worker, reply: Callable[..., Message]
) -> None:
    question = ask(session, world)
    worker()
    unclear = reply("they came but the box was empty")
    waiting = write(session, world)
    worker()
    session.refresh(waiting)
    assert (unclear.needs_person, waiting.reason, len(twin.messages)) == (True, Why.WAITS_FOR_PERSON, 1)
    service.settle(session, unclear.id, meaning=M.NO, by=SEED, at=NOW)
    session.commit()
    worker()
    session.expire_all()
    assert (question.status, question.answer) == (Q.ANSWERED, M.NO)
    assert (waiting.reason, len(twin.messages)) == (None, 2)


def test_a_reply_that_meant_stop_is_settled_as_stop(
    session: Session, world: World, twin: TwilioTwin, worker: Worker, reply: Callable[..., Message]
) -> None:
    ask(session, world)
    worker()
    unclear = reply("I did not sign up for this")
    service.settle(session, unclear.id, meaning=M.STOP, by=SEED, at=NOW)
    session.commit()
    worker()
    assert queries.is_opted_out(session, PHONE)
    assert statuses(session) == [Q.STOPPED]


def test_a_reply_is_settled_once_and_only_an_open_question_can_be_answered(
    session: Session, world: World, worker: Worker, reply: Callable[..., Message]
) -> None:
    write(session, world)
    worker()
    unclear = reply("what is this")
    with pytest.raises(Refused, match="No question is open"):
        service.settle(session, unclear.id, meaning=M.YES, by=SEED, at=NOW)
    service.settle(session, unclear.id, meaning=M.UNCLEAR, by=SEED, at=NOW)
    with pytest.raises(Refused, match="already"):
        service.settle(session, unclear.id, meaning=M.UNCLEAR, by=SEED, at=NOW)
    with pytest.raises(NotFound):
        service.settle(session, uuid7(), meaning=M.NO, by=SEED, at=NOW)


def test_a_question_that_could_not_be_texted_asks_for_a_call(
    session: Session, world: World, worker: Worker, twin: TwilioTwin
) -> None:
    ask(session, world, to="+15005550001")
    worker()
    assert statuses(session) == [Q.NOT_SENT]
    assert tasks(session) == ["question.closed"]


def test_a_question_whose_reason_has_gone_is_dropped(session: Session, world: World, worker: Worker) -> None:
    subject = uuid7()
    ask(session, world, subject_id=subject)
    worker()
    service.drop_questions(session, subject_kind="referral", subject_id=subject, by=SEED, at=NOW)
    assert statuses(session) == [Q.DROPPED]


def test_a_question_of_the_past_is_kept_and_nobody_is_texted(
    session: Session, world: World, twin: TwilioTwin, worker: Worker
) -> None:
    session.info["past_ends_at"] = NOW
    with clock.standing_at(NOW):
        assert ask(session, world) is not None
    worker()
    assert statuses(session) == [Q.WAITING]
    assert twin.requests == []


def test_the_same_text_delivered_twice_is_one_text(session: Session, world: World, twin: TwilioTwin) -> None:
    form = twin.reply_form(sender=PHONE, body="yes")
    for _ in range(2):
        service.receive(session, twilio_sid=form["MessageSid"], phone=PHONE, body="yes", at=NOW)
    assert len(session.scalars(select(Message)).all()) == 1


def test_a_text_from_a_stranger_is_kept_and_gets_no_answer(
    session: Session, world: World, twin: TwilioTwin, worker: Worker, reply: Callable[..., Message]
) -> None:
    message = reply("ayuda", sender="+19195559999")
    worker()
    assert (message.person_id, message.organization_id) == (None, None)
    assert twin.messages == []


def test_another_organization_sees_neither_text_nor_question(
    session: Session,
    world: World,
    worker: Worker,
    acting_as: Callable[..., Session],
    principal_of: Callable[..., Principal],
) -> None:
    ask(session, world)
    worker()
    navigator = world.staff(world.center, Role.NAVIGATOR)
    stranger = world.staff(world.pantry, Role.CBO_INTAKE)
    session.commit()
    with acting_as(navigator) as theirs:
        assert len(theirs.scalars(select(Message)).all()) == 1
        assert len(service.open_messages(theirs, by=principal_of(navigator), at=NOW)) == 1
    with acting_as(stranger) as other:
        assert other.scalars(select(Message)).all() == []
        assert other.scalars(select(Question)).all() == []
