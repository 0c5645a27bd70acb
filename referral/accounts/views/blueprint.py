"""The one blueprint that the pages of accounts stand in, and what they all need."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, current_app, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from referral.accounts import identity, rules, service
from referral.accounts.models import SignIn
from referral.accounts.rules import SignInStage
from referral.accounts.service import Opened, Origin
from referral.foundation import clock
from referral.foundation.settings import Settings
from referral.web.transaction import db

View = TypeVar("View", bound=Callable[..., Any])

pages = Blueprint("accounts", __name__)
pages.add_app_template_filter(rules.role_words)
pages.add_app_template_filter(rules.device_words)
pages.add_app_template_filter(rules.key_words)


def origin() -> Origin:
    """Return where the browser of the running request is."""
    return Origin(request.remote_addr or "", request.user_agent.string)


def own_sign_in() -> SignIn:
    """Return the session of the running request; aborts with 401 without one."""
    sign_in = identity.current_sign_in(db())
    if sign_in is None:
        abort(401)
    return sign_in


def settings() -> Settings:
    """Return the program's settings."""
    found: Settings = current_app.extensions["settings"]
    return found


def entered(opened: Opened, target: str = "") -> Response:
    """Give the browser its new session, and send it to its next step, and where it wanted to go after that."""
    response = make_response(redirect(next_step(opened.sign_in, target), 303))
    identity.set_cookie(response, opened.secret)
    return response


def next_step(sign_in: SignIn, target: str = "") -> str:
    """Return where a browser goes that has come so far: its code, a new app, its organization, or where it wanted."""
    target = target if is_local(target) else ""
    parameters: dict[str, Any] = {"next": target} if target else {}
    if sign_in.stage is SignInStage.CODE:
        return url_for("accounts.second_factor", **parameters)
    if sign_in.stage is SignInStage.ENROLL:
        return url_for("accounts.new_app", **parameters)
    return (target or "/") if sign_in.membership_id else url_for("accounts.choose")


def is_local(target: str) -> bool:
    """Whether the address stays on this site: one leading slash, no scheme, no host."""
    return target.startswith("/") and not target.startswith("//") and "\\" not in target


def confirmed(view: View) -> View:
    """Ask for the password again before this page, unless it was given just now."""

    @wraps(view)
    def wrapped(**parameters: Any) -> ResponseReturnValue:
        sign_in = own_sign_in()
        if not service.is_confirmed(sign_in, at=clock.now()):
            target = urlencode({"next": request.path if request.method == "GET" else url_for("accounts.account")})
            return redirect(f"{url_for('accounts.confirm')}?{target}", 303)
        answer: ResponseReturnValue = view(**parameters)
        return answer

    return wrapped  # type: ignore[return-value]  # the same signature, kept by functools.wraps
