"""Pages: what came in and what was sent, with filters in the address."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import flash
from flask.typing import ResponseReturnValue

from referral.audit import service as audit
from referral.foundation import clock
from referral.people.rules import LANGUAGES, NeedCategory, label, language_name
from referral.referrals import queries
from referral.referrals.permissions import ReferralPermission
from referral.referrals.queries import ListedReferral
from referral.referrals.rules import Status, Urgency
from referral.referrals.rules.boxes import INBOX_STATUSES, LABELS, InboxBox, SentBox
from referral.referrals.schemas import InboxFilters, SentFilters
from referral.referrals.views.blueprint import pages
from referral.referrals.views.words import CONNECTION_TONES, CONNECTIONS
from referral.web.chips import in_words
from referral.web.guard import allow
from referral.web.pages import go, query, show
from referral.web.transaction import db, me

CATEGORIES = [(category.value, label(category)) for category in NeedCategory]
URGENCIES = [(urgency.value, in_words(urgency)) for urgency in Urgency]
SPOKEN = [(language.tag, language.name) for language in LANGUAGES.values()]
ASKING = (SentBox.SENT_BACK, SentBox.TO_CALL)
"""Boxes that ask the sender for a next step."""


@pages.get("/inbox")
@allow(ReferralPermission.INBOX)
def inbox() -> ResponseReturnValue:
    """Show what came to the organization; reading moves nothing."""
    wanted = query(InboxFilters)
    box: InboxBox = wanted["box"]
    rows = queries.inbox(db(), _mine(), statuses=INBOX_STATUSES[box], after=wanted["after"])
    audit.record_list(db(), "referral:inbox:read", at=clock.now(), kind="referral", ids=[row.id for row in rows])
    return show(
        "referrals/inbox.html",
        block="rows",
        rows=rows,
        box=box,
        boxes=[(other.value, LABELS[other]) for other in InboxBox],
        counts=_by_box(queries.inbox_counts(db(), _mine())),
        after=wanted["after"],
        next=_next(rows),
        may_move=me().can(ReferralPermission.MOVE),
        language_name=language_name,
        now=clock.now(),
    )


@pages.get("/referrals")
@allow(ReferralPermission.SENT)
def sent() -> ResponseReturnValue:
    """Show what the organization sent, and what asks for its next step."""
    wanted = query(SentFilters)
    if wanted["number"]:
        return _numbered(wanted["number"])
    box: SentBox = wanted["box"]
    rows = queries.sent_box(
        db(),
        _mine(),
        box,
        category=wanted["category"],
        urgency=wanted["urgency"],
        language=wanted["language"],
        by_user_id=me().user_id if wanted["mine"] else None,
        after=wanted["after"],
    )
    audit.record_list(db(), "referral:sent:read", at=clock.now(), kind="referral", ids=[row.id for row in rows])
    named = [row.person_id for row in rows if row.given_name]
    return show(
        "referrals/sent.html",
        block="rows",
        rows=rows,
        box=box,
        boxes=[(other.value, LABELS[other]) for other in SentBox],
        counts=_by_box(queries.sent_counts(db(), _mine()))
        | {asking.value: queries.count_box(db(), _mine(), asking) for asking in ASKING},
        most=queries.MOST,
        numbers=queries.numbers_to_call(db(), named) if box is SentBox.TO_CALL else {},
        narrowed=_narrowed(wanted),
        after=wanted["after"],
        categories=CATEGORIES,
        urgencies=URGENCIES,
        languages=SPOKEN,
        language_name=language_name,
        connection_words=CONNECTIONS,
        connection_tones=CONNECTION_TONES,
        next=_next(rows),
    )


def _numbered(number: str) -> ResponseReturnValue:
    found = queries.by_number(db(), number)
    if found is not None:
        return go("referrals.show", referral_id=found)
    flash(f"You see no referral with the number {number}.", "warning")
    return go("referrals.sent")


def _narrowed(wanted: dict[str, Any]) -> dict[str, str]:
    """Return what the list is narrowed by, as the address says it."""
    asked = {**wanted, "mine": "true" if wanted["mine"] else ""}
    return {name: asked[name] for name in ("category", "urgency", "language", "mine") if asked[name]}


def _mine() -> UUID:
    organization_id = me().organization_id
    assert organization_id is not None, "a role that opens these lists works for an organization"  # noqa: S101 -- for mypy
    return organization_id


def _by_box(counts: dict[Status, int]) -> dict[str, int]:
    open_boxes = {box.value: statuses for box, statuses in INBOX_STATUSES.items() if box is not InboxBox.ENDED}
    return {
        box: sum(count for status, count in counts.items() if status in statuses)
        for box, statuses in open_boxes.items()
    }


def _next(rows: Sequence[ListedReferral]) -> UUID | None:
    return rows[-1].id if len(rows) == queries.PAGE else None
