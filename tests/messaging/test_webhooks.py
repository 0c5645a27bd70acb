from collections.abc import Callable
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from referral.messaging import queries
from referral.messaging.models import Message, MessageStep
from referral.messaging.rules import MessageStatus as S
from referral.messaging.rules import NotSentReason as Why
from referral.messaging.rules import QuestionStatus as Q
from referral.messaging.rules import ReplyMeaning as M
from referral.web.transaction import Application
from tests.factories.fixtures import World
from tests.factories.messaging import BASE, PHONE, ask, settings_of, write
from tests.messaging.twin import TwilioTwin

Post = Callable[..., int]
INBOUND = f"{BASE}/webhooks/twilio/inbound"


@pytest.fixture
def client(app: Application, twin: TwilioTwin) -> FlaskClient:
    """A caller from outside; CSRF protection is on, as in production."""
    app.extensions["settings"] = replace(settings_of(twin), public_base_url=BASE)
    app.config["WTF_CSRF_ENABLED"] = True
    return app.test_client()


@pytest.fixture
def post(client: FlaskClient, twin: TwilioTwin) -> Post:
    """Post a form as Twilio does, with its signature unless another is given."""

    def deliver(url: str, form: dict[str, str], signature: str | None = None) -> int:
        signed = twin.signature(url, form) if signature is None else signature
        path = url.removeprefix(BASE)
        return client.post(path, data=form, headers={"X-Twilio-Signature": signed}).status_code

    return deliver


@pytest.fixture
def sent(session: Session, world: World, worker: Callable[[], int]) -> Message:
    message = write(session, world)
    worker()
    session.refresh(message)
    return message


def report(
    twin: TwilioTwin, message: Message, status: str, error_code: int | None = None
) -> tuple[str, dict[str, str]]:
    found = next(known for known in twin.messages if known["sid"] == message.twilio_sid)
    found.update(status=status, error_code=error_code)
    return twin.callbacks[found["sid"]], twin.status_form(found)


def count(session: Session, kind: type = MessageStep) -> int:
    return session.scalar(select(func.count()).select_from(kind)) or 0


def test_a_report_moves_the_message_once_in_any_order(
    session: Session, twin: TwilioTwin, post: Post, sent: Message
) -> None:
    for status in ("delivered", "sent", "delivered", "sent"):
        assert post(*report(twin, sent, status)) == 204
    session.refresh(sent)
    assert sent.status is S.DELIVERED
    ours = [step.status for step in queries.steps(session, sent.id) if step.twilio_sid]
    assert ours == [S.QUEUED, S.DELIVERED, S.SENT]


def test_an_undelivered_question_asks_for_a_call(
    session: Session, world: World, twin: TwilioTwin, post: Post, worker: Callable[[], int]
) -> None:
    question = ask(session, world)
    worker()
    message = session.scalars(select(Message)).one()
    assert post(*report(twin, message, "undelivered", 30003)) == 204
    session.expire_all()
    assert (message.status, message.error_code, question.status) == (S.UNDELIVERED, 30003, Q.NOT_SENT)


def test_a_forged_report_is_refused_and_writes_nothing(
    session: Session, twin: TwilioTwin, post: Post, sent: Message
) -> None:
    before = count(session)
    url, form = report(twin, sent, "delivered")
    assert post(url, form, "bm8=") == 403
    assert post(url, form | {"MessageStatus": "failed"}, twin.signature(url, form)) == 403
    assert post(url.replace("status", "inbound"), form, twin.signature(url, form)) == 403
    assert count(session) == before


def test_a_report_about_a_message_of_somebody_else_writes_nothing(
    session: Session, twin: TwilioTwin, post: Post, sent: Message
) -> None:
    before = count(session)
    url, form = report(twin, sent, "delivered")
    stranger = form | {"MessageSid": "SM" + "0" * 32}
    assert post(f"{BASE}/webhooks/twilio/status", stranger) == 204
    assert post(url, form | {"MessageStatus": "exploded"}) == 204
    assert post(url, form | {"MessageStatus": "received"}) == 204
    assert count(session) == before


def test_a_report_that_makes_no_sense_is_refused(twin: TwilioTwin, post: Post, sent: Message) -> None:
    url, form = report(twin, sent, "delivered")
    assert post(url, form | {"MessageSid": "nonsense"}) == 422
    assert post(url, form | {"ErrorCode": "many"}) == 422


def test_a_reply_answers_its_question_through_the_door(
    session: Session, world: World, twin: TwilioTwin, post: Post, worker: Callable[[], int]
) -> None:
    question = ask(session, world)
    worker()
    form = twin.reply_form(sender=PHONE, body=" Yes ")
    assert [post(INBOUND, form), post(INBOUND, form)] == [200, 200]
    session.expire_all()
    assert (question.status, question.answer) == (Q.ANSWERED, M.YES)
    assert count(session, Message) == 2


def test_a_forged_reply_is_refused_and_writes_nothing(session: Session, twin: TwilioTwin, post: Post) -> None:
    form = twin.reply_form(sender=PHONE, body="STOP")
    assert post(INBOUND, form, "bm8=") == 403
    assert post(INBOUND, form, "") == 403
    assert count(session, Message) == 0
    assert not queries.is_opted_out(session, PHONE)


def test_stop_works_at_night_and_reaches_what_waits(
    session: Session, world: World, twin: TwilioTwin, post: Post, worker: Callable[[], int]
) -> None:
    waiting = write(session, world)
    assert post(INBOUND, twin.reply_form(sender=PHONE, body="No me manden más mensajes")) == 200
    session.refresh(waiting)
    assert (waiting.status, waiting.reason) == (S.NOT_SENT, Why.OPTED_OUT)


def test_emoji_and_odd_characters_come_through(session: Session, twin: TwilioTwin, post: Post) -> None:
    assert post(INBOUND, twin.reply_form(sender=PHONE, body="ñandú 🙏\u0000")) == 200
    assert session.scalars(select(Message.body)).one() == "ñandú 🙏"
    assert post(INBOUND, twin.reply_form(sender=PHONE, body="x" * 1601)) == 422
