"""The verbs that the clock, a consent and a reply call; each is safe to run twice."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from referral.foundation.database import principal_of
from referral.messaging import service as messaging
from referral.messaging.models import Question
from referral.messaging.rules import ReplyMeaning
from referral.people import queries as people
from referral.people.models import Person
from referral.people.rules import SensitivityLevel
from referral.referrals import queries, service
from referral.referrals.models import ContactAttempt, Contradiction, OutcomeEvidence, Referral
from referral.referrals.queries import texting
from referral.referrals.rules import (
    AWAITING_ANSWER,
    CONSENT_WITHDRAWN,
    NEVER_ANSWERED,
    OPEN,
    Action,
    HeardBy,
    Party,
    PersonAnswer,
    Status,
)

OF_REFERRAL = (Referral, ContactAttempt, OutcomeEvidence, Contradiction)
"""What is raised to the level of a hidden person; the log of moves is never changed, and shown with its referral."""
_ANSWERS = {
    ReplyMeaning.YES: PersonAnswer.HELPED,
    ReplyMeaning.PARTLY: PersonAnswer.PARTLY,
    ReplyMeaning.NO: PersonAnswer.NOT_HELPED,
}


def expire(session: Session, *, at: datetime, referral_id: str) -> None:
    """End a referral that nobody answered by its hard stop; one that was answered meanwhile stays."""
    referral = session.get_one(Referral, UUID(referral_id))
    service.lock(session, referral)
    is_due = referral.due_at is not None and referral.due_at <= at
    if referral.status in AWAITING_ANSWER and is_due:
        service.move(
            session,
            referral,
            Action.EXPIRE,
            by=principal_of(session),
            at=at,
            reason_code=NEVER_ANSWERED.code,
        )


def hide(session: Session, *, at: datetime, person_id: str) -> None:
    """Somebody asked not to be found: what is open ends where no release names the receiver, and all of it is L3."""
    person = session.get_one(Person, UUID(person_id))
    if not person.is_hidden:
        return
    for referral in queries.referrals_of_person(session, person.id):
        if referral.status in OPEN and referral.level is not SensitivityLevel.L3:
            service.move(
                session,
                referral,
                Action.WITHDRAW,
                by=principal_of(session),
                at=at,
                party=Party.PERSON,
                reason_code=CONSENT_WITHDRAWN.code,
            )
    for table in OF_REFERRAL:
        session.execute(update(table).where(table.person_id == person.id).values(level=SensitivityLevel.L3))


def withdraw_resting_on(session: Session, *, at: datetime, consent_id: str) -> None:
    """End every open referral that rested on a consent: the person's act, whoever carries it out."""
    for referral in queries.resting_on(session, UUID(consent_id)):
        service.move(
            session,
            referral,
            Action.WITHDRAW,
            by=principal_of(session),
            at=at,
            party=Party.PERSON,
            reason_code=CONSENT_WITHDRAWN.code,
        )


def ask_whether_help_arrived(session: Session, *, at: datetime, referral_id: str) -> None:
    """After a close as served: ask the person by text, if they agreed to messages; else a navigator calls."""
    referral = session.get_one(Referral, UUID(referral_id))
    if referral.status is not Status.SERVED or referral.is_outcome_withheld:
        return
    phone = people.primary_phone(session, referral.person_id)
    if phone is None or not texting.may_text(session, referral.person_id, phone.number, at):
        return
    person = session.get_one(Person, referral.person_id)
    messaging.ask(
        session,
        person_id=person.id,
        network_id=referral.network_id,
        organization_id=referral.sending_organization_id,
        to=phone.number,
        language=person.language,
        subject_kind="referral",
        subject_id=referral.id,
        time_zone=person.time_zone,
        level=referral.level,
        by=principal_of(session),
        at=at,
    )


def follow_need(session: Session, *, at: datetime, referral_id: str) -> None:
    """After an end, or a new report about help: the need behind the referral is met, or asks for help again."""
    service.follow_need(session, session.get_one(Referral, UUID(referral_id)), by=principal_of(session), at=at)


def drop_questions(session: Session, *, at: datetime, referral_id: str) -> None:
    """After a withdrawal or an error: ask the person nothing more about it."""
    referral = session.get_one(Referral, UUID(referral_id))
    if referral.status in {Status.WITHDRAWN, Status.ENTERED_IN_ERROR}:
        messaging.drop_questions(
            session, subject_kind="referral", subject_id=referral.id, by=principal_of(session), at=at
        )


def keep_answer(session: Session, *, at: datetime, question_id: str) -> None:
    """Turn the person's clear reply to our question into evidence; it moves no status."""
    question = session.get(Question, UUID(question_id))
    if question is None or question.subject_kind != "referral" or question.answer not in _ANSWERS:
        return
    referral = session.get_one(Referral, question.subject_id)
    service.person_answered(
        session,
        referral,
        _ANSWERS[question.answer],
        heard_by=HeardBy.SMS,
        source_id=question.id,
        occurred_at=question.ended_at,
        by=principal_of(session),
        at=at,
    )
