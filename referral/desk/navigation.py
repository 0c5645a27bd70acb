"""Where each role can go: a page is offered when its door would let the asker in."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from flask import current_app, g, request, url_for

from referral.accounts.rules import role_words
from referral.foundation.principal import NOBODY, Principal, PrincipalKind
from referral.web.guard import permission_of

DAILY = (
    ("Home", "desk.home"),
    ("People", "people.search"),
    ("Inbox", "referrals.inbox"),
    ("Referrals", "referrals.sent"),
    ("Did help arrive?", "referrals.contradictions"),
    ("Find help", "directory.search"),
    ("My services", "directory.services"),
    ("Authorizations", "programs.authorizations"),
    ("Deliveries", "billing.deliveries"),
    ("Invoices", "billing.invoices"),
    ("Messages", "messaging.messages"),
    ("Report", "equity.plan_report"),
    ("Equity", "equity.cascade"),
)
NOW_AND_THEN = (
    ("Reported listings", "directory.reports"),
    ("Contracts", "billing.contracts"),
    ("Organizations", "organizations.members"),
    ("Network settings", "organizations.network_settings"),
    ("Working day", "organizations.own_settings"),
    ("Colleagues", "desk.users"),
    ("Sensitive records", "desk.protection"),
    ("Sign-in providers", "accounts.providers"),
    ("Record keeping", "retention.policies"),
    ("Erasures", "retention.erasures"),
    ("Log", "desk.audit_log"),
    ("Waiting work", "desk.waiting_work"),
)
"""Folded under *More* where all of it together would not fit into the bar."""
MOST_IN_THE_BAR = 9


@dataclass(frozen=True, slots=True)
class NavigationItem:
    """One place to go."""

    label: str
    url: str
    is_current: bool
    count: int = 0


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who reads the page, for its head."""

    name: str
    organization: str
    role: str
    switch_url: str
    account_url: str


def reachable(endpoint: str, **parameters: Any) -> str:
    """Return the address of a page that the asker may open, else an empty text."""
    if endpoint not in current_app.view_functions:
        return ""
    permission = permission_of(current_app, endpoint)
    is_open = permission in {None, "signed-in"} or _asker().can(str(permission))
    if not is_open:
        return ""
    return url_for(endpoint, **parameters) if parameters else _address(endpoint)


@cache
def _address(endpoint: str) -> str:
    """Return the address of a page that is one for everybody; the head of every page shows a dozen of them."""
    return url_for(endpoint)


def context() -> dict[str, Any]:
    """Give every page its navigation and its reader; an error page before sign-in has neither."""
    asker = _asker()
    base = {"home_url": "/", "sign_out_url": url_for("accounts.sign_out"), "reachable": reachable}
    if asker.kind is not PrincipalKind.USER:
        return {**base, "navigation": (), "viewer": None}
    daily, rare = _places(DAILY), _places(NOW_AND_THEN)
    bar, folded = (daily + rare, []) if len(daily + rare) <= MOST_IN_THE_BAR else (daily, rare)
    return {**base, "navigation": bar, "folded": folded, "viewer": _viewer(asker)}


def _asker() -> Principal:
    """Return who was let in; asking the database here would break the page that says it is down."""
    found: Principal = g.get("principal", NOBODY)
    return found


def _places(pages: Sequence[tuple[str, str]]) -> list[NavigationItem]:
    places = [(label, address) for label, endpoint in pages if (address := reachable(endpoint))]
    here = max((address for _, address in places if _is_under(address)), key=len, default="")
    return [NavigationItem(label, address, address == here) for label, address in places]


def _is_under(address: str) -> bool:
    """Whether the running request is this page or one below it."""
    return request.path == address or (address != "/" and request.path.startswith(f"{address}/"))


def _viewer(asker: Principal) -> Viewer:
    roles = ", ".join(role_words(role) for role in sorted(asker.roles))
    return Viewer(asker.name, asker.organization_name, roles, url_for("accounts.choose"), url_for("accounts.account"))
