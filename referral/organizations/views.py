"""Pages: who takes part in the network, and letting somebody new take part."""

from collections.abc import Sequence
from textwrap import shorten
from uuid import UUID

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from referral.foundation import clock
from referral.foundation.refusals import NotFound
from referral.organizations import queries, service
from referral.organizations.models import Organization
from referral.organizations.permissions import OrganizationPermission
from referral.organizations.rules import (
    FIRST_RESPONSE_DAYS,
    HARD_STOP_DAYS,
    KIND_WORDS,
    TIME_ZONES,
    OrganizationKind,
    Role,
    kinds_to_take_in,
)
from referral.organizations.schemas import (
    NetworkDecisionForm,
    NetworkSettingsForm,
    NewOrganizationForm,
    OwnSettingsForm,
)
from referral.web import versions
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


def network_page(form: FormState | None = None) -> ResponseReturnValue:
    """Show how long the network's loop waits; to whoever may change it as a form."""
    network_id = me().network_id
    if network_id is None:
        raise NotFound
    return show(
        "organizations/network_settings.html",
        form=form,
        network=queries.network(db(), network_id),
        proposal=queries.proposal_of(db(), network_id),
        defaults=(FIRST_RESPONSE_DAYS, HARD_STOP_DAYS),
        may_change=me().can(OrganizationPermission.CHANGE_NETWORK_SETTINGS),
        may_decide=me().can(OrganizationPermission.DECIDE_NETWORK_SETTINGS),
        proposes=Role.NETWORK_LEAD.value not in me().roles,
        user_id=me().user_id,
    )


@pages.get("/settings/network")
@allow(OrganizationPermission.READ_NETWORK_SETTINGS)
def network_settings() -> ResponseReturnValue:
    """Show how long the network's loop waits."""
    return network_page()


@pages.post("/settings/network")
@allow(OrganizationPermission.CHANGE_NETWORK_SETTINGS)
@redisplay(network_page)
def change_network_settings() -> ResponseReturnValue:
    """Set how long the loop waits, or propose it."""
    told = read(NetworkSettingsForm)
    holds = service.change_network_settings(db(), **told, version=versions.asked(), by=me(), at=clock.now())
    words = "The settings hold from now on." if holds else "Proposed. It counts once another administrator confirms it."
    return go("organizations.network_settings", words)


@pages.post("/settings/network/decide")
@allow(OrganizationPermission.DECIDE_NETWORK_SETTINGS)
@redisplay(network_page)
def decide_network_settings() -> ResponseReturnValue:
    """Confirm what another administrator proposed, or drop it."""
    told = read(NetworkDecisionForm)
    service.decide_network_settings(db(), **told, by=me(), at=clock.now())
    words = "The settings hold from now on." if told["confirms"] else "The proposal is dropped."
    return go("organizations.network_settings", words)


def own_page(form: FormState | None = None) -> ResponseReturnValue:
    """Show by which clock the asker's organization works."""
    found = db().get(Organization, me().organization_id)
    if found is None:
        raise NotFound
    return show("organizations/own_settings.html", form=form, organization=found, zones=[*TIME_ZONES.items()])


@pages.get("/settings/organization")
@allow(OrganizationPermission.CHANGE_OWN_SETTINGS)
def own_settings() -> ResponseReturnValue:
    """Show by which clock the asker's organization works."""
    return own_page()


@pages.post("/settings/organization")
@allow(OrganizationPermission.CHANGE_OWN_SETTINGS)
@redisplay(own_page)
def change_own_settings() -> ResponseReturnValue:
    """Keep by which clock the organization works."""
    told = read(OwnSettingsForm)
    service.change_own_settings(db(), **told, version=versions.asked(), by=me(), at=clock.now())
    return go("organizations.own_settings", "Kept. Until when you should answer is counted by it from now on.")
