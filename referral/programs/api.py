"""JSON: enrollments and service authorizations; the same verbs as the pages."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from referral.audit import service as audit
from referral.foundation import clock
from referral.foundation.refusals import NotFound, Refused
from referral.people import service as people
from referral.programs import queries, service
from referral.programs.facts import criteria_of
from referral.programs.models import Enrollment, ServiceAuthorization
from referral.programs.permissions import ProgramPermission
from referral.programs.schemas import (
    ApprovalForm,
    AuthorizationOut,
    AuthorizationPage,
    CancelForm,
    DenialForm,
    EnrollmentDecision,
    EnrollmentOut,
    ListQuery,
    NoteForm,
    ProposalForm,
    RequestIn,
)
from referral.programs.service.decisions import ApprovedTerms
from referral.referrals import service as referrals
from referral.web.guard import allow
from referral.web.transaction import db, me

api = Blueprint("programs_api", __name__, url_prefix="/api/v1", description="Enrollments and service authorizations")


@api.get("/people/<uuid:person_id>/enrollments")
@allow(ProgramPermission.READ_ENROLLMENT)
@api.response(200, EnrollmentOut(many=True))
def enrollments(person_id: UUID) -> list[Enrollment]:
    """List a person's enrollments, the latest first."""
    person = people.open_person(db(), person_id, by=me(), at=clock.now())
    return list(queries.enrollments_of(db(), person.id))


@api.post("/people/<uuid:person_id>/enrollments")
@allow(ProgramPermission.PROPOSE)
@api.arguments(ProposalForm)
@api.response(201, EnrollmentOut)
def propose(form: dict[str, Any], person_id: UUID) -> Enrollment:
    """Propose a person for the network's program."""
    person = people.open_person(db(), person_id, by=me(), at=clock.now())
    program = next(iter(queries.programs_of(db(), person.network_id)), None)
    if program is None:
        raise NotFound
    return service.propose_enrollment(
        db(),
        person,
        program,
        criteria=criteria_of(program, met=form["met"], is_complete=form["is_complete"]),
        is_pregnant=form["is_pregnant"],
        by=me(),
        at=clock.now(),
    )


@api.post("/enrollments/<uuid:enrollment_id>/enroll")
@allow(ProgramPermission.DECIDE_ENROLLMENT)
@api.response(200, EnrollmentOut)
def enroll(enrollment_id: UUID) -> Enrollment:
    """Enroll the person, as the plan."""
    found = _enrollment(enrollment_id)
    service.confirm_enrollment(db(), found, by=me(), at=clock.now())
    return found


@api.post("/enrollments/<uuid:enrollment_id>/refuse")
@allow(ProgramPermission.DECIDE_ENROLLMENT)
@api.arguments(EnrollmentDecision)
@api.response(200, EnrollmentOut)
def refuse(form: dict[str, Any], enrollment_id: UUID) -> Enrollment:
    """Refuse the enrollment, as the plan, saying why."""
    found = _enrollment(enrollment_id)
    if not form["reason"]:
        raise Refused("Say why.")
    service.refuse_enrollment(db(), found, reason=form["reason"], by=me(), at=clock.now())
    return found


@api.get("/service-authorizations")
@allow(ProgramPermission.READ)
@api.arguments(ListQuery, location="query")
@api.response(200, AuthorizationPage)
def authorizations(asked: dict[str, Any]) -> dict[str, Any]:
    """List service authorizations, the latest first."""
    states = (asked["state"],) if asked["state"] else ()
    rows = queries.authorizations(db(), by=me(), states=states, after=asked["after"], limit=asked["limit"])
    found = [authorization for authorization, _ in rows]
    ids = [one.id for one in found]
    audit.record_list(db(), "service_authorization:listed", at=clock.now(), kind="service_authorization", ids=ids)
    return {"items": found, "next": ids[-1] if len(ids) == asked["limit"] else None}


@api.post("/referrals/<uuid:referral_id>/service-authorizations")
@allow(ProgramPermission.REQUEST)
@api.arguments(RequestIn)
@api.response(201, AuthorizationOut)
def request_one(form: dict[str, Any], referral_id: UUID) -> ServiceAuthorization:
    """Ask the plan to pay for a service of an accepted referral."""
    referral = referrals.open_referral(db(), referral_id, by=me(), at=clock.now())
    return service.request_authorization(db(), referral, by=me(), at=clock.now(), **form)


@api.get("/service-authorizations/<uuid:authorization_id>")
@allow(ProgramPermission.READ)
@api.response(200, AuthorizationOut)
def authorization(authorization_id: UUID) -> ServiceAuthorization:
    """Read a service authorization."""
    return _open(authorization_id)


@api.post("/service-authorizations/<uuid:authorization_id>/confirm")
@allow(ProgramPermission.CONFIRM)
@api.response(200, AuthorizationOut)
def confirm(authorization_id: UUID) -> ServiceAuthorization:
    """Confirm what the delivering organization suggested."""
    found = _open(authorization_id)
    service.confirm(db(), found, by=me(), at=clock.now())
    return found


@api.post("/service-authorizations/<uuid:authorization_id>/approve")
@allow(ProgramPermission.DECIDE)
@api.arguments(ApprovalForm)
@api.response(200, AuthorizationOut)
def approve(form: dict[str, Any], authorization_id: UUID) -> ServiceAuthorization:
    """Approve it, as requested or with other terms."""
    found, reason = _open(authorization_id), form.pop("reason")
    service.approve(db(), found, terms=ApprovedTerms(**form), reason=reason, by=me(), at=clock.now())
    return found


@api.post("/service-authorizations/<uuid:authorization_id>/deny")
@allow(ProgramPermission.DECIDE)
@api.arguments(DenialForm)
@api.response(200, AuthorizationOut)
def deny(form: dict[str, Any], authorization_id: UUID) -> ServiceAuthorization:
    """Deny it with a reason."""
    found = _open(authorization_id)
    service.deny(db(), found, by=me(), at=clock.now(), **form)
    return found


@api.post("/service-authorizations/<uuid:authorization_id>/ask")
@allow(ProgramPermission.DECIDE)
@api.arguments(NoteForm)
@api.response(200, AuthorizationOut)
def ask(form: dict[str, Any], authorization_id: UUID) -> ServiceAuthorization:
    """Ask the referrer for more information."""
    found = _open(authorization_id)
    service.ask_for_information(db(), found, by=me(), at=clock.now(), **form)
    return found


@api.post("/service-authorizations/<uuid:authorization_id>/cancel")
@allow(ProgramPermission.CANCEL)
@api.arguments(CancelForm)
@api.response(200, AuthorizationOut)
def cancel(form: dict[str, Any], authorization_id: UUID) -> ServiceAuthorization:
    """Cancel it; what was delivered before stays payable."""
    found = _open(authorization_id)
    service.cancel(db(), found, by=me(), at=clock.now(), **form)
    return found


def _open(authorization_id: UUID) -> ServiceAuthorization:
    return service.open_authorization(db(), authorization_id, by=me(), at=clock.now())


def _enrollment(enrollment_id: UUID) -> Enrollment:
    found = queries.enrollment(db(), enrollment_id)
    if found is None:
        raise NotFound
    return found
