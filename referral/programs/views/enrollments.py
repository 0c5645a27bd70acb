"""Pages: propose a person for a program, and the plan's decision."""

from uuid import UUID

from flask.typing import ResponseReturnValue

from referral.foundation import clock
from referral.foundation.refusals import NotFound, Refused
from referral.people import service as people
from referral.people.models import Person
from referral.programs import queries, service
from referral.programs.facts import criteria_of, eligibility_facts
from referral.programs.models import Enrollment, Program
from referral.programs.permissions import ProgramPermission
from referral.programs.rules import NEXT_STEPS, EnrollmentAction, EnrollmentState, applicable_categories, is_eligible
from referral.programs.schemas import EnrollmentDecision, ProposalForm
from referral.programs.views.blueprint import pages
from referral.web.forms import FormState
from referral.web.guard import allow
from referral.web.pages import go, read, redisplay, show
from referral.web.transaction import db, me


def enrollment_page(person_id: UUID, form: FormState | None = None, **_parameters: object) -> ResponseReturnValue:
    """Show a person's enrollments, or what is known about their eligibility and the form to propose them."""
    person = people.open_person(db(), person_id, by=me(), at=clock.now())
    program = _program(person)
    running = queries.open_enrollment(db(), person.id, program.id)
    facts = eligibility_facts(db(), person, on=clock.today(), answers={})
    definition = program.definition()
    return show(
        "programs/enrollment.html",
        person=person,
        program=program,
        enrollment=running,
        past=[one for one in queries.enrollments_of(db(), person.id) if one.state not in queries.OPEN_ENROLLMENTS],
        findings=is_eligible(definition, facts).findings,
        categories=[category for category, _ in applicable_categories(definition, facts)],
        next_steps=NEXT_STEPS,
        may_propose=me().can(ProgramPermission.PROPOSE),
        may_decide=me().can(ProgramPermission.DECIDE_ENROLLMENT),
        form=form or FormState(),
    )


@pages.get("/people/<uuid:person_id>/enrollment")
@allow(ProgramPermission.READ_ENROLLMENT)
def enrollment(person_id: UUID) -> ResponseReturnValue:
    """Show where a person stands with the program."""
    return enrollment_page(person_id)


@pages.post("/people/<uuid:person_id>/enrollment")
@allow(ProgramPermission.PROPOSE)
@redisplay(enrollment_page)
def propose(person_id: UUID) -> ResponseReturnValue:
    """Propose the person for the program."""
    person = people.open_person(db(), person_id, by=me(), at=clock.now())
    given = read(ProposalForm)
    program = _program(person)
    service.propose_enrollment(
        db(),
        person,
        program,
        criteria=criteria_of(program, met=given["met"], is_complete=given["is_complete"]),
        is_pregnant=given["is_pregnant"],
        by=me(),
        at=clock.now(),
    )
    return go("programs.enrollment", "Proposed. The plan decides.", person_id=person_id)


@pages.post("/people/<uuid:person_id>/enrollment/<any(enroll, refuse, end, withdraw):action>")
@allow(ProgramPermission.READ_ENROLLMENT)
@redisplay(enrollment_page)
def decide_enrollment(person_id: UUID, action: str) -> ResponseReturnValue:
    """Enroll, refuse or end, as the plan; withdraw, as whoever heard the person."""
    reason = read(EnrollmentDecision)["reason"]
    running = _running(person_id)
    step = EnrollmentAction(action)
    if step is EnrollmentAction.ENROLL:
        service.confirm_enrollment(db(), running, by=me(), at=clock.now())
    elif step is EnrollmentAction.WITHDRAW:
        service.withdraw_enrollment(db(), running, by=me(), at=clock.now())
    elif not reason:
        raise Refused("Say why.")
    elif step is EnrollmentAction.REFUSE:
        service.refuse_enrollment(db(), running, reason=reason, by=me(), at=clock.now())
    else:
        service.end_enrollment(db(), running, reason=reason, by=me(), at=clock.now())
    return go("programs.enrollment", _SAID[running.state], person_id=person_id)


_SAID = {
    EnrollmentState.ENROLLED: "The person is enrolled.",
    EnrollmentState.REFUSED: "The enrollment is refused.",
    EnrollmentState.ENDED: "The enrollment has ended.",
    EnrollmentState.WITHDRAWN: "Noted: the person does not take part.",
}


def _program(person: Person) -> Program:
    program = next(iter(queries.programs_of(db(), person.network_id)), None)
    if program is None:
        raise NotFound
    return program


def _running(person_id: UUID) -> Enrollment:
    person = people.open_person(db(), person_id, by=me(), at=clock.now())
    running = queries.open_enrollment(db(), person.id, _program(person).id)
    if running is None:
        raise Refused("There is no enrollment that could be decided.")
    return running
