"""JSON: refer, list, read, move, log, answer, settle; the same verbs as the pages."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from referral.audit import service as audit
from referral.foundation import clock
from referral.foundation.refusals import NotAllowed
from referral.referrals import queries, service
from referral.referrals.models import Comment, ContactAttempt, Contradiction, OutcomeEvidence, Referral
from referral.referrals.permissions import ReferralPermission, actions_for
from referral.referrals.queries import Entry, EntryKind, ListedReferral
from referral.referrals.rules import MOVES, OPEN, Action, HeardBy, Sight, reasons_for
from referral.referrals.rules.boxes import INBOX_STATUSES, Folder, InboxBox, SentBox
from referral.referrals.schemas import (
    AnswerForm,
    AttemptOut,
    ChoicePage,
    ChoiceQuery,
    CommentForm,
    CommentOut,
    ContactForm,
    ContradictionOut,
    ContradictionPage,
    EvidenceOut,
    ListQuery,
    MoveForm,
    ReferralFacts,
    ReferralOut,
    ReferralPage,
    ReferralsOut,
    ReferRequest,
    ResolutionForm,
    Story,
    ToldPage,
    at_its_field,
)
from referral.screening import service as screening
from referral.web.guard import allow
from referral.web.shapes import page, whole
from referral.web.transaction import db, me

api = Blueprint("referrals_api", __name__, url_prefix="/api/v1", description="The closed loop")

OPENS = {Folder.INBOX: ReferralPermission.INBOX, Folder.SENT: ReferralPermission.SENT}


@api.get("/referrals")
@allow(ReferralPermission.READ)
@api.arguments(ListQuery, location="query")
@api.response(200, ReferralPage)
def list_referrals(asked: dict[str, Any]) -> dict[str, Any]:
    """List what came in or what was sent, the oldest first."""
    rows = _listed(asked)
    audit.record_list(db(), "referral:listed", at=clock.now(), kind="referral", ids=[row.id for row in rows])
    return page(rows, asked["limit"])


@api.get("/needs/<uuid:need_id>/choices")
@allow(ReferralPermission.CREATE)
@api.arguments(ChoiceQuery, location="query")
@api.response(200, ChoicePage)
def choices(asked: dict[str, Any], need_id: UUID) -> dict[str, Any]:
    """Read how each service would be referred to: by which channel, on which consent, or what stands in the way."""
    need = screening.open_need(db(), need_id, by=me(), at=clock.now())
    return whole(queries.choices(db(), need, asked["service_at_location_id"], at=clock.now()))


@api.post("/referrals")
@allow(ReferralPermission.CREATE)
@api.arguments(ReferRequest)
@api.response(201, ReferralsOut)
def refer(form: dict[str, Any]) -> dict[str, Any]:
    """Send a confirmed need to each service: all are sent or none."""
    at = clock.now()
    need = screening.open_need(db(), form.pop("need_id"), by=me(), at=at)
    earlier, ids = form.pop("successor_of_id"), form.pop("service_at_location_id")
    successor_of = service.find_referral(db(), earlier, by=me(), at=at) if earlier else None
    sent = service.refer(db(), need, ids, successor_of=successor_of, by=me(), at=at, **form)
    return {"items": [shown(referral) for referral in sent]}


@api.get("/referrals/<uuid:referral_id>")
@allow(ReferralPermission.READ)
@api.response(200, ReferralOut)
def read_referral(referral_id: UUID) -> dict[str, Any]:
    """Read a referral as far as the asker may see it; reading moves nothing."""
    return shown(service.open_referral(db(), referral_id, by=me(), at=clock.now()))


@api.get("/referrals/<uuid:referral_id>/story")
@allow(ReferralPermission.READ)
@api.response(200, Story)
def read_story(referral_id: UUID) -> dict[str, Any]:
    """Read what happened to a referral, the oldest first."""
    referral = service.open_referral(db(), referral_id, by=me(), at=clock.now())
    return {"items": _told(referral, queries.timeline(db(), referral, me()))}


@api.get("/referrals/<uuid:referral_id>/answers")
@allow(ReferralPermission.READ_ANSWERS)
@api.response(200, ToldPage)
def read_answers(referral_id: UUID) -> dict[str, Any]:
    """Read what the person answered about the need of a referral, for who took it or whom they share it with."""
    referral = service.open_referral(db(), referral_id, by=me(), at=clock.now())
    return whole(queries.told_by_person(db(), referral, me(), at=clock.now()))


@api.post(f"/referrals/<uuid:referral_id>/<any({', '.join(Action)}):action>")
@allow(ReferralPermission.MOVE)
@api.arguments(MoveForm)
@api.response(200, ReferralOut)
def move(form: dict[str, Any], referral_id: UUID, action: str) -> dict[str, Any]:
    """Do one action of the loop."""
    referral = service.find_referral(db(), referral_id, by=me(), at=clock.now())
    with at_its_field():
        service.move(db(), referral, Action(action), by=me(), at=clock.now(), **form)
    return shown(referral)


@api.post("/referrals/<uuid:referral_id>/contacts")
@allow(ReferralPermission.LOG_CONTACT)
@api.arguments(ContactForm)
@api.response(201, AttemptOut)
def log_contact(form: dict[str, Any], referral_id: UUID) -> ContactAttempt:
    """Log one attempt to reach the person."""
    referral = service.find_referral(db(), referral_id, by=me(), at=clock.now())
    return service.log_contact(db(), referral, by=me(), at=clock.now(), **form)


@api.post("/referrals/<uuid:referral_id>/comments")
@allow(ReferralPermission.COMMENT)
@api.arguments(CommentForm)
@api.response(201, CommentOut)
def comment(form: dict[str, Any], referral_id: UUID) -> Comment:
    """Write to the other side of a referral; it stands in the story."""
    referral = service.find_referral(db(), referral_id, by=me(), at=clock.now())
    return service.comment(db(), referral, by=me(), at=clock.now(), **form)


@api.post("/referrals/<uuid:referral_id>/answer")
@allow(ReferralPermission.ADD_EVIDENCE)
@api.arguments(AnswerForm)
@api.response(201, EvidenceOut)
def answer(form: dict[str, Any], referral_id: UUID) -> OutcomeEvidence:
    """Keep what the person said about help: evidence, never a move."""
    referral = service.find_referral(db(), referral_id, by=me(), at=clock.now())
    return service.person_answered(
        db(), referral, form["answer"], heard_by=HeardBy.PHONE, note=form["note"], by=me(), at=clock.now()
    )


@api.get("/contradictions")
@allow(ReferralPermission.REVIEW)
@api.response(200, ContradictionPage)
def contradictions() -> dict[str, Any]:
    """List what waits for a call to the person."""
    network_id = me().network_id
    rows = queries.contradicted(db(), network_id) if network_id else []
    ids = [line.id for _, line in rows]
    audit.record_list(db(), "contradiction:read", at=clock.now(), kind="referral", ids=ids)
    return whole([review for review, _ in rows])


@api.post("/contradictions/<uuid:contradiction_id>")
@allow(ReferralPermission.REVIEW)
@api.arguments(ResolutionForm)
@api.response(200, ContradictionOut)
def resolve(form: dict[str, Any], contradiction_id: UUID) -> Contradiction:
    """Close a review with what the person said when asked again."""
    found = service.find_contradiction(db(), contradiction_id)
    service.resolve_contradiction(db(), found, by=me(), at=clock.now(), **form)
    return found


def _listed(asked: dict[str, Any]) -> Sequence[ListedReferral]:
    folder, organization_id = asked["folder"], me().organization_id
    if not me().can(OPENS[folder]) or organization_id is None:
        raise NotAllowed("Your role does not open this folder.")
    where = {"after": asked["after"], "limit": asked["limit"]}
    if asked["box"] and folder is Folder.SENT:
        narrowed = {name: asked[name] for name in ("category", "urgency", "language")}
        mine = me().user_id if asked["mine"] else None
        return queries.sent_box(db(), organization_id, SentBox(asked["box"]), **narrowed, by_user_id=mine, **where)
    read = queries.inbox if folder is Folder.INBOX else queries.sent
    statuses = INBOX_STATUSES[InboxBox(asked["box"])] if asked["box"] else asked["status"] or OPEN
    return read(db(), organization_id, statuses=statuses, **where)


def shown(referral: Referral) -> dict[str, Any]:
    """Return a referral as far as the asker may see it, and what the asker may do with it."""
    seen = queries.seen_person(db(), referral, me(), at=clock.now())
    actions = actions_for(referral, me())
    reasons = [
        {"action": action, "reason": reason}
        for action in actions
        for reason in reasons_for(MOVES[referral.status, action], level=referral.level)
    ]
    facts = {name: getattr(referral, name) for name in ReferralFacts().fields} | {"category": seen.category}
    return {"referral": facts, "person": seen, "actions": actions, "reasons": reasons}


def _told(referral: Referral, entries: Sequence[Entry]) -> list[Entry]:
    """Cut the story to what the asker may read: without content only where it stands."""
    if queries.sight_for(db(), referral, me(), at=clock.now()) is Sight.PARTY:
        return list(entries)
    return [replace(entry, note=None) for entry in entries if entry.kind is EntryKind.MOVE]
