"""From a finished screening to needs: new ones, and more answers behind those already open."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from referral.foundation.principal import Principal
from referral.screening import queries, rules
from referral.screening.models import Answer, Need, Screening
from referral.screening.rules import Instrument, SuggestedNeed
from referral.screening.service.needs import found_need, rest_on


def find_needs(
    session: Session,
    screening: Screening,
    instrument: Instrument,
    answers: Mapping[str, rules.Answer],
    *,
    by: Principal,
    at: datetime,
) -> list[Need]:
    """Return the needs a screening points to; an open need gains answers and stays one need."""
    suggested = rules.suggest_needs(instrument, answers)
    urgent = {item.category for item in rules.urgent_items(instrument, answers)}
    rows = {row.link_id: row for row in queries.answers_of(session, screening.id)}
    already = queries.open_needs(
        session,
        screening.person_id,
        finder=screening.asked_by_user_id,
        categories=[need.category for need in suggested],
        # A need for which help is declined again is the same need; one for which it is wanted is new.
        states={*rules.OPEN_STATES, *(need.state for need in suggested)},
    )
    return [
        _one(
            session,
            screening,
            suggestion,
            already.get(suggestion.category),
            [rows[link_id] for link_id in suggestion.link_ids],
            is_urgent=suggestion.category in urgent,
            by=by,
            at=at,
        )
        for suggestion in suggested
    ]


def _one(
    session: Session,
    screening: Screening,
    suggestion: SuggestedNeed,
    known: Need | None,
    answers: list[Answer],
    *,
    is_urgent: bool,
    by: Principal,
    at: datetime,
) -> Need:
    need = known or found_need(
        session,
        Need(
            person_id=screening.person_id,
            network_id=screening.network_id,
            organization_id=screening.organization_id,
            found_by_user_id=screening.asked_by_user_id,
            screening_id=screening.id,
            category=suggestion.category,
            level=suggestion.level,
            state=suggestion.state,
            found_at=at,
        ),
        by=by,
        at=at,
    )
    need.is_urgent = need.is_urgent or is_urgent
    rest_on(session, need, answers)
    return need
