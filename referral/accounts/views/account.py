"""Pages of one's own account: sessions, password, second factor."""

from uuid import UUID

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue

from referral.accounts import queries, service
from referral.accounts.schemas import ConfirmForm, NewPasswordForm
from referral.accounts.views.blueprint import confirmed, entered, is_local, origin, own_sign_in, pages
from referral.foundation import clock
from referral.web.forms import FormState
from referral.web.guard import signed_in
from referral.web.pages import go, read, redisplay, show
from referral.web.transaction import database, db


@pages.get("/account")
@signed_in
def account() -> ResponseReturnValue:
    """Show where the user is signed in, and how they sign in."""
    current = own_sign_in()
    identities = queries.identities_of(db(), current.user_id)
    return show(
        "accounts/account.html",
        current=current,
        sign_ins=queries.open_sign_ins(db(), current.user_id, at=clock.now()),
        factor=queries.factor_of(db(), current.user_id),
        codes_left=queries.recovery_codes_left(db(), current.user_id),
        providers=queries.providers_of(db(), current.user_id),
        linked_issuers={identity.issuer for identity in identities},
    )


@pages.post("/account/sessions/<uuid:session_id>/end")
@signed_in
def end_session(session_id: UUID) -> ResponseReturnValue:
    """End one of the user's own sessions."""
    service.end_own(db(), own_sign_in(), session_id, at=clock.now())
    return go("accounts.account", "That session has ended.")


@pages.post("/account/sessions/end-others")
@signed_in
def end_other_sessions() -> ResponseReturnValue:
    """End every session of the user but this one."""
    count = service.end_others(db(), own_sign_in(), at=clock.now())
    return go("accounts.account", f"Sessions ended: {count}. Only this one is left.")


def confirm_page(form: FormState | None = None) -> Response:
    """Ask for the password again."""
    has_password = own_sign_in().user.password_hash is not None
    form = form or FormState({"next": request.args.get("next", "")})
    return show("accounts/confirm.html", form=form, has_password=has_password)


@pages.get("/account/confirm")
@signed_in
def confirm() -> ResponseReturnValue:
    """Ask for the password again."""
    return confirm_page()


@pages.post("/account/confirm")
@signed_in
@redisplay(confirm_page)
def give_password() -> ResponseReturnValue:
    """Note that the password was given again, and go on."""
    form = read(ConfirmForm)
    service.confirm(db(), database(), own_sign_in(), password=form["password"], ip=origin().ip, at=clock.now())
    return redirect(form["next"] if is_local(form["next"]) else "/account", 303)


def password_page(form: FormState | None = None) -> Response:
    """Show the form for a new password."""
    return show("accounts/password.html", form=form)


@pages.get("/account/password")
@signed_in
@confirmed
def password() -> ResponseReturnValue:
    """Show the form for a new password."""
    return password_page()


@pages.post("/account/password")
@signed_in
@confirmed
@redisplay(password_page)
def change_password() -> ResponseReturnValue:
    """Take the new password; every other session ends."""
    opened = service.change_password(
        db(), own_sign_in(), password=read(NewPasswordForm)["new_password"], at=clock.now()
    )
    return entered(opened, "/account")
