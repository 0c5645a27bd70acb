"""One transaction a request: opened lazily for the asker, committed once, rolled back when anything goes wrong."""

from collections.abc import Callable

from flask import Flask, Response, current_app, g, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from referral.foundation.database import Database, become, lost_a_race
from referral.foundation.principal import NOBODY, Principal

Identify = Callable[[Session], Principal]
"""Finds out who asks, from the cookie or the bearer token of the running request."""


class Application(Flask):
    """Flask, committing before the answer leaves, so that a refusal at commit still becomes an honest page."""

    def dispatch_request(self) -> ResponseReturnValue:
        """Run the view and settle its transaction; one that lost a race in the database is run once more."""
        before_commit = g.get("before_commit")
        try:
            return self._settled()
        except OperationalError as error:
            if not lost_a_race(error):
                raise
        close()
        g.before_commit = before_commit
        for file in request.files.values():
            file.seek(0)
        return self._settled()

    def _settled(self) -> ResponseReturnValue:
        """Run the view: below 400 its transaction commits, else it rolls back."""
        response = self.make_response(super().dispatch_request())
        settle(response)
        return response


def database() -> Database:
    """Return the application's database."""
    found: Database = current_app.extensions["database"]
    return found


def db() -> Session:
    """Return the request's session, naming its asker."""
    if "session" not in g:
        g.session = database().session(NOBODY)
        g.session.info["origin"] = {"ip": request.remote_addr, "request_id": g.get("request_id", "")}
        identify: Identify = current_app.extensions["identify"]
        g.principal = identify(g.session)
        become(g.session, g.principal)
    session: Session = g.session
    return session


def me() -> Principal:
    """Return who asks; `NOBODY` when nobody is signed in, or when the database is not there to say."""
    if "gave_up" not in g:
        db()
    principal: Principal = g.principal
    return principal


def act_as(principal: Principal) -> None:
    """Let the rest of the request act for another principal: after sign-in, or through a signed link."""
    db()
    g.principal = principal
    become(g.session, principal)


def give_up() -> None:
    """After the database was lost: ask it nothing more in this request, whose page is for nobody in particular."""
    close()
    g.principal, g.gave_up = NOBODY, True


def keep_so_far() -> None:
    """Commit what the request did so far, whatever becomes of the rest: a use that was counted, a read of a record."""
    db().commit()


def settle(response: Response) -> None:
    """Commit or roll back, then nudge the worker once if jobs were added."""
    session: Session | None = g.get("session")
    if session is None:
        return
    if response.status_code >= 400:
        session.rollback()
        return
    before_commit: Callable[[Response], None] | None = g.get("before_commit")
    if before_commit is not None:
        before_commit(response)
    session.commit()
    if session.info.pop("has_new_jobs", False):
        nudge: Callable[[], None] = current_app.extensions["nudge"]
        nudge()


def close(_error: BaseException | None = None) -> None:
    """At the end of the request: give the connection back, with nothing left undone."""
    session: Session | None = g.pop("session", None)
    if session is not None:
        session.close()
