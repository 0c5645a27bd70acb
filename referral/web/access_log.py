"""One line a request: the address by its pattern, never what was typed into it."""

import logging
import time

from flask import Response, g, request

from referral.foundation.principal import NOBODY, Principal

log = logging.getLogger(__name__)


def begin() -> None:
    """Note when the request came."""
    g.began = time.monotonic()


def write(response: Response) -> Response:
    """Write the line; files of the pages are left out."""
    if request.endpoint == "static":
        return response
    principal: Principal = g.get("principal", NOBODY)
    fields = {
        "method": request.method,
        "route": request.url_rule.rule if request.url_rule else "none",
        "status": response.status_code,
        "ms": round((time.monotonic() - g.get("began", time.monotonic())) * 1000, 1),
        "request_id": g.get("request_id", ""),
        "principal": f"{principal.kind}:{principal.id}",
    }
    log.info("request", extra=fields)
    return response
