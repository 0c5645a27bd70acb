"""Pages: the texts of an organization, what did not leave and why, and replies that somebody must read."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from referral.foundation import clock
from referral.messaging import queries, service
from referral.messaging.permissions import MessagePermission
from referral.messaging.queries import PAGE
from referral.messaging.rules import ReplyMeaning
from referral.messaging.rules.words import MEANING_WORDS, REASON_WORDS, status_words
from referral.messaging.schemas import SETTLED_AS, MessageQuery, SettleForm
from referral.messaging.vocabulary import error_meanings, unreviewed_languages
from referral.web.forms import FormState
from referral.web.guard import allow
from referral.web.pages import go, query, read, redisplay, show
from referral.web.transaction import db, me

pages = Blueprint("messaging", __name__)


@pages.get("/messages")
@allow(MessagePermission.READ)
def messages() -> ResponseReturnValue:
    """Show the texts of the organization."""
    asked = query(MessageQuery)
    return show(
        "messaging/messages.html",
        block="messages",
        messages=service.open_messages(db(), by=me(), at=clock.now(), shown=asked["show"], before=asked["before"]),
        counts=queries.counts(db(), me().organization_id),
        shown=asked["show"],
        before=asked["before"],
        page_size=PAGE,
        shows_content=me().can(MessagePermission.CONTENT),
        **_words(),
    )


def message_page(message_id: UUID, form: FormState | None = None) -> Response:
    """Show one text, what was written before it, and, for a reply nobody understood, what it may mean."""
    message = service.open_message(db(), message_id, by=me(), at=clock.now())
    return show(
        "messaging/message.html",
        message=message,
        before=queries.exchanged_before(db(), message),
        steps=queries.steps(db(), message_id),
        has_question=queries.open_question(db(), message.phone) is not None,
        can_settle=me().can(MessagePermission.SETTLE) and message.needs_person and not message.settled_at,
        settle_options=_settle_options(),
        form=form,
        **_words(),
    )


@pages.get("/messages/<uuid:message_id>")
@allow(MessagePermission.CONTENT)
def message(message_id: UUID) -> ResponseReturnValue:
    """Show one text."""
    return message_page(message_id)


@pages.post("/messages/<uuid:message_id>/settle")
@allow(MessagePermission.SETTLE)
@redisplay(message_page)
def settle(message_id: UUID) -> ResponseReturnValue:
    """Say what a reply means."""
    form = read(SettleForm)
    service.settle(db(), message_id, meaning=form["meaning"], by=me(), at=clock.now())
    return go("messaging.messages", "The reply is settled.", show="to_read")


def _words() -> dict[str, Any]:
    return {
        "status_words": status_words,
        "reason_words": REASON_WORDS,
        "meaning_words": MEANING_WORDS,
        "error_meanings": error_meanings(),
        "unreviewed": unreviewed_languages(),
    }


def _settle_options() -> list[tuple[str, str]]:
    """Return what a reply can be settled as, in words."""
    words = MEANING_WORDS | {ReplyMeaning.UNCLEAR: "Nothing to act on"}
    return [(meaning.value, words[meaning]) for meaning in SETTLED_AS]
