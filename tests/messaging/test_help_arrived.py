"""The loop's last step, with everybody's real consents: served, asked by text, answered, evidence."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from referral.accounts.models import Membership
from referral.foundation import clock
from referral.foundation.database import Database
from referral.foundation.principal import Principal
from referral.messaging import queries, service
from referral.messaging.models import Message, Question
from referral.messaging.rules import MessageStatus, NotSentReason
from referral.messaging.rules import QuestionStatus as Q
from referral.people import queries as people
from referral.people import service as people_service
from referral.people.rules import ConsentScope
from referral.referrals import queries as referrals
from referral.referrals.models import Contradiction, Referral
from referral.referrals.rules import Action, EvidenceKind, HeardBy, PersonAnswer, Status
from tests.factories.fixtures import NOW, World
from tests.factories.messaging import EAST, PHONE, settings_of, work
from tests.factories.people import a_consent
from tests.factories.referrals import Loop
from tests.messaging.twin import TwilioTwin


@pytest.fixture
def loop(session: Session, world: World, principal_of: Callable[[Membership], Principal]) -> Loop:
    """Maria speaks Spanish, has a phone and agreed to texts; the pantry may be told of her need."""
    loop = Loop(session, world, principal_of)
    loop.person.time_zone = EAST
    people_service.add_phone(session, loop.person, PHONE, by=loop.navigator, at=NOW)
    a_consent(session, loop.person, loop.navigator, scope=ConsentScope.MESSAGE_SMS)
    loop.allow()
    return loop


@pytest.fixture
def served(loop: Loop) -> Referral:
    referral = loop.do(loop.send(), Action.ACCEPT, Action.START)
    loop.do(referral, Action.SERVE, known_by=EvidenceKind.PROVIDER_REPORT, reason_code="service_delivered")
    loop.session.commit()
    return referral


@pytest.fixture
def worker(database: Database, twin: TwilioTwin) -> Callable[[], int]:
    """The worker as it runs: consents are really asked."""
    return lambda: work(database, settings_of(twin), may_text=people.may_text)


def reply(session: Session, twin: TwilioTwin, body: str) -> Message:
    form = twin.reply_form(sender=PHONE, body=body)
    message = service.receive(session, twilio_sid=form["MessageSid"], phone=PHONE, body=body, at=NOW)
    session.commit()
    return message


def test_a_served_person_is_asked_in_their_language_and_the_answer_is_evidence(
    session: Session, twin: TwilioTwin, worker: Callable[[], int], served: Referral
) -> None:
    worker()
    assert [message["body"] for message in twin.messages] == [
        "Hola, le escribe Coordination Center. ¿Le ayudaron con lo que necesitaba?"
        " Responda SI, EN PARTE o NO. Responda STOP para no recibir textos."
    ]
    reply(session, twin, "Sí, gracias")
    worker()
    session.expire_all()
    answers = [row for row in referrals.evidence_of(session, served.id) if row.kind is EvidenceKind.PERSON_CONFIRMATION]
    assert [(row.answer, row.heard_by) for row in answers] == [(PersonAnswer.HELPED, HeardBy.SMS)]
    assert served.status is Status.SERVED, "an answer never moves a status"


def test_a_text_at_an_unsafe_hour_waits_until_the_persons_own_hours_begin(
    session: Session, twin: TwilioTwin, worker: Callable[[], int], loop: Loop, served: Referral
) -> None:
    loop.person.safe_channels, loop.person.safe_confirmed_at = ["sms"], NOW
    loop.person.safe_weekdays = [str(day) for day in range(7)]
    loop.person.safe_from, loop.person.safe_until = time(18), time(20)
    session.commit()
    worker()
    assert twin.requests == []
    (text,) = session.scalars(select(Message))
    assert (text.status, text.reason) == (MessageStatus.QUEUED, None)
    with clock.standing_at(datetime(2026, 11, 17, 18, tzinfo=ZoneInfo(EAST))):
        worker()
    assert len(twin.requests) == 1


def test_a_person_whose_safe_hours_are_all_at_night_gets_no_text(
    session: Session, twin: TwilioTwin, worker: Callable[[], int], loop: Loop, served: Referral
) -> None:
    loop.person.safe_channels, loop.person.safe_confirmed_at = ["sms"], NOW
    loop.person.safe_weekdays = [str(day) for day in range(7)]
    loop.person.safe_from, loop.person.safe_until = time(22), time(6)
    session.commit()
    worker()
    assert twin.requests == []
    (text,) = session.scalars(select(Message))
    assert (text.status, text.reason) == (MessageStatus.NOT_SENT, NotSentReason.NO_SAFE_CHANNEL)


def test_a_no_opens_a_contradiction_and_moves_nothing(
    session: Session, twin: TwilioTwin, worker: Callable[[], int], served: Referral
) -> None:
    worker()
    reply(session, twin, "no")
    worker()
    session.expire_all()
    assert [review.referral_id for review in session.scalars(select(Contradiction))] == [served.id]
    assert served.status is Status.SERVED


def test_without_consent_to_texts_nobody_is_asked(
    session: Session, twin: TwilioTwin, worker: Callable[[], int], loop: Loop, served: Referral
) -> None:
    consent = people.consent_in_force(session, loop.person.id, ConsentScope.MESSAGE_SMS, at=NOW)
    assert consent is not None
    people_service.withdraw_consent(session, consent, by=loop.navigator, at=NOW)
    session.commit()
    worker()
    assert twin.messages == []


def test_a_consent_withdrawn_while_the_text_waits_for_morning_keeps_it(
    session: Session, twin: TwilioTwin, worker: Callable[[], int], loop: Loop, served: Referral
) -> None:
    night = NOW + timedelta(hours=12)
    with clock.standing_at(night):
        worker()
    consent = people.consent_in_force(session, loop.person.id, ConsentScope.MESSAGE_SMS, at=night)
    assert consent is not None
    people_service.withdraw_consent(session, consent, by=loop.navigator, at=night)
    session.commit()
    with clock.standing_at(night + timedelta(hours=12)):
        worker()
    assert twin.requests == []
    assert session.scalars(select(Question.status)).one() is Q.NOT_SENT


def test_stop_withdraws_the_consent_and_start_gives_it_again(
    session: Session, twin: TwilioTwin, worker: Callable[[], int], loop: Loop, served: Referral
) -> None:
    worker()
    reply(session, twin, "STOP")
    worker()
    assert people.consent_in_force(session, loop.person.id, ConsentScope.MESSAGE_SMS, at=NOW) is None
    assert queries.is_opted_out(session, PHONE)
    reply(session, twin, "START")
    worker()
    again = people.consent_in_force(session, loop.person.id, ConsentScope.MESSAGE_SMS, at=NOW)
    assert again is not None
    assert again.signature == "START, by text message"
    assert people.may_text(session, loop.person.id, PHONE, NOW)
