"""What pages and programs say about texts."""

from marshmallow import Schema, fields, validate

from referral.messaging.queries import PAGE, Shown
from referral.messaging.rules import Direction, MessageStatus, NotSentReason, ReplyMeaning
from referral.messaging.templates import Template
from referral.web.shapes import Strict

SETTLED_AS = (ReplyMeaning.YES, ReplyMeaning.PARTLY, ReplyMeaning.NO, ReplyMeaning.STOP, ReplyMeaning.UNCLEAR)


class MessageQuery(Strict):
    """Which texts to list."""

    show = fields.Enum(Shown, by_value=True, load_default=Shown.ALL)
    before = fields.UUID(load_default=None)


class SettleForm(Strict):
    """What a reply means; `unclear` says that there is nothing to act on."""

    meaning = fields.Enum(
        ReplyMeaning,
        by_value=True,
        required=True,
        validate=validate.OneOf(SETTLED_AS, error="Choose what the reply means."),
        error_messages={"required": "Choose what the reply means."},
    )


class MessageView(Schema):
    """One text as a program sees it."""

    id = fields.UUID()
    person_id = fields.UUID(allow_none=True)
    question_id = fields.UUID(allow_none=True)
    direction = fields.Enum(Direction, by_value=True)
    template = fields.Enum(Template, by_value=True, allow_none=True)
    phone = fields.String()
    body = fields.String(attribute="readable")
    status = fields.Enum(MessageStatus, by_value=True)
    reason = fields.Enum(NotSentReason, by_value=True, allow_none=True)
    error_code = fields.Integer(allow_none=True)
    meaning = fields.Enum(ReplyMeaning, by_value=True, allow_none=True)
    needs_person = fields.Boolean()
    settled_at = fields.AwareDateTime(allow_none=True)
    created_at = fields.AwareDateTime()


DELIVERY_STATE = ("id", "direction", "status", "reason", "error_code", "created_at")
"""What an administrator of the system reads of a text."""


class MessageStepOut(Schema):
    """One thing that became of a text."""

    status = fields.Enum(MessageStatus, by_value=True)
    error_code = fields.Integer(allow_none=True)
    at = fields.AwareDateTime()


class MessageDetail(MessageView):
    """A text with what became of it and what was written before it."""

    steps = fields.List(fields.Nested(MessageStepOut))
    before = fields.List(fields.Nested(MessageView))


class MessagePage(Schema):
    """A page of texts; `next` is the id to give as `before` for the following one."""

    items = fields.List(fields.Nested(MessageView), required=True, metadata={"maxItems": PAGE})
    next = fields.UUID(allow_none=True, required=True)


class StatusReport(Schema):
    """What we use of Twilio's status callback; it may hold more."""

    MessageSid = fields.String(required=True, validate=validate.Regexp(r"^(SM|MM)[0-9a-fA-F]{32}$"))
    MessageStatus = fields.String(required=True)
    ErrorCode = fields.Integer(load_default=None, allow_none=True)


class InboundText(Schema):
    """What we use of Twilio's webhook for an incoming text; it may hold more."""

    MessageSid = fields.String(required=True, validate=validate.Regexp(r"^(SM|MM)[0-9a-fA-F]{32}$"))
    From = fields.String(required=True, validate=validate.Length(1, 40))
    Body = fields.String(load_default="", validate=validate.Length(max=1600))
