"""Need episodes with the stages they reached, and domains that were screened without finding a need."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    Subquery,
    Text,
    Uuid,
    and_,
    any_,
    cast,
    column,
    false,
    func,
    literal,
    or_,
    select,
    true,
    values,
)

from referral.equity.queries.strata import domain_case, local_day, plan_on, race_groups
from referral.messaging.models import Question
from referral.messaging.rules import QuestionStatus
from referral.organizations.models import Network
from referral.people.models import Consent, Person
from referral.people.rules import AnswerState, ConsentScope, NeedDomain, SensitivityLevel
from referral.referrals.models import OutcomeEvidence, Referral
from referral.referrals.rules import Connection, EvidenceKind, PersonAnswer, Status
from referral.referrals.rules.evidence import DELIVERY_GRADES
from referral.screening.models import Answer, InstrumentVersion, Need, Screening
from referral.screening.rules import ItemKind, NeedState, ScreeningStatus, read_questionnaire

AskedAbout = Sequence[tuple[UUID, str, NeedDomain]]
"""Instrument, question and the family of needs it asks about."""
REACHED = (QuestionStatus.OPEN, QuestionStatus.ANSWERED, QuestionStatus.SILENT, QuestionStatus.STOPPED)
"""Questions that left the house: the person was asked, whatever came back."""


def asked_about(instruments: Sequence[InstrumentVersion]) -> AskedAbout:
    """Return which question of which instrument asks about which family of needs; safety is left out."""
    return [
        (version.id, item.link_id, item.domain)
        for version in instruments
        for item in read_questionnaire(version.document)
        if item.kind is ItemKind.NEED and item.domain is not None and item.level < SensitivityLevel.L3
    ]


def found() -> Select[*tuple[Any, ...]]:
    """Return one row for each need, dismissed ones as screened only."""
    loop, race = _loops(), race_groups()
    need_on = local_day(Network.time_zone, Need.found_at)
    is_need = Need.state != NeedState.DISMISSED
    stages = (loop.c.is_referred, loop.c.is_accepted, loop.c.is_started, loop.c.is_received, loop.c.is_confirmed)
    return (
        select(
            cast(Need.id, Text),
            Need.network_id,
            plan_on(Need.person_id, need_on),
            domain_case(Need.category),
            need_on,
            Need.level,
            race.c.race_ethnicity,
            Person.language,
            true(),
            is_need,
            and_(is_need, _has_consented()),
            *(and_(is_need, func.coalesce(stage, false())) for stage in stages),
            and_(is_need, func.coalesce(loop.c.is_asked, false())),
            and_(is_need, func.coalesce(loop.c.is_answered, false())),
        )
        .select_from(Need)
        .join(Person, Person.id == Need.person_id)
        .join(Network, Network.id == Need.network_id)
        .outerjoin(loop, loop.c.need_id == Need.id)
        .outerjoin(race, race.c.person_id == Need.person_id)
        .where(Need.level < SensitivityLevel.L3, Person.level < SensitivityLevel.L3)
    )


def screened_only(questions: AskedAbout) -> Select[*tuple[Any, ...]]:
    """Return one row for each domain that a finished screening asked about, where no need stood or was found."""
    about = _questions(questions)
    race = race_groups()
    need_on = local_day(Network.time_zone, Screening.started_at)
    return (
        select(
            func.concat(cast(Screening.id, String), "/", about.c.domain),
            Screening.network_id,
            plan_on(Screening.person_id, need_on),
            about.c.domain,
            need_on,
            literal(SensitivityLevel.L1.value),
            race.c.race_ethnicity,
            Person.language,
            true(),
            *([false()] * 9),
        )
        .distinct()
        .select_from(Screening)
        .join(Answer, Answer.screening_id == Screening.id)
        .join(about, and_(about.c.instrument_id == Screening.instrument_id, about.c.link_id == Answer.link_id))
        .join(Person, Person.id == Screening.person_id)
        .join(Network, Network.id == Screening.network_id)
        .outerjoin(race, race.c.person_id == Screening.person_id)
        .where(Screening.status != ScreeningStatus.IN_PROGRESS, Answer.state == AnswerState.ANSWERED)
        .where(Answer.level < SensitivityLevel.L3, Person.level < SensitivityLevel.L3)
        .where(~_need_stands(about.c.domain))
    )


def _questions(questions: AskedAbout) -> Any:
    rows = [(instrument, link, domain.value) for instrument, link, domain in questions]
    columns = (column("instrument_id", Uuid), column("link_id", Text), column("domain", Text))
    return values(*columns, name="asked_about").data(rows)


def _need_stands(domain: ColumnElement[Any]) -> ColumnElement[bool]:
    """Say whether the screening found a need of the domain, or one was already open when it was held."""
    open_then = and_(
        Need.found_at <= func.coalesce(Screening.ended_at, Screening.started_at),
        or_(Need.ended_at.is_(None), Need.ended_at > Screening.started_at),
    )
    return (
        select(Need.id)
        .where(Need.person_id == Screening.person_id, domain_case(Need.category) == domain)
        .where(or_(Need.screening_id == Screening.id, open_then))
        .exists()
    )


def _has_consented() -> ColumnElement[bool]:
    """Say whether the person allowed sharing for this domain while the need stood; an empty list means all."""
    is_covered = or_(func.cardinality(Consent.domains) == 0, domain_case(Need.category) == any_(Consent.domains))
    return (
        select(Consent.id)
        .where(Consent.person_id == Need.person_id, Consent.scope == ConsentScope.REFERRAL_SHARE, is_covered)
        .where(or_(Consent.revoked_at.is_(None), Consent.revoked_at > Need.found_at))
        .where(or_(Need.ended_at.is_(None), Consent.recorded_at <= Need.ended_at))
        .exists()
    )


def _loops() -> Subquery:
    """Return, for each need, how far its referrals came together and whether the person was asked."""
    evidence = _evidence()
    was_asked = (
        select(Question.id)
        .where(Question.subject_kind == "referral", Question.subject_id == Referral.id)
        .where(Question.status.in_(REACHED))
        .exists()
    )
    has_spoken = func.coalesce(evidence.c.has_spoken, false())
    return (
        select(
            Referral.need_id,
            func.bool_or(Referral.sent_at.is_not(None)).label("is_referred"),
            func.bool_or(Referral.accepted_at.is_not(None)).label("is_accepted"),
            func.bool_or(or_(Referral.started_at.is_not(None), Referral.status == Status.SERVED)).label("is_started"),
            func.bool_or(func.coalesce(evidence.c.is_delivered, false())).label("is_received"),
            func.bool_or(and_(has_spoken, Referral.connection == Connection.CONNECTED)).label("is_confirmed"),
            func.bool_or(or_(was_asked, has_spoken)).label("is_asked"),
            func.bool_or(has_spoken).label("is_answered"),
        )
        .select_from(Referral)
        .outerjoin(evidence, evidence.c.referral_id == Referral.id)
        .where(Referral.status.not_in([Status.DRAFT, Status.ENTERED_IN_ERROR]))
        .group_by(Referral.need_id)
        .subquery("loop")
    )


def _evidence() -> Subquery:
    says_help = OutcomeEvidence.answer != PersonAnswer.NOT_HELPED
    is_delivery = and_(OutcomeEvidence.kind.in_(DELIVERY_GRADES), says_help)
    return (
        select(
            OutcomeEvidence.referral_id,
            func.bool_or(is_delivery).label("is_delivered"),
            func.bool_or(OutcomeEvidence.kind == EvidenceKind.PERSON_CONFIRMATION).label("has_spoken"),
        )
        .where(OutcomeEvidence.retracted_at.is_(None))
        .group_by(OutcomeEvidence.referral_id)
        .subquery("evidence")
    )
