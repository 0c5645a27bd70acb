"""JSON: the network somebody works in, and the organizations that a form may name."""

from typing import Any

from flask_smorest import Blueprint

from referral.foundation import clock
from referral.foundation.refusals import NotFound
from referral.organizations import queries, service
from referral.organizations.models import Organization
from referral.organizations.permissions import OrganizationPermission
from referral.organizations.schemas import (
    MembersQuery,
    NetworkPage,
    NetworkSettingsForm,
    NetworkSettingsOut,
    NewOrganizationForm,
    OrganizationOut,
    OrganizationPage,
    OwnSettingsForm,
    OwnSettingsOut,
)
from referral.web import versions
from referral.web.guard import allow, signed_in
from referral.web.shapes import page, whole
from referral.web.transaction import db, me

api = Blueprint("organizations_api", __name__, url_prefix="/api/v1", description="Who takes part")


@api.get("/networks")
@signed_in
@api.response(200, NetworkPage)
def networks() -> dict[str, Any]:
    """List the networks that the token works in: one, since a token belongs to one membership."""
    network_id = me().network_id
    return whole([queries.network(db(), network_id)] if network_id else [])


@api.get("/organizations")
@signed_in
@api.arguments(MembersQuery, location="query")
@api.response(200, OrganizationPage)
def organizations(asked: dict[str, Any]) -> dict[str, Any]:
    """List the organizations of the network by name, of one kind when asked (`?kind=plan`)."""
    network_id, limit = me().network_id, asked["limit"]
    if network_id is None:
        return whole([])
    return page(queries.members(db(), network_id, kind=asked["kind"], after=asked["after"], limit=limit), limit)


@api.post("/organizations")
@allow(OrganizationPermission.TAKE_IN)
@api.arguments(NewOrganizationForm)
@api.response(201, OrganizationOut)
def take_in(form: dict[str, Any]) -> Organization:
    """Let an organization take part in the network, from today on, under the lead who takes it in."""
    return service.take_in(db(), **form, by=me(), at=clock.now())


@api.get("/settings/network")
@allow(OrganizationPermission.READ_NETWORK_SETTINGS)
@api.response(200, NetworkSettingsOut)
def network_settings() -> dict[str, Any]:
    """Read how long the network's loop waits; its ETag is what a change names."""
    return _network_settings()


@api.put("/settings/network")
@allow(OrganizationPermission.CHANGE_NETWORK_SETTINGS)
@api.arguments(NetworkSettingsForm)
@api.response(200, NetworkSettingsOut)
def change_network_settings(form: dict[str, Any]) -> dict[str, Any]:
    """Set how long the loop waits: a lead's settings hold at once, an administrator's are a proposal."""
    service.change_network_settings(db(), **form, version=versions.asked(), by=me(), at=clock.now())
    return _network_settings()


@api.get("/settings/organization")
@allow(OrganizationPermission.CHANGE_OWN_SETTINGS)
@api.response(200, OwnSettingsOut)
def own_settings() -> Organization:
    """Read by which clock the asker's organization works."""
    found = db().get(Organization, me().organization_id)
    if found is None:
        raise NotFound
    return found


@api.put("/settings/organization")
@allow(OrganizationPermission.CHANGE_OWN_SETTINGS)
@api.arguments(OwnSettingsForm)
@api.response(200, OwnSettingsOut)
def change_own_settings(form: dict[str, Any]) -> Organization:
    """Set by which clock the asker's organization works."""
    return service.change_own_settings(db(), **form, version=versions.asked(), by=me(), at=clock.now())


def _network_settings() -> dict[str, Any]:
    network_id = me().network_id
    if network_id is None:
        raise NotFound
    return {"network": queries.network(db(), network_id), "proposal": queries.proposal_of(db(), network_id)}
