"""Asking: begin, open again, end."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from referral.audit.service import Told
from referral.foundation.principal import Principal
from referral.foundation.refusals import NotFound, Refused
from referral.people import queries as people
from referral.people.models import Person
from referral.people.rules import AnswerState, ConsentScope
from referral.people.service.disclosing import record_opening
from referral.screening import queries, rules
from referral.screening.models import InstrumentVersion, Need, Screening
from referral.screening.rules import Mode, Respondent, ScreeningStatus
from referral.screening.service.answers import check_asker, pass_over, read_answers, trace
from referral.screening.service.finding import find_needs
from referral.screening.service.instruments import instrument_of, read_version


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
    trace(session, screening, "screening:started", by=by, at=at, instrument_id=instrument.id)
    return screening


def open_screening(session: Session, screening_id: UUID, *, by: Principal, at: datetime) -> Screening:
    """Open a screening for reading; NotFound when the asker may not see it. Audited."""
    screening = queries.screening(session, screening_id)
    if screening is None:
        raise NotFound
    trace(session, screening, "screening:read", by=by, at=at)
    told = Told(
        person_id=screening.person_id,
        network_id=screening.network_id,
        subject=("screening", screening.id),
        what=["screening"],
        level=queries.level_shown(session, screening),
    )
    record_opening(session, told, by=by, at=at, wrote_it=screening.organization_id)
    return screening


def complete(session: Session, screening: Screening, *, by: Principal, at: datetime) -> list[Need]:
    """End a screening and return the needs it suggests or strengthens; what was passed over is kept as not asked."""
    check_asker(screening, by)
    instrument = instrument_of(screening)
    answers = dict(read_answers(session, screening))
    if not any(said.state is not AnswerState.NOT_ASKED for said in answers.values()):
        raise Refused("No question was asked yet.")
    left_out = [item for item in instrument if item.link_id not in answers]
    answers |= {said.link_id: said for said in pass_over(session, screening, left_out, at=at)}
    is_whole = rules.is_complete(instrument, answers)
    screening.status = ScreeningStatus.COMPLETED if is_whole else ScreeningStatus.STOPPED
    screening.ended_at = at
    needs = find_needs(session, screening, instrument, answers, by=by, at=at)
    trace(session, screening, f"screening:{screening.status}", by=by, at=at)
    return needs
