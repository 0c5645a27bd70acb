"""Ask somebody about themselves, saying why; each question may be skipped or declined."""

from typing import Any
from uuid import UUID

from flask import Response
from flask.typing import ResponseReturnValue

from referral.foundation import clock
from referral.people import queries, service
from referral.people.models import Demographic
from referral.people.permissions import PersonPermission
from referral.people.rules import AnswerSource, AnswerState
from referral.people.rules.questions import QUESTIONS
from referral.people.schemas import DemographicsForm, answers_in
from referral.people.views.blueprint import pages
from referral.web import versions
from referral.web.forms import FormState
from referral.web.guard import allow
from referral.web.pages import go, read, redisplay, show
from referral.web.transaction import db, me

NO_ANSWER = ((AnswerState.DECLINED.value, "Prefers not to say"), (AnswerState.UNKNOWN.value, "Does not know"))
SOURCE_WORDS = (
    (AnswerSource.SELF_REPORTED.value, "The person"),
    (AnswerSource.PROXY.value, "Somebody who speaks for them"),
    (AnswerSource.PROVIDER.value, "A clinic's record"),
    (AnswerSource.PLAN_FILE.value, "The plan's file"),
    (AnswerSource.ADMINISTRATIVE.value, "Another record"),
)


def about_page(person_id: UUID, form: FormState | None = None) -> Response:
    """Show the questions with the answers that count now."""
    person = service.open_person(db(), person_id, by=me(), at=clock.now(), why="demographics")
    answers = queries.demographics(db(), person_id)
    return show(
        "people/about.html",
        form=form,
        person=person,
        questions=QUESTIONS,
        answers=answers,
        version=queries.answers_version(db(), person_id),
        chosen={kind: _chosen(answer) for kind, answer in answers.items()},
        no_answer=NO_ANSWER,
        sources=SOURCE_WORDS,
        source_words=dict(SOURCE_WORDS),
    )


@pages.get("/people/<uuid:person_id>/about")
@allow(PersonPermission.DESCRIBE)
def about(person_id: UUID) -> ResponseReturnValue:
    """Show the questions about somebody."""
    return about_page(person_id)


@pages.post("/people/<uuid:person_id>/about")
@allow(PersonPermission.DESCRIBE)
@redisplay(about_page)
def describe(person_id: UUID) -> ResponseReturnValue:
    """Keep what somebody told about themselves."""
    form: dict[str, Any] = read(DemographicsForm)
    person = service.visible_person(db(), person_id)
    answers, seen = answers_in(form), versions.asked()
    service.describe(db(), person, answers, source=form["source"], seen=seen, by=me(), at=clock.now())
    return go("desk.person", "The answers are kept.", person_id=person_id)


def _chosen(answer: Demographic) -> list[str]:
    return answer.values if answer.state is AnswerState.ANSWERED else [answer.state.value]
