"""The guard: every door declares one permission, or stands in the short list of public ones."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import Flask, abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from referral.foundation.principal import Principal, PrincipalKind
from referral.web import limits
from referral.web.transaction import me

View = TypeVar("View", bound=Callable[..., Any])

FHIR = "/fhir/"
PROGRAMS = ("/api/", FHIR)
"""Where programs come in: they bring a bearer token, and are answered in JSON."""


def allow(permission: StrEnum) -> Callable[[View], View]:
    """Declare the permission that a role must hold to come through this door."""

    def mark(view: View) -> View:
        view.permission = permission  # type: ignore[attr-defined]  # functions carry attributes
        return view

    return mark


def public(view: View) -> View:
    """Declare a door without a keeper: sign-in, health, signed links (which check their own signature)."""
    view.permission = None  # type: ignore[attr-defined]  # functions carry attributes
    return view


def signed_in(view: View) -> View:
    """Declare a door for whoever is signed in, whatever their role: choosing a membership, signing out."""
    view.permission = "signed-in"  # type: ignore[attr-defined]  # functions carry attributes
    return view


def begun(view: View) -> View:
    """Declare a door for a browser whose sign-in has begun, though a code, an app or a choice may still be missing."""
    view.permission = "sign-in-begun"  # type: ignore[attr-defined]  # functions carry attributes
    return view


def permission_of(app: Flask, endpoint: str) -> StrEnum | str | None:
    """Return what the endpoint declared; raises KeyError where it declared nothing."""
    marks: dict[str, StrEnum | str | None] = vars(app.view_functions[endpoint])
    return marks["permission"]


def undeclared(app: Flask) -> list[str]:
    """Return endpoints that declare nothing: a house test keeps this empty."""
    return [name for name, view in app.view_functions.items() if not hasattr(view, "permission")]


def keep_doors() -> ResponseReturnValue | None:
    """Before each request: let in whom the door's permission lets in, else sign-in page, 401 or 403."""
    if request.endpoint is None:
        return None
    view = current_app.view_functions[request.endpoint]
    permission = getattr(view, "permission", "undeclared")
    if permission is None:
        return None
    principal = me()
    if permission == "sign-in-begun" and "sign_in" in g:
        return None
    if principal.kind is PrincipalKind.NOBODY:
        return _ask_to_sign_in()
    if permission == "signed-in" or principal.can(permission):
        limits.count_use(principal, permission)
        return None
    report_denied(principal, permission)
    return abort(403)


def _ask_to_sign_in() -> ResponseReturnValue:
    if wants_json():
        abort(401)
    target = request.full_path.rstrip("?") if request.method == "GET" else ""
    return redirect(
        f"{url_for('accounts.sign_in')}?{urlencode({'next': target})}" if target else url_for("accounts.sign_in"),
        303,
    )


def report_denied(principal: Principal, permission: str) -> None:
    """Have it written down that somebody was refused, in a transaction of its own."""
    report: Callable[[Principal, str], None] | None = current_app.extensions.get("report_denied")
    if report is not None:
        report(principal, permission)


def wants_json() -> bool:
    """Whether the answer must be JSON: everything where programs come in."""
    return request.path.startswith(PROGRAMS) or bool(getattr(g, "wants_json", False))


def wants_fhir() -> bool:
    """Whether the answer must be a FHIR resource, also when it is an error."""
    return request.path.startswith(FHIR)
