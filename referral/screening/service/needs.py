"""Needs: found, confirmed with the person, changed, ended. One function moves, and it always writes the change."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from referral.audit import service as audit
from referral.foundation.principal import Principal
from referral.foundation.refusals import NotFound, Refused, check_version
from referral.people.models import Person
from referral.people.rules import NeedCategory, SensitivityLevel, highest, level_of
from referral.screening import queries, rules
from referral.screening.models import Answer, Need, NeedAnswer, NeedChange, Screening
from referral.screening.rules import OPEN_STATES, DismissReason, NeedAction, NeedState


def open_need(session: Session, need_id: UUID, *, by: Principal, at: datetime) -> Need:
    """Open a need for reading; NotFound when the asker may not see it. Audited."""
    need = queries.need(session, need_id)
    if need is None:
        raise NotFound
    _record(session, need, "need:read", by=by, at=at)
    return need


def add_need(
    session: Session,
    person: Person,
    category: NeedCategory,
    *,
    by: Principal,
    at: datetime,
    is_urgent: bool = False,
) -> Need:
    """Add a need that the person told outside a screening: it is confirmed from the start."""
    if category in queries.open_needs(session, person.id, finder=by.user_id, categories=[category]):
        raise Refused("This need is already on the list.")
    need = Need(
        person_id=person.id,
        network_id=person.network_id,
        organization_id=by.organization_id,
        found_by_user_id=by.user_id,
        category=category,
        level=level_of(category),
        state=NeedState.CONFIRMED,
        is_urgent=is_urgent,
        found_at=at,
        confirmed_at=at,
    )
    return found_need(session, need, by=by, at=at)


def confirm_need(session: Session, need: Need, *, by: Principal, at: datetime) -> Need:
    """The person says: yes, this is so, and I want help."""
    return move_need(session, need, NeedAction.CONFIRM, by=by, at=at)


def decline_help(session: Session, need: Need, *, by: Principal, at: datetime, note: str | None = None) -> Need:
    """The person says: this is so, and I want no help with it."""
    return move_need(session, need, NeedAction.DECLINE_HELP, by=by, at=at, note=note)


def dismiss_need(
    session: Session, need: Need, *, by: Principal, at: datetime, reason: DismissReason, note: str | None = None
) -> Need:
    """It is not a need after all; the reason is kept."""
    return move_need(session, need, NeedAction.DISMISS, by=by, at=at, reason=reason, note=note)


def mark_met(session: Session, need: Need, *, by: Principal, at: datetime, note: str | None = None) -> Need:
    """Help arrived."""
    return move_need(session, need, NeedAction.MEET, by=by, at=at, note=note)


def move_need(
    session: Session,
    need: Need,
    action: NeedAction,
    *,
    by: Principal,
    at: datetime,
    reason: DismissReason | None = None,
    note: str | None = None,
) -> Need:
    """Move a need as the table allows; Refused otherwise, and where a reason or its note is missing."""
    try:
        state = rules.next_need_state(need.state, action)
    except rules.NeedMoveRefused as refusal:
        raise Refused(str(refusal)) from refusal
    _check_reason(action, reason, note)
    if need.state not in OPEN_STATES and state in OPEN_STATES:
        _check_not_listed(session, need, need.category)
    _log(session, need, state, by=by, at=at, action=action, reason=reason, note=note)
    need.state, need.dismiss_reason = state, reason
    need.confirmed_at = at if state is NeedState.CONFIRMED else need.confirmed_at
    need.ended_at = None if state in OPEN_STATES else at
    session.flush()
    _record(session, need, f"need:state:{state}", by=by, at=at)
    return need


def change_category(
    session: Session,
    need: Need,
    category: NeedCategory,
    *,
    by: Principal,
    at: datetime,
    note: str | None = None,
    seen: int | None = None,
) -> Need:
    """Put a need that still asks for something into another category; it stays as sensitive as its answers.

    Raises Stale when `seen` is not its version.
    """
    check_version(seen, need.version)
    if need.state not in OPEN_STATES:
        raise Refused("This need has ended and keeps its category.")
    _check_not_listed(session, need, category)
    behind = [answer.level for answer, _ in queries.answers_behind(session, need.id)]
    _log(session, need, need.state, by=by, at=at, from_category=need.category, note=note)
    need.category = category
    _set_level(session, need, highest(level_of(category), *behind), by)
    session.flush()
    _record(session, need, "need:category:changed", by=by, at=at)
    return need


def mark_urgent(
    session: Session, screening: Screening, answer: Answer, category: NeedCategory, *, by: Principal, at: datetime
) -> Need:
    """Return the person's open need of this category, urgent now and resting on the answer; found if there was none."""
    known = queries.open_needs(session, screening.person_id, finder=screening.asked_by_user_id, categories=[category])
    need = known.get(category) or found_need(
        session,
        Need(
            person_id=screening.person_id,
            network_id=screening.network_id,
            organization_id=screening.organization_id,
            found_by_user_id=screening.asked_by_user_id,
            screening_id=screening.id,
            category=category,
            level=level_of(category),
            state=NeedState.IDENTIFIED,
            found_at=at,
        ),
        by=by,
        at=at,
    )
    need.is_urgent = True
    rest_on(session, need, [answer])
    return need


