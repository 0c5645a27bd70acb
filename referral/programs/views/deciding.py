"""Pages: everything that is done with a service authorization."""

from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from referral.foundation import clock
from referral.programs import service
from referral.programs.models import ServiceAuthorization
from referral.programs.permissions import ProgramPermission
from referral.programs.schemas import ApprovalForm, CancelForm, DenialForm, NoteForm
from referral.programs.service.decisions import ApprovedTerms
from referral.programs.views.authorizations import authorization_page, authorizations_page
from referral.programs.views.blueprint import pages
from referral.web.guard import allow
from referral.web.pages import go, read, redisplay
from referral.web.ticks import TicksForm, left_alone
from referral.web.transaction import db, me


@pages.post("/authorizations/approve")
@allow(ProgramPermission.DECIDE)
@redisplay(authorizations_page)
def approve_ticked() -> ResponseReturnValue:
    """Approve those that were ticked, as requested; what cannot be approved stays ticked, with its reason."""
    outcomes = service.approve_each(db(), read(TicksForm)["ticked"], by=me(), at=clock.now())
    if left := left_alone(outcomes):
        return authorizations_page(left=left)
    return go("programs.authorizations", f"Approved: {len(outcomes)}.", **request.args)


@pages.post("/authorizations/<uuid:authorization_id>/review")
@allow(ProgramPermission.DECIDE)
@redisplay(authorization_page)
def review(authorization_id: UUID) -> ResponseReturnValue:
    """Take the request into review."""
    service.take_up(db(), _open(authorization_id), by=me(), at=clock.now())
    return go("programs.authorization", "You review it now.", authorization_id=authorization_id)


@pages.post("/authorizations/<uuid:authorization_id>/approve")
@allow(ProgramPermission.DECIDE)
@redisplay(authorization_page)
def approve(authorization_id: UUID) -> ResponseReturnValue:
    """Approve it, as requested or with other terms."""
    given = read(ApprovalForm)
    reason = given.pop("reason")
    terms = ApprovedTerms(**given)
    service.approve(db(), _open(authorization_id), terms=terms, reason=reason, by=me(), at=clock.now())
    return go("programs.authorization", "Approved.", authorization_id=authorization_id)


@pages.post("/authorizations/<uuid:authorization_id>/deny")
@allow(ProgramPermission.DECIDE)
@redisplay(authorization_page)
def deny(authorization_id: UUID) -> ResponseReturnValue:
    """Deny it with a reason."""
    service.deny(db(), _open(authorization_id), by=me(), at=clock.now(), **read(DenialForm))
    return go("programs.authorization", "Denied.", authorization_id=authorization_id)


@pages.post("/authorizations/<uuid:authorization_id>/ask")
@allow(ProgramPermission.DECIDE)
@redisplay(authorization_page)
def ask(authorization_id: UUID) -> ResponseReturnValue:
    """Ask the referrer for more information."""
    service.ask_for_information(db(), _open(authorization_id), by=me(), at=clock.now(), **read(NoteForm))
    return go("programs.authorization", "Asked for more information.", authorization_id=authorization_id)


@pages.post("/authorizations/<uuid:authorization_id>/confirm")
@allow(ProgramPermission.CONFIRM)
@redisplay(authorization_page)
def confirm(authorization_id: UUID) -> ResponseReturnValue:
    """Confirm the suggestion of the delivering organization."""
    service.confirm(db(), _open(authorization_id), by=me(), at=clock.now())
    return go("programs.authorization", "Confirmed. The plan decides.", authorization_id=authorization_id)


@pages.post("/authorizations/<uuid:authorization_id>/cancel")
@allow(ProgramPermission.CANCEL)
@redisplay(authorization_page)
def cancel(authorization_id: UUID) -> ResponseReturnValue:
    """Cancel it; what was delivered before stays payable."""
    service.cancel(db(), _open(authorization_id), by=me(), at=clock.now(), **read(CancelForm))
    return go("programs.authorization", "Cancelled.", authorization_id=authorization_id)


def _open(authorization_id: UUID) -> ServiceAuthorization:
    return service.open_authorization(db(), authorization_id, by=me(), at=clock.now())
