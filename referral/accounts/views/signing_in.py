"""Pages: sign in, what else can be done there, choose where you work today, sign out."""

from flask import Response, current_app, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from referral.accounts import identity, queries, service
from referral.accounts.rules import SignInStage
from referral.accounts.schemas import ChooseForm, OtherWaysQuery, SignInForm
from referral.accounts.views.blueprint import entered, next_step, origin, own_sign_in, pages
from referral.foundation import clock
from referral.foundation.principal import PrincipalKind
from referral.web.forms import FormState
from referral.web.guard import begun, public
from referral.web.pages import query, read, redisplay, show
from referral.web.transaction import database, db, me


def sign_in_page(form: FormState | None = None) -> Response:
    """Show the sign-in form."""
    return show("accounts/sign_in.html", form=form or FormState({"next": request.args.get("next", "")}))


@pages.get("/sign-in")
@public
def sign_in() -> ResponseReturnValue:
    """Show the sign-in form, or the step that a browser half signed in has still to take."""
    found = identity.current_sign_in(db())
    if found is None or me().kind is not PrincipalKind.NOBODY:
        return sign_in_page()
    if found.stage is SignInStage.OPEN:
        return redirect(url_for("accounts.choose"), 303)
    return redirect(next_step(found, request.args.get("next", "")), 303)


@pages.post("/sign-in")
@public
@redisplay(sign_in_page)
def open_session() -> ResponseReturnValue:
    """Sign in, then go where the person wanted to go."""
    form, at = read(SignInForm), clock.now()
    opened = service.sign_in(
        db(),
        database(),
        email=form["email"],
        password=form["password"],
        origin=origin(),
        needs_factor=current_app.config["SECOND_FACTOR"],
        at=at,
    )
    before = identity.current_sign_in(db())
    if before is not None:
        service.end_sign_in(db(), before, reason="signed in again", at=at)
    return entered(opened, form["next"])


@pages.get("/sign-in/help")
@public
def other_ways() -> ResponseReturnValue:
    """Say who helps with a forgotten password or a lost phone, and lead to an organization's own sign-in."""
    asked = query(OtherWaysQuery)["organization"]
    provider = queries.provider_named(db(), asked) if asked else None
    return show("accounts/other_ways.html", asked=asked, provider=provider)


@pages.get("/choose-organization")
@begun
def choose() -> ResponseReturnValue:
    """Show for which organizations the user may work."""
    found = own_sign_in()
    if found.stage is not SignInStage.OPEN:
        return redirect(next_step(found), 303)
    return show("accounts/choose.html", memberships=service.choices(db(), found), current=found.membership_id)


@pages.post("/choose-organization")
@begun
def chosen() -> ResponseReturnValue:
    """Go on under the chosen membership, with a new session id."""
    found = own_sign_in()
    if found.stage is not SignInStage.OPEN:
        return redirect(next_step(found), 303)
    return entered(service.choose_membership(db(), found, read(ChooseForm)["membership_id"], at=clock.now()))


@pages.post("/sign-out")
@begun
def sign_out() -> ResponseReturnValue:
    """End the session: its cookie opens nothing any more."""
    service.end_sign_in(db(), own_sign_in(), reason="sign-out", at=clock.now())
    response = make_response(redirect(url_for("accounts.sign_in"), 303))
    identity.drop_cookie(response)
    return response
