"""Signing in with an organization's own account: away to its provider, and back."""

from typing import Any
from uuid import UUID

from flask import redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from referral.accounts import identity, queries, service
from referral.accounts.models import AccountLink, IdentityProvider, User
from referral.accounts.oidc import NotVouched, RelyingParty, Vouched
from referral.accounts.views.blueprint import confirmed, entered, is_local, origin, own_sign_in, pages, settings
from referral.accounts.views.links import INVITED_BY
from referral.foundation import clock
from referral.foundation.refusals import NotFound
from referral.web.guard import public, signed_in
from referral.web.pages import go
from referral.web.transaction import database, db

BEGUN = "provider_sign_in"
"""Key of the browser's signed cookie: the sign-in that was begun here, taken out when the browser comes back."""
PATIENCE_S = 600


@pages.get("/sign-in/with/<slug>")
@public
def with_organization(slug: str) -> ResponseReturnValue:
    """Send the browser to its organization's provider."""
    return _away(_provider(slug), next=request.args.get("next", ""), invited_by=session.pop(INVITED_BY, None))


@pages.get("/account/link/<slug>")
@signed_in
@confirmed
def link_organization(slug: str) -> ResponseReturnValue:
    """Send the browser to the provider, to link the account there with the signed-in user."""
    return _away(_provider(slug), next="/account", user_id=str(own_sign_in().user_id))


@pages.get("/sign-in/with/<slug>/back")
@public
def back(slug: str) -> ResponseReturnValue:
    """Take back the browser that the provider vouches for: link it when that was asked for, then sign in."""
    provider, started = _provider(slug), session.pop(BEGUN, None) or {}
    vouched = _vouched(provider, started)
    if started.get("user_id"):
        return _link_own(provider, vouched, UUID(started["user_id"]))
    if started.get("invited_by"):
        _link_invited(provider, vouched, UUID(started["invited_by"]))
    user = service.linked_user(db(), database(), vouched, at=clock.now())
    opened = service.open_vouched(db(), user, provider, origin=origin(), at=clock.now())
    return entered(opened, started.get("next", ""))


def _away(provider: IdentityProvider, **kept: Any) -> ResponseReturnValue:
    begun = _party(provider).begin()
    if not is_local(kept.get("next", "")):
        kept["next"] = ""
    session[BEGUN] = {
        "provider": str(provider.id),
        "state": begun.state,
        "nonce": begun.nonce,
        "verifier": begun.verifier,
        "at": int(clock.now().timestamp()),
        **kept,
    }
    return redirect(begun.url, 303)


def _vouched(provider: IdentityProvider, started: dict[str, Any]) -> Vouched:
    """Return whom the provider vouches for in answer to what was begun in this browser, and only once."""
    is_ours = started.get("provider") == str(provider.id) and started.get("state") == request.args.get("state")
    is_young = clock.now().timestamp() - started.get("at", 0) < PATIENCE_S
    if not (is_ours and is_young and request.args.get("code")):
        raise NotVouched
    return _party(provider).finish(code=request.args["code"], nonce=started["nonce"], verifier=started["verifier"])


def _link_own(provider: IdentityProvider, vouched: Vouched, user_id: UUID) -> ResponseReturnValue:
    current = identity.current_sign_in(db())
    if current is None or current.user_id != user_id:
        raise NotVouched
    service.require_confirmed(current, at=clock.now())
    service.link_identity(db(), current.user, vouched, at=clock.now())
    return go("accounts.account", f"You can sign in with your account at {provider.organization.name} now.")


def _link_invited(provider: IdentityProvider, vouched: Vouched, link_id: UUID) -> None:
    link = db().get(AccountLink, link_id)
    if link is None or not service.is_good(link, at=clock.now()):
        return
    user: User = link.user
    if queries.membership_in(db(), user.id, provider.organization_id) is None:
        raise NotFound
    service.take(db(), link, at=clock.now())
    service.link_identity(db(), user, vouched, at=clock.now())


def _party(provider: IdentityProvider) -> RelyingParty:
    redirect_uri = settings().public_base_url + url_for("accounts.back", slug=provider.slug)
    return RelyingParty(provider, redirect_uri=redirect_uri, is_production=settings().is_production)


def _provider(slug: str) -> IdentityProvider:
    provider = queries.provider_named(db(), slug)
    if provider is None:
        raise NotFound
    return provider
