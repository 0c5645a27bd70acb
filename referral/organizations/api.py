"""JSON: the network somebody works in, and the organizations that a form may name."""

from typing import Any

from flask_smorest import Blueprint

from referral.foundation import clock
from referral.organizations import queries, service
from referral.organizations.models import Organization
from referral.organizations.permissions import OrganizationPermission
from referral.organizations.schemas import (
    MembersQuery,
    NetworkPage,
    NewOrganizationForm,
    OrganizationOut,
    OrganizationPage,
)
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
