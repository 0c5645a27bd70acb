"""What an episode is grouped by: the plan, the race and ethnicity, and the family of the need."""

from typing import Any

from sqlalchemy import ColumnElement, Date, ScalarSelect, Select, Subquery, case, cast, func, literal, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import InstrumentedAttribute

from referral.equity.rules.strata import DECLINED
from referral.people.models import Coverage, Demographic
from referral.people.rules import (
    MULTIRACIAL,
    AnswerSource,
    AnswerState,
    DemographicKind,
    NeedCategory,
    domain_of,
)


def local_day(zone: InstrumentedAttribute[str], instant: ColumnElement[Any] | InstrumentedAttribute[Any]) -> Any:
    """Return the day on which something happened where the network is."""
    return cast(func.timezone(zone, instant), Date)


def plan_on(person_id: Any, day: Any) -> ScalarSelect[Any]:
    """Return the plan that covered the person on the day, the latest where two overlap."""
    return (
        select(Coverage.plan_id)
        .where(Coverage.person_id == person_id, Coverage.starts_on <= day)
        .where(or_(Coverage.ends_on.is_(None), Coverage.ends_on >= day))
        .order_by(Coverage.starts_on.desc(), Coverage.id.desc())
        .limit(1)
        .scalar_subquery()
    )


def domain_case(category: InstrumentedAttribute[NeedCategory]) -> Any:
    """Return the family of a need's category."""
    return case({c.value: literal(domain_of(c).value) for c in NeedCategory}, value=category)


def most_trusted_answers(*kinds: DemographicKind) -> Select[*tuple[Any, ...]]:
    """Return one answer for each person and question: people.rules.most_trusted, written for the database."""
    rank = case({source.value: place for place, source in enumerate(AnswerSource)}, value=Demographic.source)
    is_silent = Demographic.state.not_in([AnswerState.ANSWERED, AnswerState.DECLINED])
    return (
        select(Demographic.person_id, Demographic.kind, Demographic.state, Demographic.values)
        .where(Demographic.kind.in_(kinds))
        .ext(distinct_on(Demographic.person_id, Demographic.kind))
        .order_by(
            Demographic.person_id,
            Demographic.kind,
            is_silent,
            rank,
            Demographic.observed_on.desc(),
            Demographic.recorded_at.desc(),
        )
    )


def race_groups() -> Subquery:
    """Return each person's group in the exclusive tabulation combined_multiracial@1, or that they declined."""
    answer = most_trusted_answers(DemographicKind.RACE_ETHNICITY).subquery()
    group = case(
        (answer.c.state == AnswerState.DECLINED, literal(DECLINED)),
        (answer.c.state != AnswerState.ANSWERED, None),
        (func.cardinality(answer.c["values"]) > 1, literal(MULTIRACIAL)),
        else_=answer.c["values"][1],
    )
    return select(answer.c.person_id, group.label("race_ethnicity")).subquery("race")
