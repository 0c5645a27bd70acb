"""A person's text: keep it, read it, act on it, or put it to somebody who can."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from referral.audit import service as audit
from referral.foundation import jobs
from referral.foundation.database import principal_of
from referral.foundation.principal import Principal
from referral.foundation.refusals import NotFound, Refused
from referral.messaging import queries
from referral.messaging.models import Message, Question
from referral.messaging.rules import (
    ANSWERS,
    Direction,
    MessageStatus,
    NotSentReason,
    OptOutSource,
    QuestionStatus,
    ReplyMeaning,
    read_reply,
)
from referral.messaging.service.fate import hold_number
from referral.messaging.service.opt_outs import opt_in, opt_out, silence
from referral.messaging.service.questions import end
from referral.messaging.service.writing import send
from referral.messaging.templates import Template
from referral.messaging.vocabulary import vocabulary


def receive(session: Session, *, twilio_sid: str, phone: str, body: str, at: datetime) -> Message:
    """Keep a text that came in and act on it; the same Twilio id a second time changes nothing."""
    hold_number(session, phone)
    key = f"twilio-{twilio_sid}"
    if known := session.scalars(select(Message).where(Message.key == key)).first():
        return known
    question = queries.open_question(session, phone)
    if question is not None and not queries.was_asked(session, question.id):
        question = None
    meaning = read_reply(body, vocabulary(), question_is_open=question is not None)
    message = _kept(session, question, key=key, sid=twilio_sid, phone=phone, body=body, meaning=meaning, at=at)
    _act(session, message, question, at=at)
    return message


def settle(session: Session, message_id: UUID, *, meaning: ReplyMeaning, by: Principal, at: datetime) -> Message:
    """Say what a reply that nobody understood means: an answer, a stop, or nothing to act on.

    Raises NotFound outside the asker's sight, Refused when it was settled or no question is open for the number.
    """
    message = queries.visible(session, message_id)
    if message is None or not message.needs_person:
        raise NotFound("There is no such reply.")
    if message.settled_at is not None:
        raise Refused("Somebody has already settled this reply.")
    question = queries.open_question(session, message.phone)
    if meaning in ANSWERS and question is None:
        raise Refused("No question is open for this number, so this cannot be its answer.")
    message.settled_at = at
    message.settled_by_user_id = by.user_id
    message.meaning = meaning
    _record(session, message, "settled", by=by, at=at)
    if meaning in ANSWERS and question is not None:
        message.question_id = question.id
        end(session, question, QuestionStatus.ANSWERED, answer=meaning, by=by, at=at)
    if meaning is ReplyMeaning.STOP:
        opt_out(session, message.phone, source=OptOutSource.STAFF, by=by, at=at)
    jobs.add(session, "message.settled", key=f"message-{message.id}-settled", message_id=message.id)
    return message


def release(session: Session, *, message_id: UUID, at: datetime) -> None:
    """After a reply was settled: let the held texts go, or keep them when the number said stop."""
    phone = session.get_one(Message, message_id).phone
    hold_number(session, phone)
    if queries.is_opted_out(session, phone):
        silence(session, phone, at=at)
    if queries.waits_for_person(session, phone):
        return
    for text in queries.waiting_texts(session, phone):
        if text.reason is NotSentReason.WAITS_FOR_PERSON:
            text.reason = None
            jobs.add(session, "message.send", key=f"message-{text.id}-after-{message_id}", message_id=text.id)


def _kept(
    session: Session,
    question: Question | None,
    *,
    key: str,
    sid: str,
    phone: str,
    body: str,
    meaning: ReplyMeaning,
    at: datetime,
) -> Message:
    origin = question or queries.latest_text(session, phone)
    message = Message(
        person_id=origin.person_id if origin else None,
        network_id=origin.network_id if origin else None,
        organization_id=origin.organization_id if origin else None,
        level=origin.level if origin else 1,
        language=origin.language if origin else None,
        time_zone=origin.time_zone if origin else None,
        direction=Direction.INBOUND,
        phone=phone,
        body=body.replace("\x00", ""),
        question_id=question.id if question else None,
        key=key,
        twilio_sid=sid,
        status=MessageStatus.RECEIVED,
        meaning=meaning,
        needs_person=meaning is ReplyMeaning.UNCLEAR,
        created_at=at,
    )
    session.add(message)
    session.flush()
    _record(session, message, "received", by=principal_of(session), at=at)
    return message


def _act(session: Session, message: Message, question: Question | None, *, at: datetime) -> None:
    by, meaning = principal_of(session), message.meaning
    is_confirmed = vocabulary().is_answered_by_twilio(message.body)
    if meaning is ReplyMeaning.STOP:
        opt_out(session, message.phone, source=OptOutSource.REPLY, by=by, at=at)
        silence(session, message.phone, at=at)
        if not is_confirmed:
            _reply(session, message, Template.OPT_OUT, at=at)
    elif meaning is ReplyMeaning.START:
        opt_in(session, message.phone, by=by, at=at)
    elif meaning is ReplyMeaning.HELP and not is_confirmed:
        _reply(session, message, Template.HELP, at=at)
    elif meaning in ANSWERS and question is not None:
        end(session, question, QuestionStatus.ANSWERED, answer=meaning, by=by, at=at)


def _reply(session: Session, message: Message, template: Template, *, at: datetime) -> None:
    """Answer a person's text at once; a number that we never wrote to gets no answer."""
    if message.person_id is None or message.network_id is None or message.organization_id is None:
        return
    send(
        session,
        person_id=message.person_id,
        network_id=message.network_id,
        organization_id=message.organization_id,
        to=message.phone,
        template=template,
        language=message.language,
        time_zone=message.time_zone,
        level=message.level,
        key=f"reply-to-{message.id}",
        by=principal_of(session),
        at=at,
    )


def _record(session: Session, message: Message, deed: str, *, by: Principal, at: datetime) -> None:
    audit.record(
        session,
        f"message:{deed}",
        by=by,
        at=at,
        person_id=message.person_id,
        network_id=message.network_id,
        subject=("message", message.id),
        meaning=message.meaning,
    )
