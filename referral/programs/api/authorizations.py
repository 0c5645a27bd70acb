"""JSON: service authorizations, from the request to the plan's decision."""

from datetime import date
from typing import Any
from uuid import UUID

from referral.audit import service as audit
from referral.foundation import clock
from referral.programs import queries, service
from referral.programs.api.blueprint import api
from referral.programs.models import ServiceAuthorization
from referral.programs.permissions import ProgramPermission
from referral.programs.schemas import (
    ApprovalForm,
    AuthorizationChangePage,
    AuthorizationOut,
    AuthorizationPage,
    CancelForm,
    DenialForm,
    GroundsOut,
    GroundsQuery,
    ListQuery,
    NoteForm,
    RequestIn,
)
from referral.programs.service.decisions import ApprovedTerms
from referral.referrals import service as referrals
from referral.web.deeds import Deeds
from referral.web.guard import allow
from referral.web.shapes import page, whole
from referral.web.ticks import OutcomePage, TicksIn
from referral.web.transaction import db, me


@api.get("/service-authorizations")
@allow(ProgramPermission.READ)
@api.arguments(ListQuery, location="query")
@api.response(200, AuthorizationPage)
def authorizations(asked: dict[str, Any]) -> dict[str, Any]:
    """List service authorizations, the latest first."""
    states = (asked["state"],) if asked["state"] else ()
    rows = queries.authorizations(db(), by=me(), states=states, after=asked["after"], limit=asked["limit"])
    found = [authorization for authorization, _ in rows]
    ids = [authorization.id for authorization in found]
    audit.record_list(db(), "service_authorization:listed", at=clock.now(), kind="service_authorization", ids=ids)
    return page(found, asked["limit"])


@api.post("/service-authorizations/approve")
@allow(ProgramPermission.DECIDE)
@api.arguments(TicksIn)
@api.response(200, OutcomePage)
def approve_ticked(form: dict[str, Any]) -> dict[str, Any]:
    """Approve several as requested; answers for each whether it was done, and why it was not."""
    return whole(service.approve_each(db(), form["ticked"], by=me(), at=clock.now()))


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


@api.get("/service-authorizations/<uuid:authorization_id>/story")
@allow(ProgramPermission.READ)
@api.response(200, AuthorizationChangePage)
def story(authorization_id: UUID) -> dict[str, Any]:
    """Read what was done with a service authorization, the oldest first."""
    return whole(queries.changes_of(db(), _open(authorization_id).id))


@api.get("/service-authorizations/<uuid:authorization_id>/grounds")
@allow(ProgramPermission.GROUNDS)
@api.arguments(GroundsQuery, location="query")
@api.response(200, GroundsOut)
def grounds(asked: dict[str, Any], authorization_id: UUID) -> service.Grounds:
    """Read whether the permissions stand, and whether the person was a member and enrolled on a day: yes or no."""
    return service.grounds_of_authorization(
        db(), _open(authorization_id), on=asked["on"] or clock.today(me().time_zone), at=clock.now()
    )


def _open(authorization_id: UUID) -> ServiceAuthorization:
    return service.open_authorization(db(), authorization_id, by=me(), at=clock.now())


one = Deeds(api, "/service-authorizations/<uuid:authorization_id>", AuthorizationOut, _open)


@one.deed("confirm", ProgramPermission.CONFIRM)
def confirm(found: ServiceAuthorization) -> None:
    """Confirm what the delivering organization suggested."""
    service.confirm(db(), found, by=me(), at=clock.now())


@one.deed("review", ProgramPermission.DECIDE)
def review(found: ServiceAuthorization) -> None:
    """Take the request into review."""
    service.take_up(db(), found, by=me(), at=clock.now())


@one.deed("approve", ProgramPermission.DECIDE, ApprovalForm)
def approve(found: ServiceAuthorization, reason: str | None, **terms: Any) -> None:
    """Approve it, as requested or with other terms."""
    service.approve(db(), found, terms=ApprovedTerms(**terms), reason=reason, by=me(), at=clock.now())


@one.deed("deny", ProgramPermission.DECIDE, DenialForm)
def deny(found: ServiceAuthorization, **said: Any) -> None:
    """Deny it with a reason."""
    service.deny(db(), found, **said, by=me(), at=clock.now())


@one.deed("ask", ProgramPermission.DECIDE, NoteForm)
def ask(found: ServiceAuthorization, note: str) -> None:
    """Ask the referrer for more information."""
    service.ask_for_information(db(), found, note=note, by=me(), at=clock.now())


@one.deed("cancel", ProgramPermission.CANCEL, CancelForm)
def cancel(found: ServiceAuthorization, from_on: date | None, note: str | None) -> None:
    """Cancel it; what was delivered before stays payable."""
    service.cancel(db(), found, from_on=from_on, note=note, by=me(), at=clock.now())