def found_need(session: Session, need: Need, *, by: Principal, at: datetime) -> Need:
    """Keep a new need with the first line of its history."""
    session.add(need)
    session.flush()
    _log(session, need, need.state, by=by, at=at, is_new=True)
    _record(session, need, "need:found", by=by, at=at)
    return need


def rest_on(session: Session, need: Need, answers: Collection[Answer]) -> None:
    """Let the need rest on these answers too."""
    known = set(session.scalars(select(NeedAnswer.answer_id).where(NeedAnswer.need_id == need.id)))
    session.add_all(
        NeedAnswer(
            need_id=need.id,
            answer_id=answer.id,
            person_id=need.person_id,
            network_id=need.network_id,
            found_by_user_id=need.found_by_user_id,
            level=highest(need.level, answer.level),
        )
        for answer in answers
        if answer.id not in known
    )
    session.flush()


def _set_level(session: Session, need: Need, level: SensitivityLevel, by: Principal) -> None:
    """Give the need and its history their level; a need that turns out sensitive belongs to whoever heard it."""
    if level > need.level:
        need.found_by_user_id = by.user_id
    need.level = level
    kept = {"level": level, "found_by_user_id": need.found_by_user_id}
    session.flush()
    for table in (NeedChange, NeedAnswer):
        session.execute(update(table).where(table.need_id == need.id).values(kept))


def _check_reason(action: NeedAction, reason: DismissReason | None, note: str | None) -> None:
    if (action is NeedAction.DISMISS) != (reason is not None):
        raise Refused("Say why this is not a need." if reason is None else "Only a dismissed need has this reason.")
    if reason is DismissReason.OTHER and not note:
        raise Refused("Write a few words about the other reason.")


def _check_not_listed(session: Session, need: Need, category: NeedCategory) -> None:
    if queries.open_needs(session, need.person_id, finder=need.found_by_user_id, categories=[category]):
        raise Refused("This need is already on the list.")


def _log(
    session: Session,
    need: Need,
    state: NeedState,
    *,
    by: Principal,
    at: datetime,
    is_new: bool = False,
    action: NeedAction | None = None,
    from_category: NeedCategory | None = None,
    reason: DismissReason | None = None,
    note: str | None = None,
) -> None:
    change = NeedChange(
        need_id=need.id,
        person_id=need.person_id,
        network_id=need.network_id,
        found_by_user_id=need.found_by_user_id,
        level=need.level,
        action=action,
        from_state=None if is_new else need.state,
        to_state=state,
        from_category=from_category,
        reason=reason,
        note=note,
        by_principal=f"{by.kind}:{by.id}",
        at=at,
    )
    session.add(change)


def _record(session: Session, need: Need, action: str, *, by: Principal, at: datetime) -> None:
    audit.record(
        session,
        action,
        by=by,
        at=at,
        person_id=need.person_id,
        network_id=need.network_id,
        subject=("need", need.id),
        level=int(need.level),
    )
