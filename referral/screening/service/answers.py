"""Recording answers: one at a time while asking, or a whole form that was filled in on paper."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from referral.audit import service as audit
from referral.foundation.principal import Principal
from referral.foundation.refusals import NotAllowed, NotFound, Refused
from referral.people.rules import AnswerState
from referral.screening import queries, rules
from referral.screening.models import Answer, Screening
from referral.screening.rules import Instrument, Item, NotAskedReason
from referral.screening.service.instruments import instrument_of
from referral.screening.service.urgency import notice_urgent


def read_answers(session: Session, screening: Screening) -> Mapping[str, rules.Answer]:
    """Return the answers the rules read; those that the asker of this transaction may see."""
    return {
        row.link_id: rules.Answer(row.link_id, row.state, row.chosen, row.reason)
        for row in queries.answers_of(session, screening.id)
    }


def answer(
    session: Session,
    screening: Screening,
    link_id: str,
    *,
    by: Principal,
    at: datetime,
    codes: Collection[str] = (),
    state: AnswerState = AnswerState.ANSWERED,
    reason: NotAskedReason | None = None,
) -> Answer:
    """Record what came of one question, at once; a later answer to it replaces the earlier one.

    Refused when the screening has ended, the question may not be asked now, or it does not offer the answer.
    """
    check_asker(screening, by)
    instrument = instrument_of(screening)
    said = _checked(screening, instrument, link_id, codes, state, reason)
    known = queries.answer(session, screening.id, link_id)
    row = _keep(session, screening, instrument, said, known, at)
    session.flush()
    notice_urgent(session, screening, instrument, row, is_corrected=known is not None, by=by, at=at)
    trace(session, screening, "screening:answered", by=by, at=at, link_id=link_id, state=said.state)
    return row


def answer_form(
    session: Session,
    screening: Screening,
    said: Mapping[str, Collection[str] | AnswerState],
    *,
    by: Principal,
    at: datetime,
) -> Sequence[Answer]:
    """Record a form that was filled in on paper: for each question its codes, or why there are none."""
    check_asker(screening, by)
    instrument = instrument_of(screening)
    known = {row.link_id: row for row in queries.answers_of(session, screening.id)}
    rows = []
    for link_id, what in said.items():
        state = what if isinstance(what, AnswerState) else AnswerState.ANSWERED
        codes = () if isinstance(what, AnswerState) else what
        read = _checked(screening, instrument, link_id, codes, state, None)
        rows.append(_keep(session, screening, instrument, read, known.get(link_id), at))
    session.flush()
    for row in rows:
        notice_urgent(session, screening, instrument, row, is_corrected=row.link_id in known, by=by, at=at)
    trace(session, screening, "screening:answered", by=by, at=at, link_ids=list(said))
    return rows


def pass_over(session: Session, screening: Screening, items: Collection[Item], *, at: datetime) -> list[rules.Answer]:
    """Keep questions without any answer as not asked, with the reason the circumstances give."""
    instrument = instrument_of(screening)
    passed = []
    for item in items:
        obstacle = rules.reason_not_to_ask(item, is_alone=screening.is_alone, is_proxy=screening.is_proxy)
        said = rules.not_asked(item, obstacle or NotAskedReason.OUT_OF_TIME)
        _keep(session, screening, instrument, said, None, at)
        passed.append(said)
    session.flush()
    return passed


def check_asker(screening: Screening, by: Principal) -> None:
    """Refuse whoever did not begin the screening, and everybody once it has ended."""
    if screening.asked_by_user_id != by.user_id:
        raise NotAllowed("Only whoever began these questions can go on with them.")
    if not screening.is_open:
        raise Refused("These questions are finished. Begin again to ask once more; nothing is lost.")


def trace(session: Session, screening: Screening, action: str, *, by: Principal, at: datetime, **details: Any) -> None:
    """Write down what was done with a screening: ids and link ids, never an answer."""
    audit.record(
        session,
        action,
        by=by,
        at=at,
        person_id=screening.person_id,
        network_id=screening.network_id,
        subject=("screening", screening.id),
        **details,
    )


def _checked(
    screening: Screening,
    instrument: Instrument,
    link_id: str,
    codes: Collection[str],
    state: AnswerState,
    reason: NotAskedReason | None,
) -> rules.Answer:
    item = instrument.item(link_id)
    if item is None:
        raise NotFound
    if state is AnswerState.NOT_ASKED:
        return rules.not_asked(item, reason or NotAskedReason.SKIPPED_FOR_NOW)
    _check_may_ask(screening, item)
    if state is AnswerState.DECLINED:
        return rules.declined(item)
    if state is AnswerState.UNKNOWN:
        return rules.unknown(item)
    try:
        return rules.answer_with(item, codes)
    except rules.AnswerRefused as refusal:
        raise Refused(str(refusal)) from refusal


def _check_may_ask(screening: Screening, item: Item) -> None:
    obstacle = rules.reason_not_to_ask(item, is_alone=screening.is_alone, is_proxy=screening.is_proxy)
    if obstacle is NotAskedReason.PROXY_ANSWERS:
        raise Refused("Ask this of the person alone, not of somebody who answers for them.")
    if obstacle is NotAskedReason.NOT_PRIVATE:
        raise Refused("Ask this only in private and not on a shared line.")


def _keep(
    session: Session,
    screening: Screening,
    instrument: Instrument,
    said: rules.Answer,
    known: Answer | None,
    at: datetime,
) -> Answer:
    item = instrument.item(said.link_id)
    row = known or Answer(
        screening_id=screening.id,
        person_id=screening.person_id,
        network_id=screening.network_id,
        asked_by_user_id=screening.asked_by_user_id,
        link_id=said.link_id,
    )
    row.state, row.reason, row.answered_at = said.state, said.reason, at
    row.keep(said.codes, rules.level_of_item(item) if item else row.level)
    session.add(row)
    return row
