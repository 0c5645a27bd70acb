"""Pages: the texts of an organization, what did not leave and why, and replies that somebody must read."""

from uuid import UUID

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from referral.foundation import clock
from referral.messaging import queries, service
from referral.messaging.permissions import MessagePermission
from referral.messaging.queries import PAGE
from referral.messaging.rules import ReplyMeaning
from referral.messaging.rules.words import MEANING_WORDS, REASON_WORDS, STATUS_WORDS
from referral.messaging.schemas import SETTLED_AS, MessageQuery, SettleForm
from referral.messaging.vocabulary import error_meanings, unreviewed_languages
from referral.web.forms import FormState
from referral.web.guard import allow
from referral.web.pages import go, query, read, redisplay, show
from referral.web.transaction import db, me

pages = Blueprint("messaging", __name__)


def messages_page(message_id: UUID | None = None, form: FormState | None = None) -> Response:
    """Show a page of texts; with a form, the reply that could not be settled."""
    asked = query(MessageQuery)
    messages = service.open_messages(db(), by=me(), at=clock.now(), shown=asked["show"], before=asked["before"])
    return show(
        "messaging/messages.html",
        block="messages",
        messages=messages,
        counts=queries.counts(db(), me().organization_id),
        shown=asked["show"],
        before=asked["before"],
        page_size=PAGE,
        can_settle=me().can(MessagePermission.SETTLE),
        settle_options=_settle_options(),
        refused_id=message_id,
        form=form,
        status_words=STATUS_WORDS,
        reason_words=REASON_WORDS,
        meaning_words=MEANING_WORDS,
        error_meanings=error_meanings(),
        unreviewed=unreviewed_languages(),
    )


@pages.get("/messages")
@allow(MessagePermission.READ)
def messages() -> ResponseReturnValue:
    """Show the texts of the organization."""
    return messages_page()


@pages.post("/messages/<uuid:message_id>/settle")
@allow(MessagePermission.SETTLE)
@redisplay(messages_page)
def settle(message_id: UUID) -> ResponseReturnValue:
    """Say what a reply means."""
    form = read(SettleForm)
    service.settle(db(), message_id, meaning=form["meaning"], by=me(), at=clock.now())
    return go("messaging.messages", "The reply is settled.", show="to_read")


def _settle_options() -> list[tuple[str, str]]:
    """Return what a reply can be settled as, in words."""
    words = MEANING_WORDS | {ReplyMeaning.UNCLEAR: "Nothing to act on"}
    return [(meaning.value, words[meaning]) for meaning in SETTLED_AS]
