"""Doors for Twilio: what became of our texts, and what people text back. Twilio's signature is the key."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, abort, current_app, g, request
from flask.typing import ResponseReturnValue
from marshmallow import EXCLUDE, Schema

from referral.foundation import clock
from referral.foundation.principal import system
from referral.foundation.settings import Settings
from referral.messaging import service
from referral.messaging.rules import status_from_twilio
from referral.messaging.schemas import InboundText, StatusReport
from referral.messaging.twilio import is_genuine
from referral.web.guard import public
from referral.web.transaction import act_as, db

hooks = Blueprint("twilio", __name__, url_prefix="/webhooks/twilio")
NOTHING_TO_SAY = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


@hooks.post("/status")
@public
def status() -> ResponseReturnValue:
    """Take over what became of one of our texts; 204 also for one that is not ours."""
    report = _genuine(StatusReport)
    reported = status_from_twilio(report["MessageStatus"])
    if reported is not None:
        service.report(
            db(),
            twilio_sid=report["MessageSid"],
            status=reported,
            error_code=report["ErrorCode"],
            message_id=request.args.get("message", type=UUID),
            at=clock.now(),
        )
    return Response(status=204)


@hooks.post("/inbound")
@public
def inbound() -> ResponseReturnValue:
    """Take over a person's text; what we answer leaves as a text of its own."""
    text = _genuine(InboundText)
    service.receive(db(), twilio_sid=text["MessageSid"], phone=text["From"], body=text["Body"], at=clock.now())
    return Response(NOTHING_TO_SAY, content_type="text/xml")


def _genuine(schema: type[Schema]) -> dict[str, Any]:
    """Return the form that Twilio signed, read through the schema; anything else is 403 and writes nothing."""
    g.wants_json = True
    settings: Settings = current_app.extensions["settings"]
    url = settings.public_base_url + request.full_path.rstrip("?")
    form = request.form.to_dict()  # untrimmed: the signature covers every blank
    signature = request.headers.get("X-Twilio-Signature")
    if not is_genuine(url, form, signature, auth_token=settings.twilio_auth_token):
        abort(403)
    act_as(system("twilio-webhook"))
    loaded: dict[str, Any] = schema(unknown=EXCLUDE).load(form)
    return loaded
