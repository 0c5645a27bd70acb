"""Help confirmed: the person is asked by text, and the reply becomes evidence without moving a status."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from referral.messaging.models import Question
from referral.messaging.rules import ReplyMeaning
from referral.messaging.rules.questions import QuestionStatus
from referral.messaging.service import questions
from referral.people.rules import ConsentScope
from referral.people.service import add_phone
from referral.referrals import jobs, queries, service
from referral.referrals.models import Referral
from referral.referrals.rules import Action, Connection, EvidenceKind, HeardBy, PersonAnswer, Status
from tests.factories.fixtures import NOW, SEED
from tests.factories.people import a_consent
from tests.factories.referrals import Loop

PHONE = "+19195550100"


@pytest.fixture
def served(loop: Loop) -> Referral:
    loop.allow()
    referral = loop.do(loop.send(), Action.ACCEPT)
    loop.do(referral, Action.SERVE, reason_code="service_delivered")
    add_phone(loop.session, loop.person, number=PHONE, by=loop.navigator, at=NOW)
    return referral


def agree_to_texts(loop: Loop) -> None:
    a_consent(loop.session, loop.person, loop.navigator, scope=ConsentScope.MESSAGE_SMS)


def asked(loop: Loop, referral: Referral) -> Question | None:
    jobs.ask_whether_help_arrived(loop.session, at=NOW, referral_id=str(referral.id))
    return loop.session.scalars(select(Question).where(Question.subject_id == referral.id)).one_or_none()


def reply(loop: Loop, question: Question, meaning: ReplyMeaning) -> None:
    later = NOW + timedelta(hours=2)
    questions.open_next(loop.session, question_id=question.id, at=NOW)
    questions.end(loop.session, question, QuestionStatus.ANSWERED, answer=meaning, by=SEED, at=later)
    jobs.keep_answer(loop.session, at=later, question_id=str(question.id))


def test_without_an_agreement_to_messages_nobody_is_texted(loop: Loop, served: Referral) -> None:
    assert asked(loop, served) is None


def test_who_agreed_is_asked_in_their_language_in_the_sender_s_name(loop: Loop, served: Referral) -> None:
    agree_to_texts(loop)
    question = asked(loop, served)
    assert question is not None
    assert (question.phone, question.language) == (PHONE, "es")
    assert question.organization_id == served.sending_organization_id


def test_only_a_close_as_served_is_asked_about(loop: Loop) -> None:
    agree_to_texts(loop)
    loop.allow()
    declined = loop.do(loop.send(), Action.DECLINE, reason_code="no_capacity")
    assert asked(loop, declined) is None


@pytest.mark.parametrize(
    ("meaning", "connection"),
    [
        (ReplyMeaning.YES, Connection.CONNECTED),
        (ReplyMeaning.PARTLY, Connection.CONNECTED),
        (ReplyMeaning.NO, Connection.NOT_CONNECTED),
    ],
)
def test_a_reply_is_evidence_and_moves_nothing(
    loop: Loop, served: Referral, meaning: ReplyMeaning, connection: Connection
) -> None:
    agree_to_texts(loop)
    question = asked(loop, served)
    assert question is not None
    reply(loop, question, meaning)
    jobs.keep_answer(loop.session, at=NOW + timedelta(hours=3), question_id=str(question.id))
    kept = [row for row in queries.evidence_of(loop.session, served.id) if row.source_id == question.id]
    assert [row.kind for row in kept] == [EvidenceKind.PERSON_CONFIRMATION]
    assert served.connection is connection
    assert served.status is Status.SERVED
    assert bool(queries.open_contradiction(loop.session, served.id)) == (meaning is ReplyMeaning.NO)


def test_after_an_error_nothing_more_is_asked(loop: Loop, served: Referral) -> None:
    agree_to_texts(loop)
    question = asked(loop, served)
    assert question is not None
    service.move(
        loop.session,
        served,
        Action.MARK_ERROR,
        by=loop.navigator,
        at=NOW,
        reason_code="wrong_person",
        note="another Maria",
    )
    jobs.drop_questions(loop.session, at=NOW, referral_id=str(served.id))
    loop.session.refresh(question)
    assert question.status.value not in {"waiting", "open"}


def to_call(loop: Loop) -> list[str]:
    return [line.number for line in queries.to_call(loop.session, loop.world.center.id)]


@pytest.mark.parametrize("kind", [EvidenceKind.PROVIDER_REPORT, EvidenceKind.DELIVERY_RECORD])
@pytest.mark.parametrize("end", [QuestionStatus.SILENT, QuestionStatus.NOT_SENT, QuestionStatus.STOPPED])
def test_whoever_gave_no_answer_by_text_is_called(loop: Loop, kind: EvidenceKind, end: QuestionStatus) -> None:
    loop.allow()
    referral = loop.do(loop.send(), Action.ACCEPT)
    loop.do(referral, Action.SERVE, reason_code="service_delivered", known_by=kind)
    add_phone(loop.session, loop.person, number=PHONE, by=loop.navigator, at=NOW)
    agree_to_texts(loop)
    question = asked(loop, referral)
    assert question is not None
    assert to_call(loop) == [], "the text may still be answered"
    questions.end(loop.session, question, end, by=SEED, at=NOW + timedelta(days=7))
    assert to_call(loop) == [referral.number]
    service.person_answered(
        loop.session, referral, PersonAnswer.HELPED, heard_by=HeardBy.PHONE, by=loop.navigator, at=NOW
    )
    assert to_call(loop) == []


def test_whoever_cannot_be_texted_is_called(loop: Loop, served: Referral) -> None:
    assert asked(loop, served) is None
    assert to_call(loop) == [served.number]


def test_whoever_answered_by_text_or_has_withheld_the_outcome_is_not_called(loop: Loop, served: Referral) -> None:
    agree_to_texts(loop)
    question = asked(loop, served)
    assert question is not None
    reply(loop, question, ReplyMeaning.PARTLY)
    assert to_call(loop) == []
    second = loop.do(loop.send(), Action.ACCEPT)
    loop.do(second, Action.SERVE, reason_code="service_delivered")
    assert to_call(loop) == [second.number]
    service.withhold_outcome(loop.session, second, by=loop.navigator, at=NOW)
    assert to_call(loop) == []
