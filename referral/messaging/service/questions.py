"""Ask by text, one question at a time for a number, and end each question once."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from referral.audit import service as audit
from referral.foundation import jobs
from referral.foundation.database import principal_of
from referral.foundation.principal import Principal
from referral.messaging import queries
from referral.messaging.models import Message, Question
from referral.messaging.rules import SILENCE_AFTER, NotSentReason, QuestionStatus, ReplyMeaning
from referral.messaging.service.fate import hold_number, keep_unsent
from referral.messaging.service.writing import send
from referral.messaging.templates import Template, language_for


def ask(
    session: Session,
    *,
    person_id: UUID,
    network_id: UUID,
    organization_id: UUID,
    to: str,
    language: str | None,
    subject_kind: str,
    subject_id: UUID,
    by: Principal,
    at: datetime,
    template: Template = Template.HELP_ARRIVED,
    time_zone: str | None = None,
    level: int = 1,
) -> Question | None:
    """Ask when no other question is open for the number; None for a number that said stop.

    An answer becomes the job `question.answered`, every other end `question.closed` (both with question_id).
    """
    if queries.is_opted_out(session, to):
        return None
    question = Question(
        person_id=person_id,
        network_id=network_id,
        organization_id=organization_id,
        level=level,
        phone=to,
        language=language_for(language),
        template=template,
        time_zone=time_zone,
        subject_kind=subject_kind,
        subject_id=subject_id,
        status=QuestionStatus.WAITING,
        asked_at=at,
    )
    session.add(question)
    session.flush()
    _record(session, question, "asked", by=by, at=at)
    jobs.add(session, "question.open", key=f"question-{question.id}-open", question_id=question.id)
    return question


def open_next(session: Session, *, question_id: UUID, at: datetime) -> Question | None:
    """Open the number's oldest waiting question and text it, unless one is still open."""
    phone = session.get_one(Question, question_id).phone
    hold_number(session, phone)
    unfinished = queries.unfinished_questions(session, phone)
    if not unfinished or any(question.status is QuestionStatus.OPEN for question in unfinished):
        return None
    question = unfinished[0]
    question.status = QuestionStatus.OPEN
    question.opened_at = at
    send(
        session,
        person_id=question.person_id,
        network_id=question.network_id,
        organization_id=question.organization_id,
        to=phone,
        template=question.template,
        language=question.language,
        time_zone=question.time_zone,
        level=question.level,
        question_id=question.id,
        key=f"question-{question.id}",
        by=principal_of(session),
        at=at,
    )
    silent_at = at + SILENCE_AFTER
    jobs.add(
        session, "question.expire", key=f"question-{question.id}-expire", run_at=silent_at, question_id=question.id
    )
    return question


def end(
    session: Session,
    question: Question,
    status: QuestionStatus,
    *,
    by: Principal,
    at: datetime,
    answer: ReplyMeaning | None = None,
) -> None:
    """End a question once, tell the upper rooms, and give the next one its turn."""
    if question.ended_at is not None:
        return
    question.status = status
    question.answer = answer
    question.ended_at = at
    session.flush()
    _record(session, question, status.value, by=by, at=at)
    task = "question.answered" if answer else "question.closed"
    jobs.add(session, task, key=f"question-{question.id}-ended", question_id=question.id)
    jobs.add(session, "question.open", key=f"question-{question.id}-next", question_id=question.id)
    jobs.cancel(session, f"question-{question.id}-expire", at=at)


def expire(session: Session, *, question_id: UUID, at: datetime) -> None:
    """Close a question that nobody answered."""
    question = session.get_one(Question, question_id, with_for_update=True)
    if question.status is QuestionStatus.OPEN:
        end(session, question, QuestionStatus.SILENT, by=principal_of(session), at=at)


def drop_questions(session: Session, *, subject_kind: str, subject_id: UUID, by: Principal, at: datetime) -> None:
    """Ask no more about a record whose reason to ask has gone."""
    for question in queries.questions_about(session, subject_kind, subject_id):
        end(session, question, QuestionStatus.DROPPED, by=by, at=at)


def keep_text(session: Session, message: Message, reason: NotSentReason, *, at: datetime) -> None:
    """Keep a text that will not leave; the question it carries is thereby not asked."""
    keep_unsent(session, message, reason, at=at)
    if message.question_id is not None:
        question = session.get_one(Question, message.question_id)
        end(session, question, QuestionStatus.NOT_SENT, by=principal_of(session), at=at)


def _record(session: Session, question: Question, deed: str, *, by: Principal, at: datetime) -> None:
    audit.record(
        session,
        f"question:{deed}",
        by=by,
        at=at,
        person_id=question.person_id,
        network_id=question.network_id,
        subject=("question", question.id),
        about=question.subject_kind,
        about_id=question.subject_id,
    )
