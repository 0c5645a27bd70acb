"""What the person says when asked whether help arrived; many say nothing, which is not a No."""

from collections.abc import Callable
from datetime import datetime

from referral.demo.characters import Character
from referral.demo.stage import Stage
from referral.foundation import clock
from referral.foundation.principal import system
from referral.messaging import service as messaging
from referral.messaging.models import Question
from referral.messaging.queries import questions_about
from referral.messaging.rules import SILENCE_AFTER, QuestionStatus, ReplyMeaning
from referral.messaging.service.questions import end
from referral.referrals import jobs, queries
from referral.referrals import service as referrals
from referral.referrals.models import Referral
from referral.referrals.rules import HeardBy, PersonAnswer

CARRIER = system("demonstration")
MEANINGS = {
    PersonAnswer.HELPED: ReplyMeaning.YES,
    PersonAnswer.PARTLY: ReplyMeaning.PARTLY,
    PersonAnswer.NOT_HELPED: ReplyMeaning.NO,
}

Later = Callable[[int, int], datetime]
"""Lets so many days pass, at least and at most; raises where the present ends."""


def hear(stage: Stage, one: Character, referral: Referral, *, later: Later) -> None:
    """Ask by text those who agreed to texts and call some of the others; settle what contradicts the report."""
    question = _asked(stage, referral)
    if one.has_luck("answers"):
        at = later(1, 4)
        answer = _answer(one)
        if question is not None:
            _replied(stage, question, answer, at=at)
        else:
            navigator = stage.navigator(one.random)
            referrals.person_answered(stage.session, referral, answer, heard_by=HeardBy.PHONE, by=navigator, at=at)
        _look_again(stage, one, referral, later=later)
    elif question is not None and clock.now() + SILENCE_AFTER <= stage.now:
        messaging.expire(stage.session, question_id=question.id, at=clock.now() + SILENCE_AFTER)


def _asked(stage: Stage, referral: Referral) -> Question | None:
    """Ask as the job would have; the text is kept as never sent, because nobody is texted about the past.

    A second question while one is open would be asked of a real person later, so it is dropped.
    """
    session, at = stage.session, clock.now()
    jobs.ask_whether_help_arrived(session, at=at, referral_id=str(referral.id))
    for question in questions_about(session, "referral", referral.id):
        messaging.open_next(session, question_id=question.id, at=at)
        if question.status is QuestionStatus.OPEN:
            return question
        end(session, question, QuestionStatus.DROPPED, by=CARRIER, at=at)
    return None


def _answer(one: Character) -> PersonAnswer:
    helped = one.has_luck("helped")
    unhappy = PersonAnswer.PARTLY if one.random.random() < 0.6 else PersonAnswer.NOT_HELPED
    return PersonAnswer.HELPED if helped else unhappy


def _replied(stage: Stage, question: Question, answer: PersonAnswer, *, at: datetime) -> None:
    end(stage.session, question, QuestionStatus.ANSWERED, answer=MEANINGS[answer], by=CARRIER, at=at)
    jobs.keep_answer(stage.session, at=at, question_id=str(question.id))


def _look_again(stage: Stage, one: Character, referral: Referral, *, later: Later) -> None:
    """Call about two of three contradictions; the others wait in the navigators' queue."""
    review = queries.open_contradiction(stage.session, referral.id)
    if review is None or one.random.random() < 0.35:
        return
    answer = one.random.choice((PersonAnswer.HELPED, PersonAnswer.PARTLY, PersonAnswer.NOT_HELPED))
    referrals.resolve_contradiction(
        stage.session,
        review,
        answer=answer,
        note="Asked again by telephone.",
        by=stage.navigator(one.random),
        at=later(2, 6),
    )
