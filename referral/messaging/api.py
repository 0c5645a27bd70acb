"""JSON: the texts of an organization, and what a reply means."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from marshmallow import RAISE

from referral.foundation import clock
from referral.messaging import queries, service
from referral.messaging.models import Message
from referral.messaging.permissions import MessagePermission
from referral.messaging.queries import PAGE
from referral.messaging.schemas import DELIVERY_STATE, MessageDetail, MessagePage, MessageQuery, MessageView, SettleForm
from referral.web.guard import allow
from referral.web.transaction import db, me

api = Blueprint("messaging_api", __name__, url_prefix="/api/v1/messages", description="Texts, both ways")


@api.get("")
@allow(MessagePermission.READ)
@api.arguments(MessageQuery, location="query", unknown=RAISE)
@api.response(200, MessagePage)
def list_messages(asked: dict[str, Any]) -> dict[str, Any]:
    """List texts, the latest first."""
    found = service.open_messages(db(), by=me(), at=clock.now(), shown=asked["show"], before=asked["before"])
    items = found if me().can(MessagePermission.CONTENT) else [_delivery_state(one) for one in found]
    return {"items": items, "next": found[-1].id if len(found) == PAGE else None}


@api.get("/<uuid:message_id>")
@allow(MessagePermission.CONTENT)
@api.response(200, MessageDetail)
def message(message_id: UUID) -> dict[str, Any]:
    """Read one text, what became of it, and what was written before it."""
    found = service.open_message(db(), message_id, by=me(), at=clock.now())
    shown: dict[str, Any] = {column.key: getattr(found, column.key) for column in found.__table__.columns}
    return shown | {"before": queries.exchanged_before(db(), found), "steps": queries.steps(db(), message_id)}


@api.post("/<uuid:message_id>/settle")
@allow(MessagePermission.SETTLE)
@api.arguments(SettleForm)
@api.response(200, MessageView)
def settle(form: dict[str, Any], message_id: UUID) -> Message:
    """Say what a reply means."""
    return service.settle(db(), message_id, meaning=form["meaning"], by=me(), at=clock.now())


def _delivery_state(message: Message) -> dict[str, Any]:
    return {name: getattr(message, name) for name in DELIVERY_STATE}
