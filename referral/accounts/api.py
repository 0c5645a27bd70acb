"""JSON: who a token acts as, and looking after colleagues; the same verbs as the pages."""

from typing import Any
from uuid import UUID

from flask import current_app
from flask_smorest import Blueprint
from marshmallow import Schema, fields

from referral.accounts import queries, service
from referral.accounts.addresses import address_of
from referral.accounts.models import IdentityProvider, Membership
from referral.accounts.permissions import AccountPermission
from referral.accounts.schemas import (
    AccountOut,
    HandedLinkOut,
    ProviderForm,
    ProviderOut,
    ProviderPage,
    ResetForm,
    RolesForm,
)
from referral.foundation import clock
from referral.foundation.principal import Principal
from referral.foundation.refusals import NotFound
from referral.web.guard import allow, signed_in
from referral.web.shapes import whole
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


@api.get("/protection/providers")
@allow(AccountPermission.CHANGE_PROVIDER)
@api.response(200, ProviderPage)
def providers() -> dict[str, Any]:
    """List the own sign-ins of the network's organizations, by name."""
    return whole([provider for _, provider in queries.providers_in(db(), me().network_id) if provider is not None])


@api.get("/protection/providers/<uuid:organization_id>")
@allow(AccountPermission.CHANGE_PROVIDER)
@api.response(200, ProviderOut)
def provider(organization_id: UUID) -> IdentityProvider:
    """Return an organization's own sign-in, without its secret."""
    found = queries.provider_set_up(db(), service.member(db(), organization_id, by=me()).id)
    if found is None:
        raise NotFound
    return found


@api.post("/protection/providers/<uuid:organization_id>")
@allow(AccountPermission.CHANGE_PROVIDER)
@api.arguments(ProviderForm)
@api.response(200, ProviderOut)
def keep_provider(form: dict[str, Any], organization_id: UUID) -> IdentityProvider:
    """Set up an organization's own sign-in, or change it, once its provider answered."""
    is_production = current_app.extensions["settings"].is_production
    return service.keep_provider(db(), organization_id, **form, is_production=is_production, by=me(), at=clock.now())


@api.post("/protection/providers/<uuid:organization_id>/off")
@allow(AccountPermission.CHANGE_PROVIDER)
@api.response(200, ProviderOut)
def switch_off_provider(organization_id: UUID) -> IdentityProvider:
    """Switch it off; whoever it let in is signed out."""
    return service.switch_off_provider(db(), organization_id, by=me(), at=clock.now())
