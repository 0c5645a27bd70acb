"""How many people answered who they are, declined, or were never asked, by network and plan."""

from datetime import date
from typing import Any

from sqlalchemy import Select, Text, Uuid, cast, column, func, literal, select, values

from referral.equity.queries.strata import most_trusted_answers, plan_on
from referral.people.models import Person
from referral.people.rules import AnswerState, DemographicKind, SensitivityLevel

QUESTIONS = (DemographicKind.RACE_ETHNICITY, DemographicKind.SPOKEN_LANGUAGE)


def answers_given(today: date) -> Select[*tuple[Any, ...]]:
    """Return (id, network, plan today, question, state, people); hidden persons are counted nowhere."""
    asked = values(column("question", Text), name="asked").data([(kind.value,) for kind in QUESTIONS])
    answer = most_trusted_answers(*QUESTIONS).subquery("answer")
    state = func.coalesce(cast(answer.c.state, Text), literal(AnswerState.NOT_ASKED.value))
    people = (
        select(Person.network_id, plan_on(Person.id, today).label("plan_id"), asked.c.question, state.label("state"))
        .select_from(Person)
        .join(asked, literal(True))
        .outerjoin(answer, (answer.c.person_id == Person.id) & (cast(answer.c.kind, Text) == asked.c.question))
        .where(Person.level < SensitivityLevel.L3)
        .subquery("people")
    )
    group = (people.c.network_id, people.c.plan_id, people.c.question, people.c.state)
    return select(func.gen_random_uuid().cast(Uuid), *group, func.count()).group_by(*group)
