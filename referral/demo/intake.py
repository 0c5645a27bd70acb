"""The first call: a navigator takes somebody in and asks the questions."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from referral.demo.characters import Character
from referral.demo.describing import describe
from referral.demo.stage import Stage
from referral.foundation.principal import Principal
from referral.people import service as people
from referral.people.models import Person
from referral.people.rules import (
    AnswerState,
    ConsentMethod,
    ConsentScope,
    NeedCategory,
)
from referral.people.scripts import scripts_for
from referral.screening import service as screening
from referral.screening.models import Need

QUESTION_OF = {
    NeedCategory.FOOD_INSECURITY: "1",
    NeedCategory.HOUSING_INSTABILITY: "4",
    NeedCategory.UTILITY_INSECURITY: "5",
    NeedCategory.TRANSPORTATION_INSECURITY: "6",
}
PLAIN_QUESTIONS = ("1", "2", "3", "4", "5", "6", "11")
WITNESS = "recorded call"


def take_in(stage: Stage, one: Character, *, by: Principal, at: datetime) -> Person:
    """Write down who calls, how to reach them, their plan, and what they allow."""
    person = people.add_person(
        stage.session,
        given_name=one.given_name,
        family_name=one.family_name,
        birth_on=one.birth_on,
        language=one.language,
        needs_interpreter=one.needs_interpreter,
        household_size=one.household_size,
        can_text=one.can_text,
        by=by,
        at=at,
    )
    people.agree_by_voice(stage.session, person, ConsentScope.INTAKE_STORE, witness=WITNESS, by=by, at=at)
    if one.can_text:
        people.agree_by_voice(stage.session, person, ConsentScope.MESSAGE_SMS, witness=WITNESS, by=by, at=at)
    people.add_phone(stage.session, person, one.phone, by=by, at=at)
    place = one.place
    people.move_to(
        stage.session,
        person,
        line_1=f"{one.random.randint(10, 990)} Example Road",
        city=place.city,
        state="NC",
        postal_code=place.postal_code,
        county=place.county,
        by=by,
        at=at,
    )
    people.add_coverage(
        stage.session,
        person,
        plan_id=stage.plan(one.plan).id,
        member_id=one.member_id,
        starts_on=at.date() - timedelta(days=200),
        by=by,
        at=at,
    )
    describe(stage, person, one, by=by, at=at)
    return person


def sign_paper(
    stage: Stage, person: Person, scope: ConsentScope, plan_id: UUID, *, by: Principal, at: datetime
) -> None:
    """Record a paper that the person signed, where a scope needs writing."""
    scripts = scripts_for(person.language)
    people.record_consent(
        stage.session,
        person,
        scope=scope,
        method=ConsentMethod.WRITTEN,
        language=scripts.language,
        script_version=scripts.version,
        paper_reference="scanned form",
        recipient_organization_id=plan_id,
        by=by,
        at=at,
    )


def screen(stage: Stage, person: Person, one: Character, *, by: Principal, at: datetime) -> list[Need]:
    """Ask the state's questions; returns the needs they suggest."""
    language = "es" if one.language == "es" else "en"
    asking = screening.start(stage.session, person, stage.instrument, is_alone=False, language=language, by=by, at=at)
    positive = {QUESTION_OF[need] for need in one.needs}
    said: dict[str, Collection[str] | AnswerState] = {}
    for question in PLAIN_QUESTIONS:
        if question == "11":
            said[question] = ["yes"]
        elif one.random.random() < 0.02:
            said[question] = AnswerState.DECLINED
        else:
            said[question] = ["yes" if question in positive else "no"]
    screening.answer_form(stage.session, asking, said, by=by, at=at)
    return screening.complete(stage.session, asking, by=by, at=at)
