"""JSON: who a token acts as, and looking after colleagues; the same verbs as the pages."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from marshmallow import Schema, fields

from referral.accounts import queries, service
from referral.accounts.addresses import address_of
from referral.accounts.models import Membership
from referral.accounts.permissions import AccountPermission
from referral.accounts.schemas import AccountOut, HandedLinkOut, ResetForm, RolesForm
from referral.foundation import clock
from referral.foundation.principal import Principal
from referral.foundation.refusals import NotFound
from referral.web.guard import allow, signed_in
from referral.web.transaction import db, me

api = Blueprint("accounts_api", __name__, url_prefix="/api/v1", description="Who asks")


class MeSchema(Schema):
    """The membership that a token acts as."""

    name = fields.String(metadata={"description": "The user's name"})
    organization_id = fields.UUID()
    organization_name = fields.String()
    network_id = fields.UUID()
    roles = fields.List(fields.String())
    permissions = fields.List(fields.String())


@api.route("/me")
@signed_in
@api.response(200, MeSchema)
def who_am_i() -> Principal:
    """Return the membership that the token acts as, and what it may do."""
    return me()


@api.get("/users/<uuid:membership_id>")
@allow(AccountPermission.CHANGE_USER)
@api.response(200, AccountOut)
def colleague(membership_id: UUID) -> Membership:
    """Return one colleague in the asker's reach."""
    membership = queries.colleague(db(), membership_id, by=me())
    if membership is None:
        raise NotFound
    return membership


@api.post("/users/<uuid:membership_id>/roles")
@allow(AccountPermission.CHANGE_USER)
@api.arguments(RolesForm)
@api.response(200, AccountOut)
def change_roles(form: dict[str, Any], membership_id: UUID) -> Membership:
    """Give a colleague other roles; their sessions there end."""
    return service.change_roles(db(), membership_id, **form, by=me(), at=clock.now())


@api.post("/users/<uuid:membership_id>/deactivate")
@allow(AccountPermission.CHANGE_USER)
@api.response(200, AccountOut)
def deactivate(membership_id: UUID) -> Membership:
    """End a colleague's work for the organization; they are signed out at once."""
    return service.set_active(db(), membership_id, is_active=False, by=me(), at=clock.now())


@api.post("/users/<uuid:membership_id>/activate")
@allow(AccountPermission.CHANGE_USER)
@api.response(200, AccountOut)
def activate(membership_id: UUID) -> Membership:
    """Let a colleague come back."""
    return service.set_active(db(), membership_id, is_active=True, by=me(), at=clock.now())


@api.post("/users/<uuid:membership_id>/reset")
@allow(AccountPermission.CHANGE_USER)
@api.arguments(ResetForm)
@api.response(200, HandedLinkOut)
def start_reset(form: dict[str, Any], membership_id: UUID) -> dict[str, Any]:
    """Make the link that leads a colleague to a new password; it works once, for 30 minutes."""
    handed = service.start_reset(db(), membership_id, **form, by=me(), at=clock.now())
    return {"url": address_of(handed), "expires_at": handed.link.expires_at}
