"""What travels with every answer that shows something of L2: on the page, in a part of a page, in JSON."""

import json
from typing import Any

from flask import Response, g, render_template_string, request
from sqlalchemy.orm import Session

from referral.foundation import clock
from referral.people.rules.part2 import Disclosure
from referral.people.service.disclosing import accompaniment
from referral.people.views.blueprint import pages

PART_OF_PAGE = '<div id="disclosure" hx-swap-oob="true">{{ ui.disclosure_notice(told) }}</div>'


def disclosure() -> Disclosure | None:
    """Return the notice and the consents that belong to what this answer has loaded; None when nothing is sensitive."""
    session: Session | None = g.get("session")
    return None if session is None else accompaniment(session, at=clock.now())


@pages.app_context_processor
def for_layout() -> dict[str, Any]:
    """Let the layout, which every page has, show it."""
    return {"disclosure": disclosure}


@pages.after_app_request
def travel_along(response: Response) -> Response:
    """Add it to JSON as the member `notice`, and to the part of a page that htmx asked for."""
    if response.status_code >= 300 or response.is_streamed:
        return response
    if response.mimetype == "application/json":
        _into_json(response)
    elif response.mimetype == "text/html" and request.headers.get("HX-Request") == "true":
        _into_part(response)
    return response


def _into_json(response: Response) -> None:
    told = disclosure()
    answer = response.get_json(silent=True) if told else None
    if told is None or not isinstance(answer, dict):
        return
    notice = told.notice
    words = {"text": notice.text, "version": notice.version, "is_checked": notice.is_checked}
    response.set_data(json.dumps({**answer, "notice": {**words, "consents": told.explained}}))


def _into_part(response: Response) -> None:
    body = response.get_data(as_text=True)
    told = None if "<!doctype html" in body[:200].lower() else disclosure()
    if told is not None:
        response.set_data(body + render_template_string(PART_OF_PAGE, told=told))
