"""What every FHIR door shares: JSON only, resources as answers, and the notice that travels with them."""

import json

from flask import Blueprint, Response, abort, current_app, request

from referral.exchange.fhir.notices import accompanied
from referral.exchange.fhir.parts import Resource
from referral.foundation import clock
from referral.people.service.disclosing import accompaniment
from referral.web.outcomes import CONTENT_TYPE
from referral.web.transaction import db

api = Blueprint("fhir", __name__, url_prefix="/fhir/R4")

FORMATS = frozenset({"json", "application/json", CONTENT_TYPE})
ACCEPTED = FORMATS | {"*/*", "application/*"}


@api.before_request
def speak_json() -> None:
    """Refuse whoever wants another format (406); `_format` outweighs the header."""
    named = request.args.get("_format")
    if named is not None:
        wanted, known = {_plain(named)}, FORMATS
    else:
        wanted = {_plain(kind) for kind, quality in request.accept_mimetypes if quality > 0}
        known = ACCEPTED
    is_said = named is not None or "Accept" in request.headers
    if is_said and not wanted & known:
        abort(406, f"Ask for {CONTENT_TYPE}.")


def answered(resource: Resource, *, version: int | None = None) -> Response:
    """Return a resource, with its version as a weak ETag, and with the notice of what it discloses."""
    told = accompaniment(db(), at=clock.now())
    response = Response(json.dumps(accompanied(resource, told) if told else resource), content_type=CONTENT_TYPE)
    if version is not None:
        response.headers["ETag"] = f'W/"{version}"'
    return response


def base_url() -> str:
    """Return the address under which all of this stands."""
    return f"{current_app.config['PUBLIC_BASE_URL']}{api.url_prefix}"


def _plain(kind: str) -> str:
    """Return a media type without its parameters; a + in an address may have become a space."""
    return kind.split(";", maxsplit=1)[0].strip().lower().replace(" ", "+")
