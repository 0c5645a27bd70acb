"""What the same work costs without our code: an empty view, a page and an action written by hand in the same server."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Flask, g, template_rendered
from flask.testing import FlaskClient
from jinja2 import Template
from sqlalchemy import Engine

from bench.measure import Deed, Statement, replay
from referral.foundation.principal import NOBODY
from referral.web.guard import public

HELLO, PAGE, ACTION = "/bench/hello", "/bench/page", "/bench/action"


@dataclass
class Hand:
    """What the views written by hand work with: filled between the rounds."""

    engine: Engine
    statements: Sequence[Statement] = ()
    template: Template | None = None
    context: dict[str, Any] | None = None


def stand_by(app: Flask) -> None:
    """Add the three floors to the application, as doors that ask for nobody."""
    hand = app.extensions["bench"] = Hand(app.extensions["database"].engine)

    @public
    def hello() -> str:
        return ""

    @public
    def page() -> str:
        replay(hand.engine, hand.statements)
        assert hand.template is not None
        assert hand.context is not None
        g.principal = hand.context["principal"]
        return hand.template.render(hand.context)

    @public
    def action() -> str:
        with hand.engine.begin() as connection:
            for statement, parameters in hand.statements:
                connection.exec_driver_sql(statement, parameters)
        return ""

    for address, view in ((HELLO, hello), (PAGE, page), (ACTION, action)):
        app.add_url_rule(address, f"bench_{view.__name__}", view, methods=("GET", "POST"))


def page_by_hand(app: Flask, browser: FlaskClient, request: Deed) -> Callable[[Sequence[Statement]], Deed]:
    """Return what makes the same page by hand: its SQL through the driver, its template over the same values."""

    def prepared(statements: Sequence[Statement]) -> Deed:
        hand: Hand = app.extensions["bench"]
        hand.statements = list(statements)
        hand.template, hand.context = _rendered(app, request)
        return lambda: done(browser.get(PAGE))

    return prepared


def _rendered(app: Flask, request: Deed) -> tuple[Template, dict[str, Any]]:
    """Do the request once and return the template it rendered with the values, the reader as plain value."""
    found: list[tuple[Template, dict[str, Any]]] = []

    def note(_app: Flask, template: Template, context: dict[str, Any], **_rest: object) -> None:
        principal = g.get("principal", NOBODY)
        found.append((template, {**context, "principal": principal, "me": lambda: principal}))

    with template_rendered.connected_to(note, app):
        request()
    return found[-1]


def done(answer: Any, *statuses: int) -> Any:
    """Return the answer; raises RuntimeError when it is not the expected kind, so that no error page is measured."""
    if answer.status_code not in (statuses or (200,)):
        raise RuntimeError(f"{answer.request.path} answered {answer.status}")
    return answer
