"""Pages about how long records are kept, and what is held back."""

from uuid import UUID

from flask import Blueprint
from flask.typing import ResponseReturnValue

from referral.foundation import clock
from referral.foundation.refusals import NotFound
from referral.retention import queries, service
from referral.retention.permissions import RetentionPermission
from referral.retention.rules import RUNNING, WORDS, HoldKind, RetentionClass
from referral.retention.schemas import ClosingForm, DecisionForm, HoldForm, ProposalForm
from referral.web.forms import FormState
from referral.web.guard import allow
from referral.web.pages import go, read, redisplay, show
from referral.web.transaction import db, me

HOLD_KINDS = [
    (HoldKind.LEGAL.value, "Everything: a court, a lawyer or an inquiry asked"),
    (HoldKind.PERSON_ASKED.value, "What the person told about their safety: they asked to keep it"),
]

pages = Blueprint("retention", __name__)


def policies_page(form: FormState | None = None, kind: str = "") -> ResponseReturnValue:
    """Show how long each class is kept, and what is held back; an error belongs to the form of its class."""
    return show(
        "retention/policies.html",
        form=form,
        erring=kind,
        policies=queries.policies(db(), me().network_id),
        words=WORDS,
        changeable={one for one in RUNNING if WORDS[one].is_of_network},
        holds=queries.holds(db(), me().network_id),
        hold_kinds=HOLD_KINDS,
        user_id=me().user_id,
    )


@pages.get("/retention")
@allow(RetentionPermission.CHANGE)
def policies() -> ResponseReturnValue:
    """Show how long each class is kept, and what is held back."""
    return policies_page()


@pages.post("/retention/<kind>/propose")
@allow(RetentionPermission.CHANGE)
@redisplay(policies_page)
def propose(kind: str) -> ResponseReturnValue:
    """Propose another time for a class."""
    service.propose(db(), _class(kind), **read(ProposalForm), by=me(), at=clock.now())
    return go("retention.policies", "Proposed. It counts once another system administrator confirms it.")


@pages.post("/retention/<kind>/decide")
@allow(RetentionPermission.CHANGE)
@redisplay(policies_page)
def decide(kind: str) -> ResponseReturnValue:
    """Confirm a proposal, or drop it."""
    form = read(DecisionForm)
    service.decide(db(), _class(kind), **form, by=me(), at=clock.now())
    return go("retention.policies", "The new time counts." if form["confirms"] else "The proposal is dropped.")


@pages.post("/retention/holds")
@allow(RetentionPermission.CHANGE)
@redisplay(policies_page)
def hold() -> ResponseReturnValue:
    """Hold back what belongs to a person."""
    service.hold(db(), **read(HoldForm), by=me(), at=clock.now())
    return go("retention.policies", "Held from now on, until somebody ends it.")


@pages.post("/retention/holds/<uuid:hold_id>/end")
@allow(RetentionPermission.CHANGE)
def release(hold_id: UUID) -> ResponseReturnValue:
    """End a hold."""
    service.release(db(), hold_id, by=me(), at=clock.now())
    return go("retention.policies", "The hold has ended.")


def erasures_page(form: FormState | None = None, erasure_id: UUID | None = None) -> ResponseReturnValue:
    """Show who asked that their record be erased, by number; an error belongs to the form of its request."""
    at, rows = clock.now(), queries.erasures(db(), me().network_id)
    return show(
        "retention/erasures.html",
        form=form,
        erring=erasure_id,
        erasures=rows,
        held=queries.held_among(db(), [row.person_id for row in rows], at=at),
        today=clock.today(me().time_zone),
        user_id=me().user_id,
    )


@pages.get("/erasures")
@allow(RetentionPermission.ERASE)
def erasures() -> ResponseReturnValue:
    """Show who asked that their record be erased, by number."""
    return erasures_page()


@pages.post("/erasures/<uuid:erasure_id>/propose")
@allow(RetentionPermission.ERASE)
@redisplay(erasures_page)
def propose_erasure(erasure_id: UUID) -> ResponseReturnValue:
    """Propose to erase a record."""
    service.propose_erasure(db(), erasure_id, by=me(), at=clock.now())
    return go("retention.erasures", "Proposed. It happens once another system administrator confirms it.")


@pages.post("/erasures/<uuid:erasure_id>/confirm")
@allow(RetentionPermission.ERASE)
@redisplay(erasures_page)
def confirm_erasure(erasure_id: UUID) -> ResponseReturnValue:
    """Confirm it: the record leaves."""
    service.confirm_erasure(db(), erasure_id, by=me(), at=clock.now())
    return go("retention.erasures", "Confirmed. The record is erased within a minute.")


@pages.post("/erasures/<uuid:erasure_id>/close")
@allow(RetentionPermission.ERASE)
@redisplay(erasures_page)
def close_erasure(erasure_id: UUID) -> ResponseReturnValue:
    """Close a request without erasing."""
    service.close_erasure(db(), erasure_id, **read(ClosingForm), by=me(), at=clock.now())
    return go("retention.erasures", "Closed. The record stays.")


def _class(kind: str) -> RetentionClass:
    if kind not in set(RetentionClass):
        raise NotFound
    return RetentionClass(kind)
