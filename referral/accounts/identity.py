"""Who asks: from the cookie of a signed-in browser, or from the bearer token of a program."""

from flask import Flask, Response, current_app, g, request
from flask_login import LoginManager, UserMixin
from sqlalchemy.orm import Session

from referral.accounts import queries, rules, service
from referral.accounts.models import Membership, SignIn
from referral.accounts.rules import Grants, SignInStage
from referral.foundation import clock
from referral.foundation.principal import NOBODY, Principal, PrincipalKind
from referral.web.guard import wants_json
from referral.web.transaction import me


class StaffUser(UserMixin):  # type: ignore[misc]  # Flask-Login ships no types
    """The signed-in principal as Flask-Login's `current_user`."""

    def __init__(self, principal: Principal) -> None:
        self.principal = principal

    def get_id(self) -> str:
        """Return the principal's id."""
        return self.principal.id


def register(app: Flask) -> None:
    """Let Flask-Login ask us: it keeps nothing of its own, the session table decides."""
    manager = LoginManager()
    manager.session_protection = None
    manager.request_loader(lambda _request: StaffUser(me()) if me().kind is not PrincipalKind.NOBODY else None)
    manager.init_app(app)


def identify(session: Session) -> Principal:
    """Return who asks in the running request, or NOBODY."""
    if wants_json():
        return _from_token(session, request.headers.get("Authorization", ""))
    sign_in = current_sign_in(session)
    if sign_in is None or sign_in.membership is None or sign_in.stage is not SignInStage.OPEN:
        return NOBODY
    return _acting(sign_in.membership)


def current_sign_in(session: Session) -> SignIn | None:
    """Return the living session of this browser, whatever it still has to show; its row is touched once a minute."""
    secret = request.cookies.get(cookie_name(), "")
    sign_in = queries.sign_in_by_hash(session, service.hash_secret(secret)) if secret else None
    at = clock.now()
    if sign_in is None or not rules.is_alive(
        at=at, last_seen_at=sign_in.last_seen_at, ends_at=sign_in.ends_at, ended_at=sign_in.ended_at
    ):
        return None
    if not sign_in.user.is_active:
        return None
    if (at - sign_in.last_seen_at).total_seconds() > 60:
        sign_in.last_seen_at = at
    g.sign_in = sign_in
    return sign_in


def cookie_name() -> str:
    """Return the cookie's name: bound to the host over TLS, plain on the loopback demonstration."""
    return "__Host-sid" if _is_tls() else "sid"


def set_cookie(response: Response, secret: str) -> None:
    """Give the browser its session cookie."""
    response.set_cookie(cookie_name(), secret, secure=_is_tls(), httponly=True, samesite="Lax", path="/")


def drop_cookie(response: Response) -> None:
    """Take the cookie back and ask the browser to forget what it kept."""
    response.delete_cookie(cookie_name(), secure=_is_tls(), httponly=True, samesite="Lax", path="/")
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'


def _is_tls() -> bool:
    return str(current_app.config["PUBLIC_BASE_URL"]).startswith("https://")


def _from_token(session: Session, header: str) -> Principal:
    scheme, _, token = header.partition(" ")
    found = queries.token_by_hash(session, service.hash_secret(token)) if scheme.lower() == "bearer" and token else None
    if found is None or found.revoked_at is not None or found.expires_at <= clock.now():
        return NOBODY
    return _acting(found.membership, kind=PrincipalKind.CLIENT, principal_id=str(found.id))


def _acting(
    membership: Membership, *, kind: PrincipalKind = PrincipalKind.USER, principal_id: str | None = None
) -> Principal:
    if not (membership.is_active and membership.user.is_active):
        return NOBODY
    grants: Grants = current_app.extensions["grants"]
    return service.principal_of_membership(membership, grants, kind=kind, principal_id=principal_id)
