"""Pages about one colleague: roles, closing and opening the account, a way to a new password."""

from uuid import UUID

from flask import Response
from flask.typing import ResponseReturnValue

from referral.accounts import queries, service
from referral.accounts.addresses import address_of
from referral.accounts.permissions import AccountPermission
from referral.accounts.rules import role_words
from referral.accounts.schemas import ResetForm, RolesForm
from referral.accounts.views.blueprint import pages
from referral.foundation import clock
from referral.foundation.refusals import NotFound
from referral.web.forms import FormState
from referral.web.guard import allow
from referral.web.pages import go, read, redisplay, show
from referral.web.transaction import db, me


def colleague_page(membership_id: UUID, form: FormState | None = None) -> Response:
    """Show one colleague, and what the reader may change."""
    membership = queries.colleague(db(), membership_id, by=me())
    if membership is None:
        raise NotFound
    givable = queries.givable(me(), membership.organization_id)
    return show(
        "accounts/colleague.html",
        membership=membership,
        may_change=queries.may_change(db(), membership, by=me()),
        is_self=membership.user_id == me().user_id,
        roles=[(role.value, role_words(role.value).capitalize()) for role in sorted(givable)],
        has_factor=queries.factor_of(db(), membership.user_id) is not None,
        form=form,
    )


@pages.get("/users/<uuid:membership_id>")
@allow(AccountPermission.CHANGE_USER)
def colleague(membership_id: UUID) -> ResponseReturnValue:
    """Show one colleague."""
    return colleague_page(membership_id)


@pages.post("/users/<uuid:membership_id>/roles")
@allow(AccountPermission.CHANGE_USER)
@redisplay(colleague_page)
def change_roles(membership_id: UUID) -> ResponseReturnValue:
    """Give a colleague other roles."""
    service.change_roles(db(), membership_id, **read(RolesForm), by=me(), at=clock.now())
    return go(
        "accounts.colleague", "The roles are changed. They sign in again to use them.", membership_id=membership_id
    )


@pages.post("/users/<uuid:membership_id>/deactivate")
@allow(AccountPermission.CHANGE_USER)
def deactivate(membership_id: UUID) -> ResponseReturnValue:
    """End a colleague's work for the organization."""
    service.set_active(db(), membership_id, is_active=False, by=me(), at=clock.now())
    return go("accounts.colleague", "They are signed out and cannot come back in.", membership_id=membership_id)


@pages.post("/users/<uuid:membership_id>/activate")
@allow(AccountPermission.CHANGE_USER)
def activate(membership_id: UUID) -> ResponseReturnValue:
    """Let a colleague come back."""
    service.set_active(db(), membership_id, is_active=True, by=me(), at=clock.now())
    return go("accounts.colleague", "They can sign in again.", membership_id=membership_id)


@pages.post("/users/<uuid:membership_id>/reset")
@allow(AccountPermission.CHANGE_USER)
def start_reset(membership_id: UUID) -> ResponseReturnValue:
    """Make the link to a new password, shown once."""
    forgets_factor = read(ResetForm)["forgets_factor"]
    handed = service.start_reset(db(), membership_id, forgets_factor=forgets_factor, by=me(), at=clock.now())
    return show("accounts/link_made.html", handed=handed, address=address_of(handed))
