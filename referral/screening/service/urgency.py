"""Urgent answers: noticed when they are said, acted upon by whoever asked."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from referral.audit import service as audit
from referral.foundation.principal import Principal
from referral.foundation.refusals import NotAllowed, Refused
from referral.people.rules import NeedCategory, level_of
from referral.screening import queries, rules
from referral.screening.models import Answer, Need, Screening, UrgentAnswer
from referral.screening.rules import ActNow, Instrument
from referral.screening.service.needs import mark_urgent


def notice_urgent(
    session: Session,
    screening: Screening,
    instrument: Instrument,
    answer: Answer,
    *,
    is_corrected: bool,
    by: Principal,
    at: datetime,
) -> UrgentAnswer | None:
    """Keep an urgent answer for its asker; an answer that was taken back is urgent no more."""
    said = {answer.link_id: rules.Answer(answer.link_id, answer.state, answer.chosen)}
    found = next(iter(rules.urgent_items(instrument, said)), None)
    known = queries.urgent_by_answer(session, answer.id) if is_corrected else None
    if found is None:
        if known is not None:
            session.execute(delete(UrgentAnswer).where(UrgentAnswer.id == known.id))
        return None
    row = known or UrgentAnswer(
        answer_id=answer.id,
        screening_id=screening.id,
        person_id=screening.person_id,
        network_id=screening.network_id,
        organization_id=screening.organization_id,
        asked_by_user_id=screening.asked_by_user_id,
        noticed_at=at,
    )
    row.cause, row.level, row.is_proposed = found.category, found.level, found.is_proposed
    session.add(row)
    session.flush()
    _record(session, row, "urgent:noticed", by=by, at=at)
    return row


def record_cause(session: Session, urgent: UrgentAnswer, cause: NeedCategory, *, by: Principal, at: datetime) -> Need:
    """Record what is urgent: the answer takes the level of its cause, and the need stands on top."""
    _check_asker(urgent, by)
    answer = session.get_one(Answer, urgent.answer_id)
    screening = session.get_one(Screening, urgent.screening_id)
    urgent.cause, urgent.level = cause, level_of(cause)
    answer.keep(answer.chosen, urgent.level)
    need = mark_urgent(session, screening, answer, cause, by=by, at=at)
    session.flush()
    _record(session, urgent, "urgent:cause-recorded", by=by, at=at)
    return need


def record_first_contact(
    session: Session, urgent: UrgentAnswer, *, handed_to: str, contact_at: datetime, by: Principal, at: datetime
) -> None:
    """Record the named person it was handed to, and when the first contact was made."""
    _check_asker(urgent, by)
    if contact_at > at:
        raise Refused("The first contact cannot lie in the future.")
    urgent.handed_to, urgent.first_contact_at = handed_to, contact_at
    session.flush()
    _record(session, urgent, "urgent:handed-over", by=by, at=at)


def act_on(
    session: Session,
    urgent: Collection[UrgentAnswer],
    *,
    cause: NeedCategory | None,
    handed_to: str,
    by: Principal,
    at: datetime,
) -> None:
    """Do both for everything that is still waiting: record the cause where it is unknown, and who took over now."""
    for row in urgent:
        if row.cause is None and cause is not None:
            record_cause(session, row, cause, by=by, at=at)
        if handed_to:
            record_first_contact(session, row, handed_to=handed_to, contact_at=at, by=by, at=at)


def act_now(urgent: Collection[UrgentAnswer]) -> ActNow | None:
    """Return what the asker does at once, from what is known of the causes by now."""
    items = [rules.UrgentItem("", row.level, row.cause, row.is_proposed) for row in urgent]
    return rules.what_to_do_now(items)


def _check_asker(urgent: UrgentAnswer, by: Principal) -> None:
    if urgent.asked_by_user_id != by.user_id:
        raise NotAllowed("Only whoever heard this can act on it here.")


def _record(session: Session, urgent: UrgentAnswer, action: str, *, by: Principal, at: datetime) -> None:
    audit.record(
        session,
        action,
        by=by,
        at=at,
        person_id=urgent.person_id,
        network_id=urgent.network_id,
        subject=("urgent_answer", urgent.id),
        level=3,
    )
