"""Pages: one referral, everything that may be done with it, and its story."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import current_app, url_for
from flask.typing import ResponseReturnValue

from referral.foundation import clock
from referral.people.rules import language_name
from referral.referrals import queries, service
from referral.referrals.models import Referral
from referral.referrals.permissions import ReferralPermission, actions_for, is_sender_side
from referral.referrals.queries import Listing
from referral.referrals.rules import (
    MOVES,
    Action,
    Channel,
    ContactResult,
    ContactWay,
    HeardBy,
    Reason,
    Sight,
    Status,
    reason_label,
    reasons_for,
)
from referral.referrals.schemas import AnswerForm, CommentForm, ContactForm, MoveForm, at_its_field
from referral.referrals.views.blueprint import pages
from referral.referrals.views.words import ANSWERS, CONNECTIONS, WAYS, story_of
from referral.web.chips import in_words
from referral.web.forms import FormState
from referral.web.guard import allow, permission_of
from referral.web.pages import go, read, redisplay, show
from referral.web.transaction import db, me

NEUTRAL = Listing(service="A service", location=None)
"""For whoever bills a service whose name would tell what somebody is treated for."""
AT_ONCE = frozenset({Action.REVIEW, Action.ACCEPT, Action.START})
DONE = {
    Action.REVIEW: "Marked as in review.",
    Action.ACCEPT: "Accepted. You now see how to reach the person.",
    Action.WAITLIST: "On the waiting list.",
    Action.ASK_PERSON: "Waiting for the person.",
    Action.START: "The service has started.",
    Action.SERVE: "Closed as served.",
    Action.CLOSE_UNSERVED: "Closed as not served.",
    Action.DECLINE: "Declined. The sender sees the reason.",
    Action.RECALL: "Recalled.",
    Action.WITHDRAW: "Withdrawn.",
    Action.MARK_ERROR: "Marked as entered in error.",
}


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing this reader may do: at once with a button, or with a few words in a form."""

    action: Action
    is_at_once: bool
    reasons: Sequence[Reason]

    @property
    def options(self) -> list[tuple[str, str]]:
        """Return the reasons as choices; one that needs a note or is unverified says so."""
        return [(reason.code, _reason_words(reason)) for reason in self.reasons]


def referral_page(
    referral_id: UUID, action: str = "", form: FormState | None = None, **_parameters: object
) -> ResponseReturnValue:
    """Show a referral; `action` names the form that came back."""
    at = clock.now()
    referral = service.open_referral(db(), referral_id, by=me(), at=at)
    seen = queries.seen_person(db(), referral, me(), at=at)
    sender_side = is_sender_side(referral, me())
    return show(
        "referrals/show.html",
        referral=referral,
        seen=seen,
        listing=NEUTRAL if queries.is_masked(referral, me()) else queries.listing_of(db(), referral),
        told=queries.told_by_person(db(), referral, me(), at=at),
        deeds=deeds_for(referral),
        story=story_of(queries.timeline(db(), referral, me()), shows_content=seen.sight is Sight.PARTY),
        asked=action,
        form=form,
        is_sender_side=sender_side,
        is_off_platform=referral.channel is Channel.OFF_PLATFORM,
        may_log_contact=_may_log_contact(referral),
        may_comment=queries.may_comment(db(), referral, me(), at=at),
        may_answer=_may_answer(referral),
        review=queries.open_contradiction(db(), referral.id) if sender_side else None,
        reason=reason_label(referral.status, referral.reason_code),
        answer_due_at=queries.answer_due_at(db(), referral),
        now=at,
        is_receiver=_is_receiver(referral),
        elsewhere=_elsewhere(referral),
        notes=current_app.extensions["notes_on_referral"](
            db(), referral, at.astimezone(ZoneInfo(me().time_zone)).date()
        ),
        ways=[(way, WAYS[way]) for way in ContactWay],
        results=[(result, in_words(result)) for result in ContactResult],
        answers=ANSWERS,
        connection_words=CONNECTIONS,
        language_name=language_name,
    )


def deeds_for(referral: Referral) -> list[Deed]:
    """Return what the asker may do with the referral now, in the order of the loop."""
    return [
        Deed(action, action in AT_ONCE, reasons_for(MOVES[referral.status, action], level=referral.level))
        for action in actions_for(referral, me())
    ]


