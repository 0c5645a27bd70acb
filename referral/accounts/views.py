"""Pages: sign in, choose where you work today, sign out."""

from flask import Blueprint, Response, abort, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from referral.accounts import identity, service
from referral.accounts.rules import role_words
from referral.accounts.schemas import ChooseForm, SignInForm
from referral.accounts.service import Opened, Origin
from referral.foundation import clock
from referral.web.forms import FormState
from referral.web.guard import public
from referral.web.pages import read, redisplay, show
from referral.web.transaction import database, db

pages = Blueprint("accounts", __name__)
pages.add_app_template_filter(role_words)


def sign_in_page(form: FormState | None = None) -> Response:
    """Show the sign-in form."""
    return show("accounts/sign_in.html", form=form or FormState({"next": request.args.get("next", "")}))


@pages.get("/sign-in")
@public
def sign_in() -> ResponseReturnValue:
    """Show the sign-in form."""
    return sign_in_page()


@pages.post("/sign-in")
@public
@redisplay(sign_in_page)
def open_session() -> ResponseReturnValue:
    """Sign in, then go where the person wanted to go."""
    form = read(SignInForm)
    opened = service.sign_in(
        db(),
        database(),
        email=form["email"],
        password=form["password"],
        origin=Origin(request.remote_addr or "", request.user_agent.string),
        needs_factor=False,
        at=clock.now(),
    )
    return _enter(opened, form["next"] if _is_local(form["next"]) else "/")


@pages.get("/choose-organization")
@public
def choose() -> ResponseReturnValue:
    """Show for which organizations the user may work."""
    sign_in = identity.current_sign_in(db())
    if sign_in is None:
        return redirect(url_for("accounts.sign_in"), 303)
    memberships = service.choices(db(), sign_in)
    return show("accounts/choose.html", memberships=memberships, current=sign_in.membership_id)


@pages.post("/choose-organization")
@public
def chosen() -> ResponseReturnValue:
    """Go on under the chosen membership, with a new session id."""
    sign_in = identity.current_sign_in(db())
    if sign_in is None:
        abort(401)
    return _enter(service.choose_membership(db(), sign_in, read(ChooseForm)["membership_id"], at=clock.now()), "/")


@pages.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    """End the session: its cookie opens nothing any more."""
    sign_in = identity.current_sign_in(db())
    if sign_in is not None:
        service.end_sign_in(db(), sign_in, reason="sign-out", at=clock.now())
    response = make_response(redirect(url_for("accounts.sign_in"), 303))
    identity.drop_cookie(response)
    return response


def _enter(opened: Opened, target: str) -> Response:
    has_membership = opened.sign_in.membership_id is not None
    response = make_response(redirect(target if has_membership else url_for("accounts.choose"), 303))
    identity.set_cookie(response, opened.secret)
    return response


def _is_local(target: str) -> bool:
    """Whether the address stays on this site: one leading slash, no scheme, no host."""
    return target.startswith("/") and not target.startswith("//") and "\\" not in target
