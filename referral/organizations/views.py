"""Pages: who takes part in the network, and letting somebody new take part."""

from collections.abc import Sequence
from textwrap import shorten
from uuid import UUID

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from referral.foundation import clock
from referral.organizations import queries, service
from referral.organizations.models import Organization
from referral.organizations.permissions import OrganizationPermission
from referral.organizations.rules import KIND_WORDS, OrganizationKind, kinds_to_take_in
from referral.organizations.schemas import NewOrganizationForm
from referral.web.forms import FormState
from referral.web.guard import allow
from referral.web.pages import go, read, redisplay, show
from referral.web.transaction import db, me

HELPS = OrganizationKind.CBO.value

pages = Blueprint("organizations", __name__)


def members_page(form: FormState | None = None) -> ResponseReturnValue:
    """Show who takes part, and the form that takes in; with a name, the listings that it may be."""
    form = form or _prefilled(request.args.get("listing", type=UUID))
    name, network_id = form.values.get("name", ""), me().network_id
    return show(
        "organizations/members.html",
        form=form,
        members=queries.taking_part(db(), network_id) if network_id else (),
        listings=[(found.id, found.name, shorten(found.description, 140)) for found in _listings(name)],
        kinds=[(kind.value, KIND_WORDS[kind]) for kind in kinds_to_take_in(me().roles)],
        kind_words=KIND_WORDS,
    )


def _prefilled(listing_id: UUID | None) -> FormState:
    """Fill the form in with the unclaimed listing that somebody comes from."""
    found = queries.unclaimed(db(), listing_id) if listing_id else None
    return FormState({"name": found.name, "listing_id": str(found.id), "kind": HELPS} if found else {})


def _listings(name: str) -> Sequence[Organization]:
    return queries.unclaimed_named(db(), name) if name else ()


@pages.get("/organizations")
@allow(OrganizationPermission.TAKE_IN)
def members() -> ResponseReturnValue:
    """Show who takes part in the network."""
    return members_page()


@pages.post("/organizations")
@allow(OrganizationPermission.TAKE_IN)
@redisplay(members_page)
def take_in() -> ResponseReturnValue:
    """Let an organization take part; its first colleague is invited next."""
    added = service.take_in(db(), **read(NewOrganizationForm), by=me(), at=clock.now())
    return go(
        "desk.users", f"{added.name} takes part from today on. Invite its first colleague.", organization=added.id
    )