@pages.get("/referrals/<uuid:referral_id>", endpoint="show")
@allow(ReferralPermission.READ)
def show_referral(referral_id: UUID) -> ResponseReturnValue:
    """Show a referral; reading it moves nothing."""
    return referral_page(referral_id)


@pages.post(f"/referrals/<uuid:referral_id>/<any({', '.join(Action)}):action>")
@allow(ReferralPermission.MOVE)
@redisplay(referral_page)
def act(referral_id: UUID, action: str) -> ResponseReturnValue:
    """Do one action of the loop."""
    form, at, step = read(MoveForm), clock.now(), Action(action)
    referral = service.find_referral(db(), referral_id, by=me(), at=at)
    with at_its_field():
        service.move(db(), referral, step, by=me(), at=at, **form)
    return _after(referral, f"{referral.number}: {DONE.get(step, 'Done.')}", at=at)


@pages.post("/referrals/<uuid:referral_id>/contacts")
@allow(ReferralPermission.LOG_CONTACT)
@redisplay(partial(referral_page, action="contacts"))
def log_contact(referral_id: UUID) -> ResponseReturnValue:
    """Log one attempt to reach the person."""
    form, at = read(ContactForm), clock.now()
    referral = service.find_referral(db(), referral_id, by=me(), at=at)
    service.log_contact(db(), referral, by=me(), at=at, **form)
    return _after(referral, "The attempt is logged.", at=at)


@pages.post("/referrals/<uuid:referral_id>/comments")
@allow(ReferralPermission.COMMENT)
@redisplay(partial(referral_page, action="comments"))
def comment(referral_id: UUID) -> ResponseReturnValue:
    """Write to the other side."""
    form, at = read(CommentForm), clock.now()
    referral = service.find_referral(db(), referral_id, by=me(), at=at)
    service.comment(db(), referral, by=me(), at=at, **form)
    return _after(referral, "Sent. The other side finds it on its home page.", at=at)


@pages.post("/referrals/<uuid:referral_id>/answer")
@allow(ReferralPermission.ADD_EVIDENCE)
@redisplay(partial(referral_page, action="answer"))
def answer(referral_id: UUID) -> ResponseReturnValue:
    """Keep what the person said on the phone: evidence, never a move."""
    form, at = read(AnswerForm), clock.now()
    referral = service.find_referral(db(), referral_id, by=me(), at=at)
    service.person_answered(db(), referral, form["answer"], heard_by=HeardBy.PHONE, note=form["note"], by=me(), at=at)
    return _after(referral, "What the person said is kept.", at=at)


def _after(referral: Referral, message: str, *, at: datetime) -> ResponseReturnValue:
    """Show the referral again, or the list when it is closed to this reader now."""
    if queries.visible(db(), me(), referral.id, at=at) is None:
        return go("referrals.inbox", message)
    return go("referrals.show", message, referral_id=referral.id)


def _reason_words(reason: Reason) -> str:
    marks = ["write a note"] if reason.needs_note else []
    marks += [] if reason.is_verified else ["unverified"]
    return f"{reason.label} ({', '.join(marks)})" if marks else reason.label


def _elsewhere(referral: Referral) -> list[tuple[str, str]]:
    """Return what this reader may go on to in the rooms above: pay, deliver, follow the thread."""
    is_taken, here = referral.taken_at is not None, {"referral_id": referral.id}
    doors: list[tuple[str, str, dict[str, Any], bool]] = [
        ("Ask the plan to pay", "programs.request_form", here, is_taken and is_sender_side(referral, me())),
        ("Record a delivery", "billing.deliver_form", here, is_taken and _is_receiver(referral)),
        ("From answer to payment", "desk.thread", {"kind": "referral", "id": referral.id}, True),
    ]
    return [
        (words, url_for(endpoint, **ids))
        for words, endpoint, ids, makes_sense in doors
        if makes_sense and me().can(str(permission_of(current_app, endpoint)))
    ]


def _is_receiver(referral: Referral) -> bool:
    return me().organization_id == referral.receiving_organization_id


def _may_log_contact(referral: Referral) -> bool:
    is_running = referral.ended_at is None and referral.status is not Status.DRAFT
    return is_running and me().can(ReferralPermission.LOG_CONTACT)


def _may_answer(referral: Referral) -> bool:
    is_sent = referral.sent_at is not None and referral.status is not Status.ENTERED_IN_ERROR
    return is_sent and is_sender_side(referral, me()) and me().can(ReferralPermission.ADD_EVIDENCE)
