"""Pages behind a handed link: choose a password, or take the organization's own account."""

from flask import Response, session
from flask.typing import ResponseReturnValue

from referral.accounts import queries, service
from referral.accounts.schemas import NewPasswordForm
from referral.accounts.views.blueprint import origin, pages
from referral.foundation import clock
from referral.foundation.refusals import NotFound
from referral.web.forms import FormState
from referral.web.guard import public
from referral.web.pages import go, read, redisplay, show
from referral.web.transaction import database, db

INVITED_BY = "invited_by"
"""Key of the browser's signed cookie: the link that was opened here, for linking an organization's account."""


def link_page(secret: str, form: FormState | None = None) -> Response:
    """Show what the link is for; a used or old one says who can help."""
    try:
        link = service.find_link(db(), database(), secret, ip=origin().ip, at=clock.now())
    except NotFound:
        return show("accounts/link_ended.html", status=404)
    session[INVITED_BY] = str(link.id)
    providers = queries.providers_of(db(), link.user_id)
    return show(
        "accounts/link.html",
        secret=secret,
        form=form,
        link=link,
        providers=providers,
        may_use_password=service.may_use_password(db(), link.user),
    )


@pages.get("/sign-in/link/<secret>")
@public
def link(secret: str) -> ResponseReturnValue:
    """Show what the link is for."""
    return link_page(secret)


@pages.post("/sign-in/link/<secret>")
@public
@redisplay(link_page)
def use_link(secret: str) -> ResponseReturnValue:
    """Take the password; the link works no more."""
    form, at = read(NewPasswordForm), clock.now()
    found = service.find_link(db(), database(), secret, ip=origin().ip, at=at)
    service.use_link(db(), found, password=form["new_password"], at=at)
    session.pop(INVITED_BY, None)
    return go("accounts.sign_in", "Your password is set. Sign in with it now.")
