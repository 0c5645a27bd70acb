"""Propose an enrollment, and decide it: the plan says who qualifies."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from referral.audit import service as audit
from referral.foundation import jobs
from referral.foundation.principal import Principal
from referral.foundation.refusals import Refused
from referral.people import queries as people_queries
from referral.people import service as people
from referral.people.models import Person
from referral.people.rules import ConsentScope, GrantBasis, GrantScope
from referral.programs import queries
from referral.programs.facts import eligibility_facts
from referral.programs.models import Enrollment, Program
from referral.programs.rules import (
    ENROLLMENT_MOVES,
    CriterionAnswer,
    Eligibility,
    EnrollmentAction,
    is_eligible,
    next_state,
    refuse_own_work,
)
from referral.programs.service.disclosing import disclose_enrollment
from referral.programs.service.movers import act_for, movers_of


def propose_enrollment(
    session: Session,
    person: Person,
    program: Program,
    *,
    criteria: Mapping[str, bool | None],
    by: Principal,
    at: datetime,
    is_pregnant: bool | None = None,
) -> Enrollment:
    """Propose somebody on the answers to the program's criteria; needs their signed consent and a plan."""
    if queries.open_enrollment(session, person.id, program.id) is not None:
        raise Refused("This person is already proposed for or enrolled in the program.")
    today = local_day(program, at)
    coverage = people_queries.coverage_on(session, person.id, today)
    if coverage is None:
        raise Refused("Record the person's health plan first: the plan decides who is enrolled.")
    _refuse_without_consent(session, person, program, at=at)
    answers = _answers(criteria, by, today)
    facts = eligibility_facts(session, person, on=today, answers=answers, is_pregnant=is_pregnant)
    answer = is_eligible(program.definition(), facts)
    kept = _kept(answers, is_pregnant=is_pregnant)
    enrollment = _proposal(person, program, coverage.plan_id, answer, kept, by=by, at=at)
    session.add(enrollment)
    session.flush()
    people.grant(
        session,
        person_id=person.id,
        network_id=person.network_id,
        organization_id=coverage.plan_id,
        scope=GrantScope.BILLING,
        level=person.level,
        basis=GrantBasis.COVERAGE,
        basis_id=enrollment.id,
        at=at,
    )
    _record(session, enrollment, "enrollment:proposed", by=by, at=at)
    disclose_enrollment(session, enrollment, by=by, at=at)
    return enrollment


def _proposal(
    person: Person,
    program: Program,
    plan_id: UUID,
    answer: Eligibility,
    criteria: dict[str, Any],
    *,
    by: Principal,
    at: datetime,
) -> Enrollment:
    return Enrollment(
        person_id=person.id,
        network_id=person.network_id,
        program_id=program.id,
        organization_id=by.organization_id or person.intake_organization_id,
        plan_id=plan_id,
        level=person.level,
        state=next_state(ENROLLMENT_MOVES, None, EnrollmentAction.PROPOSE, movers=movers_of(by)),
        criteria=criteria,
        verdict=answer.verdict,
        findings=_findings(answer),
        proposed_by_user_id=by.user_id,
        proposed_at=at,
        program=program,
    )


def confirm_enrollment(session: Session, enrollment: Enrollment, *, by: Principal, at: datetime) -> None:
    """Enroll the person: the plan's decision, never by whoever proposed."""
    act_for(by, enrollment.plan_id)
    refuse_own_work(by.user_id, enrollment.proposed_by_user_id)
    _decide(session, enrollment, EnrollmentAction.ENROLL, by=by, at=at)
    enrollment.starts_on = local_day(enrollment.program, at)
    session.flush()


def refuse_enrollment(session: Session, enrollment: Enrollment, *, reason: str, by: Principal, at: datetime) -> None:
    """Refuse to enroll the person, saying why."""
    act_for(by, enrollment.plan_id)
    refuse_own_work(by.user_id, enrollment.proposed_by_user_id)
    _decide(session, enrollment, EnrollmentAction.REFUSE, by=by, at=at, reason=reason)


def withdraw_enrollment(session: Session, enrollment: Enrollment, *, by: Principal, at: datetime) -> None:
    """Take the person out because they say so; nobody has to agree."""
    _decide(session, enrollment, EnrollmentAction.WITHDRAW, by=by, at=at)
    people.revoke(session, basis_id=enrollment.id, at=at)


def end_enrollment(session: Session, enrollment: Enrollment, *, reason: str, by: Principal, at: datetime) -> None:
    """End an enrollment that no longer fits."""
    _decide(session, enrollment, EnrollmentAction.END, by=by, at=at, reason=reason)


def local_day(program: Program, at: datetime) -> date:
    """Return the date in the program's time zone."""
    return at.astimezone(ZoneInfo(program.definition().time_zone)).date()


def _decide(
    session: Session,
    enrollment: Enrollment,
    action: EnrollmentAction,
    *,
    by: Principal,
    at: datetime,
    reason: str | None = None,
) -> None:
    enrollment.state = next_state(ENROLLMENT_MOVES, enrollment.state, action, movers=movers_of(by))
    enrollment.decided_at = at
    enrollment.decided_by_user_id = by.user_id
    enrollment.reason = reason
    if action in {EnrollmentAction.WITHDRAW, EnrollmentAction.END}:
        enrollment.ends_on = local_day(enrollment.program, at)
    session.flush()
    _record(session, enrollment, f"enrollment:{enrollment.state}", by=by, at=at)


def _refuse_without_consent(session: Session, person: Person, program: Program, *, at: datetime) -> None:
    consents = people_queries.consents_in_force(session, person.id, at=at)
    if not any(consent.scope is ConsentScope.PILOT_ENROL for consent in consents):
        raise Refused(f"The person has to sign that they join {program.name}, by a link to their phone or on paper.")


def _answers(criteria: Mapping[str, bool | None], by: Principal, on: date) -> dict[str, CriterionAnswer]:
    return {code: CriterionAnswer(is_met, on, by.name or by.id) for code, is_met in criteria.items()}


def _kept(answers: Mapping[str, CriterionAnswer], *, is_pregnant: bool | None) -> dict[str, Any]:
    kept: dict[str, Any] = {
        code: {"is_met": answer.is_met, "answered_on": answer.answered_on.isoformat(), "source": answer.source}
        for code, answer in answers.items()
    }
    return kept | {"is_pregnant": is_pregnant}


def _findings(answer: Eligibility) -> list[dict[str, str | None]]:
    return [
        {
            "part": finding.part,
            "verdict": finding.verdict.value,
            "sentence": finding.sentence,
            "status": finding.status.value,
            "source": finding.source,
        }
        for finding in answer.findings
    ]


def _record(session: Session, enrollment: Enrollment, action: str, *, by: Principal, at: datetime) -> None:
    audit.record(
        session,
        action,
        by=by,
        at=at,
        person_id=enrollment.person_id,
        network_id=enrollment.network_id,
        subject=("enrollment", enrollment.id),
    )
    key = f"enrollment-{enrollment.id}-v{enrollment.version}"
    jobs.add(session, "enrollment.changed", key=key, enrollment_id=enrollment.id)
