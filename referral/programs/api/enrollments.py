"""JSON: who may join a program, who is proposed, and the plan's decision."""

from typing import Any
from uuid import UUID

from referral.audit import service as audit
from referral.foundation import clock
from referral.foundation.refusals import NotFound, Refused
from referral.people import service as people
from referral.people.models import Person
from referral.programs import queries, service
from referral.programs.api.blueprint import api
from referral.programs.facts import criteria_of, eligibility_facts
from referral.programs.models import Enrollment, Program
from referral.programs.permissions import ProgramPermission
from referral.programs.rules import applicable_categories, is_eligible
from referral.programs.schemas import EligibilityOut, EnrollmentDecision, EnrollmentOut, EnrollmentPage, ProposalForm
from referral.web.deeds import Deeds
from referral.web.guard import allow
from referral.web.shapes import whole
from referral.web.transaction import db, me


@api.get("/people/<uuid:person_id>/eligibility")
@allow(ProgramPermission.READ_ENROLLMENT)
@api.response(200, EligibilityOut)
def eligibility(person_id: UUID) -> dict[str, Any]:
    """Read what is known about a person's eligibility, and which health criteria to ask about."""
    person = _person(person_id)
    program = _program(person)
    definition = program.definition()
    facts = eligibility_facts(db(), person, on=clock.today(), answers={})
    found = is_eligible(definition, facts)
    categories = [category for category, _ in applicable_categories(definition, facts)]
    return {"program_id": program.id, "verdict": found.verdict, "findings": found.findings, "categories": categories}


@api.get("/people/<uuid:person_id>/enrollments")
@allow(ProgramPermission.READ_ENROLLMENT)
@api.response(200, EnrollmentOut(many=True))
def enrollments(person_id: UUID) -> list[Enrollment]:
    """List a person's enrollments, the latest first."""
    return list(queries.enrollments_of(db(), _person(person_id).id))


@api.post("/people/<uuid:person_id>/enrollments")
@allow(ProgramPermission.PROPOSE)
@api.arguments(ProposalForm)
@api.response(201, EnrollmentOut)
def propose(form: dict[str, Any], person_id: UUID) -> Enrollment:
    """Propose a person for the network's program."""
    person = _person(person_id)
    program = _program(person)
    return service.propose_enrollment(
        db(),
        person,
        program,
        criteria=criteria_of(program, met=form["met"], is_complete=form["is_complete"]),
        is_pregnant=form["is_pregnant"],
        by=me(),
        at=clock.now(),
    )


@api.get("/enrollments")
@allow(ProgramPermission.DECIDE_ENROLLMENT)
@api.response(200, EnrollmentPage)
def proposed() -> dict[str, Any]:
    """List the enrollments that wait for the plan, the oldest first."""
    plan_id = me().organization_id
    found = [enrollment for enrollment, _ in queries.proposed_enrollments(db(), plan_id)] if plan_id else []
    ids = [enrollment.id for enrollment in found]
    audit.record_list(db(), "enrollment:listed", at=clock.now(), kind="enrollment", ids=ids)
    return whole(found)


def _person(person_id: UUID) -> Person:
    return people.open_person(db(), person_id, by=me(), at=clock.now())


def _program(person: Person) -> Program:
    program = next(iter(queries.programs_of(db(), person.network_id)), None)
    if program is None:
        raise NotFound
    return program


def _open(enrollment_id: UUID) -> Enrollment:
    found = queries.enrollment(db(), enrollment_id)
    if found is None:
        raise NotFound
    _person(found.person_id)
    return found


def _said(reason: str | None) -> str:
    if not reason:
        raise Refused("Say why.")
    return reason


one = Deeds(api, "/enrollments/<uuid:enrollment_id>", EnrollmentOut, _open)


@one.deed("enroll", ProgramPermission.DECIDE_ENROLLMENT)
def enroll(found: Enrollment) -> None:
    """Enroll the person, as the plan."""
    service.confirm_enrollment(db(), found, by=me(), at=clock.now())


@one.deed("refuse", ProgramPermission.DECIDE_ENROLLMENT, EnrollmentDecision)
def refuse(found: Enrollment, reason: str | None) -> None:
    """Refuse the enrollment, as the plan, saying why."""
    service.refuse_enrollment(db(), found, reason=_said(reason), by=me(), at=clock.now())


@one.deed("end", ProgramPermission.READ_ENROLLMENT, EnrollmentDecision)
def end(found: Enrollment, reason: str | None) -> None:
    """End an enrollment that no longer fits, saying why; the table of moves says who may."""
    service.end_enrollment(db(), found, reason=_said(reason), by=me(), at=clock.now())


@one.deed("withdraw", ProgramPermission.READ_ENROLLMENT)
def withdraw(found: Enrollment) -> None:
    """Take the person out because they say so; the table of moves says who may write it down."""
    service.withdraw_enrollment(db(), found, by=me(), at=clock.now())
