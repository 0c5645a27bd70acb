"""Asking: begin, record one answer after another, end."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from referral.audit import service as audit
from referral.foundation.principal import Principal
from referral.foundation.refusals import NotAllowed, NotFound, Refused
from referral.people import queries as people
from referral.people.models import Person
from referral.people.rules import AnswerState, ConsentScope
from referral.screening import queries, rules
from referral.screening.models import Answer, InstrumentVersion, Need, Screening
from referral.screening.rules import Item, Mode, NotAskedReason, Respondent, ScreeningStatus
from referral.screening.service.finding import find_needs
from referral.screening.service.instruments import instrument_of, read_version
from referral.screening.service.urgency import notice_urgent


def start(
    session: Session,
    person: Person,
    instrument: InstrumentVersion,
    *,
    by: Principal,
    at: datetime,
    is_alone: bool,
    respondent: Respondent = Respondent.PERSON,
    language: str = "en",
    mode: Mode = Mode.PHONE,
    is_interpreted: bool = False,
    panels: Collection[str] = (),
) -> Screening:
    """Begin a screening. Refused without the person's permission to keep what they say (`intake.store`)."""
    if people.consent_in_force(session, person.id, ConsentScope.INTAKE_STORE, at=at) is None:
        raise Refused("Ask for permission to keep what the person says before you begin the questions.")
    known = read_version(instrument).panels
    if not set(panels) <= set(known):
        raise Refused("This instrument has no such part.")
    screening = Screening(
        person_id=person.id,
        network_id=person.network_id,
        organization_id=by.organization_id,
        asked_by_user_id=by.user_id,
        instrument=instrument,
        panels=[panel for panel in known if panel in panels],
        mode=mode,
        respondent=respondent,
        is_alone=is_alone,
        language=language,
        is_interpreted=is_interpreted,
        started_at=at,
    )
    session.add(screening)
    session.flush()
    _record(session, screening, "screening:started", by=by, at=at, instrument_id=instrument.id)
    return screening


def open_screening(session: Session, screening_id: UUID, *, by: Principal, at: datetime) -> Screening:
    """Open a screening for reading; NotFound when the asker may not see it. Audited."""
    screening = queries.screening(session, screening_id)
    if screening is None:
        raise NotFound
    _record(session, screening, "screening:read", by=by, at=at)
    return screening


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
    _check_asker(screening, by)
    instrument = instrument_of(screening)
    item = instrument.item(link_id)
    if item is None:
        raise NotFound
    said = _read(item, codes, state, reason)
    _check_may_ask(screening, item, said)
    known = queries.answer(session, screening.id, link_id)
    row = _keep(session, screening, item, said, known, at)
    notice_urgent(session, screening, instrument, item, row, is_corrected=known is not None, by=by, at=at)
    _record(session, screening, "screening:answered", by=by, at=at, link_id=link_id, state=said.state)
    return row


def complete(session: Session, screening: Screening, *, by: Principal, at: datetime) -> list[Need]:
    """End a screening and return the needs it suggests or strengthens; what was passed over is kept as not asked."""
    _check_asker(screening, by)
    instrument = instrument_of(screening)
    answers = dict(read_answers(session, screening))
    if not any(said.state is not AnswerState.NOT_ASKED for said in answers.values()):
        raise Refused("No question was asked yet.")
    for item in instrument:
        if item.link_id not in answers:
            answers[item.link_id] = _pass_over(session, screening, item, at)
    is_whole = rules.is_complete(instrument, answers)
    screening.status = ScreeningStatus.COMPLETED if is_whole else ScreeningStatus.STOPPED
    screening.ended_at = at
    needs = find_needs(session, screening, instrument, answers, by=by, at=at)
    _record(session, screening, f"screening:{screening.status}", by=by, at=at)
    return needs


def _read(item: Item, codes: Collection[str], state: AnswerState, reason: NotAskedReason | None) -> rules.Answer:
    try:
        if state is AnswerState.ANSWERED:
            return rules.answer_with(item, codes)
    except rules.AnswerRefused as refusal:
        raise Refused(str(refusal)) from refusal
    if state is AnswerState.DECLINED:
        return rules.declined(item)
    if state is AnswerState.UNKNOWN:
        return rules.unknown(item)
    return rules.not_asked(item, reason or NotAskedReason.SKIPPED_FOR_NOW)


def _check_asker(screening: Screening, by: Principal) -> None:
    if screening.asked_by_user_id != by.user_id:
        raise NotAllowed("Only whoever began these questions can go on with them.")
    if not screening.is_open:
        raise Refused("These questions are finished. Begin again to ask once more; nothing is lost.")


def _check_may_ask(screening: Screening, item: Item, said: rules.Answer) -> None:
    if said.state is AnswerState.NOT_ASKED:
        return
    obstacle = rules.reason_not_to_ask(item, is_alone=screening.is_alone, is_proxy=screening.is_proxy)
    if obstacle is NotAskedReason.PROXY_ANSWERS:
        raise Refused("Ask this of the person alone, not of somebody who answers for them.")
    if obstacle is NotAskedReason.NOT_PRIVATE:
        raise Refused("Ask this only in private and not on a shared line.")


def _keep(
    session: Session, screening: Screening, item: Item, said: rules.Answer, known: Answer | None, at: datetime
) -> Answer:
    row = known or Answer(
        screening_id=screening.id,
        person_id=screening.person_id,
        network_id=screening.network_id,
        asked_by_user_id=screening.asked_by_user_id,
        link_id=item.link_id,
    )
    session.add(row)
    row.state, row.reason, row.answered_at = said.state, said.reason, at
    row.keep(said.codes, rules.level_of_item(item))
    session.flush()
    return row


def _pass_over(session: Session, screening: Screening, item: Item, at: datetime) -> rules.Answer:
    obstacle = rules.reason_not_to_ask(item, is_alone=screening.is_alone, is_proxy=screening.is_proxy)
    said = rules.not_asked(item, obstacle or NotAskedReason.OUT_OF_TIME)
    _keep(session, screening, item, said, None, at)
    return said


def _record(
    session: Session, screening: Screening, action: str, *, by: Principal, at: datetime, **details: Any
) -> None:
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
