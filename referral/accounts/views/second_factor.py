"""Pages: the code of the app, setting up an app, and the recovery codes, shown once."""

import io

import segno
from flask import Response, make_response, redirect, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from referral.accounts import identity, service
from referral.accounts.models import SignIn
from referral.accounts.rules import SignInStage
from referral.accounts.schemas import CodeForm, NewAppForm
from referral.accounts.views.blueprint import confirmed, entered, next_step, origin, own_sign_in, pages
from referral.foundation import clock
from referral.web.forms import FormState
from referral.web.guard import begun, signed_in
from referral.web.pages import read, redisplay, show
from referral.web.transaction import database, db

PRODUCT = "Referral"


def code_page(form: FormState | None = None) -> Response:
    """Show the question for the code."""
    return show("accounts/code.html", form=form or FormState({"next": request.args.get("next", "")}))


@pages.get("/sign-in/code")
@begun
def second_factor() -> ResponseReturnValue:
    """Ask for the code of the app, or for a recovery code."""
    found = own_sign_in()
    return code_page() if found.stage is SignInStage.CODE else redirect(next_step(found), 303)


@pages.post("/sign-in/code")
@begun
@redisplay(code_page)
def enter_code() -> ResponseReturnValue:
    """Go on with a whole session, under a new id."""
    form, found = read(CodeForm), own_sign_in()
    if found.stage is not SignInStage.CODE:
        return redirect(next_step(found), 303)
    opened = service.enter_code(db(), database(), found, code=form["code"], ip=origin().ip, at=clock.now())
    return entered(opened, form["next"])


def new_app_page(form: FormState | None = None) -> Response:
    """Show the picture for the app; a form that came back keeps the key it was for."""
    user = own_sign_in().user
    form = form or FormState()
    sealed = form.value("key")
    key, sealed = (service.opened_app_key(user, sealed), sealed) if sealed else service.new_app_key(user)
    shown = FormState({**form.values, "key": sealed, "next": form.value("next", request.args.get("next", ""))})
    shown = FormState(shown.values, form.messages)
    return show("accounts/new_app.html", form=shown, key=key, picture=_picture(service.app_address(user, key, PRODUCT)))


@pages.get("/sign-in/new-app")
@begun
def new_app() -> ResponseReturnValue:
    """Ask to set up an app, before anything else is opened."""
    found = own_sign_in()
    return new_app_page() if found.stage is SignInStage.ENROLL else redirect(next_step(found), 303)


@pages.post("/sign-in/new-app")
@begun
@redisplay(new_app_page)
def set_up_first() -> ResponseReturnValue:
    """Keep the first app, and show the recovery codes once."""
    found = own_sign_in()
    return _set_up(found) if found.stage is SignInStage.ENROLL else redirect(next_step(found), 303)


@pages.get("/account/app")
@signed_in
@confirmed
def change_app() -> ResponseReturnValue:
    """Show how to set up another app."""
    return new_app_page()


@pages.post("/account/app")
@signed_in
@confirmed
@redisplay(new_app_page)
def set_up_another() -> ResponseReturnValue:
    """Keep another app in place of the old one; other sessions end."""
    return _set_up(own_sign_in())


@pages.post("/account/recovery-codes")
@signed_in
@confirmed
def new_codes() -> ResponseReturnValue:
    """Make recovery codes in place of the old ones, and show them once."""
    codes = service.new_recovery_codes(db(), own_sign_in(), at=clock.now())
    return show("accounts/recovery_codes.html", codes=codes, next_url="/account")


def _set_up(sign_in: SignIn) -> ResponseReturnValue:
    form = read(NewAppForm)
    key = service.opened_app_key(sign_in.user, form["key"])
    opened, codes = service.set_up(
        db(), database(), sign_in, key=key, code=form["code"], ip=origin().ip, at=clock.now()
    )
    page = show("accounts/recovery_codes.html", codes=codes, next_url=next_step(opened.sign_in, form["next"]))
    response = make_response(page)
    identity.set_cookie(response, opened.secret)
    return response


def _picture(address: str) -> Markup:
    """Draw the QR code as SVG in the page: nothing of the key stands in an address or in a cache."""
    drawn = io.BytesIO()
    segno.make(address, error="m").save(
        drawn, kind="svg", xmldecl=False, svgns=False, scale=5, border=2, title="QR code for your authenticator app"
    )
    return Markup(drawn.getvalue().decode())  # noqa: S704 -- drawn by the library from squares, holds no text of ours
