"""Gathers what is known and was answered about a person, as the rules of eligibility want it."""

from collections.abc import Collection, Mapping
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from referral.foundation.refusals import Refused
from referral.people import queries as people
from referral.people.models import Person
from referral.programs.models import Program
from referral.programs.rules import CriterionAnswer, EligibilityFacts
from referral.screening import queries as screening
from referral.screening.rules import NeedState

# A need counts as a risk until somebody said that it is none.
_COUNTING = frozenset(NeedState) - {NeedState.DISMISSED}


def eligibility_facts(
    session: Session,
    person: Person,
    *,
    on: date,
    answers: Mapping[str, CriterionAnswer],
    is_pregnant: bool | None = None,
) -> EligibilityFacts:
    """Return the facts on a day; what nobody recorded stays unknown."""
    address = people.address(session, person.id)
    return EligibilityFacts(
        has_coverage=_has_coverage(session, person.id, on),
        county=address.county if address is not None else None,
        age=_age(person.birth_on, on),
        is_pregnant=is_pregnant,
        needs=frozenset(need.category for need in screening.needs_of(session, person.id) if need.state in _COUNTING),
        is_screened=any(one.ended_at is not None for one in screening.screenings_of(session, person.id)),
        answers=answers,
    )


def criteria_of(program: Program, *, met: Collection[str], is_complete: bool) -> dict[str, bool | None]:
    """Return the answers to a program's criteria: met, or, where all were asked, not met; raises Refused."""
    categories = program.definition().categories
    codes = {criterion.code for category in categories for criterion in category.criteria}
    if set(met) - codes:
        raise Refused("Choose criteria from the list.")
    rest = False if is_complete else None
    return {code: True if code in met else rest for code in sorted(codes)}


def _has_coverage(session: Session, person_id: UUID, on: date) -> bool | None:
    """Whether a plan covers the person; None where no coverage was ever recorded."""
    if people.coverage_on(session, person_id, on) is not None:
        return True
    return False if people.coverages(session, person_id) else None


def _age(birth_on: date | None, on: date) -> int | None:
    """Return completed years on the day."""
    if birth_on is None:
        return None
    return on.year - birth_on.year - ((on.month, on.day) < (birth_on.month, birth_on.day))
