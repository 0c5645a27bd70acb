"""Errors as people and programs need them: a page that says what to do, a problem document, or an OperationOutcome."""

import json
import logging
import traceback
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, current_app, g, render_template
from flask_wtf.csrf import CSRFError
from jinja2 import Template
from marshmallow import ValidationError
from redis.exceptions import RedisError
from sqlalchemy.exc import DataError, IntegrityError, InterfaceError, OperationalError, PendingRollbackError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from referral.foundation.refusals import NotAllowed, NotFound, Refused, Stale, TooManyTries, Unfit
from referral.web import outcomes, versions
from referral.web.guard import wants_fhir, wants_json
from referral.web.transaction import give_up

log = logging.getLogger(__name__)

UNAVAILABLE = (OperationalError, InterfaceError, PendingRollbackError, NoConnectionFree, RedisError)
"""What is raised when the database or the queue does not answer, or not in time."""

TITLES = {
    400: "We could not read that request",
    401: "Sign in to continue",
    403: "Your role does not allow this",
    404: "We could not find that",
    405: "This page does not take that kind of request",
    406: "We answer in JSON only",
    409: "That is no longer possible",
    412: "Somebody changed this before you",
    413: "That file is too large",
    422: "Please check what you entered",
    428: "Please open the page again before you save",
    429: "Too many tries",
    500: "Something went wrong on our side",
    503: "We are not available right now",
}

SAYS_WHY = frozenset({400, 406, 409, 422, 428, 429})
"""Statuses whose sentence is ours and helps; the others' descriptions are the library's."""


def problem(
    status: int, detail: str = "", errors: Any = None, headers: dict[str, str] | None = None, **more: Any
) -> Response:
    """Answer with the error page, under /fhir/ with an OperationOutcome, else for programs with a problem document.

    `more` are members of the problem document.
    """
    title = TITLES.get(status, HTTPStatus(status).phrase)
    if wants_fhir():
        document = outcomes.operation_outcome(status, title, detail, errors, request_id=g.get("request_id", ""))
        body, kind = json.dumps(document), outcomes.CONTENT_TYPE
    elif wants_json():
        document = {"type": "about:blank", "title": title, "status": status}
        document |= {"detail": detail} if detail else {}
        document |= {"errors": errors} if errors else {}
        document |= {**more, "request_id": g.get("request_id", "")}
        body, kind = json.dumps(document), "application/problem+json"
    else:
        body, kind = _page(status, title=title, detail=detail, errors=errors), "text/html; charset=utf-8"
    return Response(body, status=status, content_type=kind, headers=headers)


def _page(status: int, **told: Any) -> str:
    """Render the status's own page, or the general one; without the database it does not know its reader."""
    own_or_general: list[str | Template] = [f"errors/{status}.html", "errors/400.html"]
    try:
        return render_template(own_or_general, **told)
    except UNAVAILABLE:
        give_up()
        return render_template(own_or_general, **told)


def register(app: Flask) -> None:
    """Tell the application how each kind of trouble answers."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(ValidationError, lambda error: problem(422, errors=error.normalized_messages()))
    app.register_error_handler(NotFound, lambda _error: problem(404))
    app.register_error_handler(NotAllowed, lambda error: problem(403, str(error)))
    app.register_error_handler(
        TooManyTries, lambda error: problem(429, str(error), headers={"Retry-After": str(error.wait_s)})
    )
    app.register_error_handler(Unfit, lambda error: problem(422, errors={"json": {error.field: [str(error)]}}))
    app.register_error_handler(Refused, lambda error: problem(409, str(error)))
    app.register_error_handler(Stale, _stale)
    app.register_error_handler(StaleDataError, _stale)
    app.register_error_handler(IntegrityError, lambda _error: problem(409, "Somebody did the same at the same moment."))
    app.register_error_handler(DataError, lambda _error: problem(422, "A value is too long or of the wrong kind."))
    for trouble in UNAVAILABLE:
        app.register_error_handler(trouble, _unavailable)
    app.register_error_handler(
        CSRFError, lambda _error: problem(400, "The page was open for too long. Go back and try again.")
    )
    app.register_error_handler(Exception, _unexpected)


def _http(error: HTTPException) -> Response:
    data: dict[str, Any] = getattr(error, "data", None) or {}
    status = error.code or 500
    if error.response is not None:
        return error.response  # type: ignore[return-value]  # aborts with a ready response are Flask responses
    detail = str(data.get("message", "")) or (error.description or "" if status in SAYS_WHY and not data else "")
    headers = (
        {"Allow": ", ".join(error.valid_methods or ())} if status == 405 and hasattr(error, "valid_methods") else {}
    )
    return problem(status, detail, data.get("messages"), headers | dict(data.get("headers") or {}))


def _stale(_error: Exception) -> Response:
    if wants_fhir():
        return problem(412, "Somebody saved another version meanwhile: read it again.")
    if not wants_json():
        return problem(412)
    return problem(412, "Somebody saved another version meanwhile.", saved=versions.saved_now())


def _unavailable(error: Exception) -> Response:
    log.error("a server we depend on did not answer", extra={"error": type(error).__name__})
    give_up()
    return problem(503, headers={"Retry-After": "5"})


def _unexpected(error: Exception) -> Response:
    if current_app.testing:
        raise error
    # The frames without the message: an exception's text could carry a name.
    frames = "".join(traceback.format_tb(error.__traceback__))
    log.error("unexpected %s in request %s\n%s", type(error).__name__, g.get("request_id", ""), frames)
    return problem(500)
