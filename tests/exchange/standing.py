"""Brings a referral to where a test begins, through the same verbs as everybody's; and says in FHIR what is asked."""

from typing import Any

from referral.exchange.fhir.systems import REFERRAL_REASON, REFERRAL_STATUS, TEMPORARY_CODES
from referral.foundation.principal import Principal
from referral.referrals import service
from referral.referrals.models import Referral
from referral.referrals.rules import Action, Status
from tests.factories.fixtures import NOW, SEED
from tests.factories.referrals import Loop

WAYS: dict[Status, tuple[tuple[Action, str | None], ...]] = {
    Status.SENT: (),
    Status.IN_REVIEW: ((Action.REVIEW, None),),
    Status.ACCEPTED: ((Action.ACCEPT, None),),
    Status.WAITLISTED: ((Action.WAITLIST, None),),
    Status.NEEDS_PERSON: ((Action.ASK_PERSON, "awaiting_documents"),),
    Status.IN_SERVICE: ((Action.ACCEPT, None), (Action.START, None)),
    Status.SERVED: ((Action.ACCEPT, None), (Action.SERVE, "service_delivered")),
    Status.NOT_SERVED: ((Action.ACCEPT, None), (Action.CLOSE_UNSERVED, "no_show")),
    Status.DECLINED: ((Action.DECLINE, "no_capacity"),),
    Status.RECALLED: ((Action.RECALL, "rerouted"),),
    Status.EXPIRED: ((Action.EXPIRE, "no_response"),),
    Status.WITHDRAWN: ((Action.WITHDRAW, "person_declined"),),
    Status.ENTERED_IN_ERROR: ((Action.MARK_ERROR, "created_by_mistake"),),
}


def standing(loop: Loop, status: Status) -> Referral:
    """Send Maria's need to the pantry and let it come as far as this."""
    loop.allow()
    referral = loop.send()
    if status is Status.DRAFT:
        referral.status, referral.sent_at = Status.DRAFT, None
    for action, reason in WAYS.get(status, ()):
        service.move(loop.session, referral, action, by=_who(loop, action), at=NOW, reason_code=reason, note="Words")
    loop.session.commit()
    return referral


def _who(loop: Loop, action: Action) -> Principal:
    by = {Action.RECALL: loop.navigator, Action.WITHDRAW: loop.navigator, Action.MARK_ERROR: loop.navigator}
    return SEED if action is Action.EXPIRE else by.get(action, loop.intake)


def why(code: str, text: str = "") -> dict[str, Any]:
    """Return a statusReason with one of our codes."""
    return {"coding": [{"system": REFERRAL_REASON, "code": code}], **({"text": text} if text else {})}


def more(code: str) -> dict[str, Any]:
    """Return a businessStatus of ours."""
    return {"coding": [{"system": REFERRAL_STATUS, "code": code}]}


def came_of_it(code: str = "service_delivered") -> list[dict[str, Any]]:
    """Return the output of a completed Task."""
    kind = {"coding": [{"system": TEMPORARY_CODES, "code": "resulting-activity"}]}
    return [{"type": kind, "valueCodeableConcept": why(code)}]


ASKS: dict[str, dict[str, Any]] = {
    "on-hold": {"businessStatus": more("waitlisted")},
    "rejected": {"statusReason": why("no_capacity")},
    "failed": {"statusReason": why("no_show")},
    "completed": {"output": came_of_it()},
    "cancelled": {"businessStatus": more("withdrawn"), "statusReason": why("person_declined")},
    "entered-in-error": {"statusReason": why("created_by_mistake", "Two of the same name")},
}
"""Task.status -> what must be said with it, so that only the status itself can be wrong."""
PAUSED = {"businessStatus": more("needs_person"), "statusReason": why("awaiting_documents", "Her lease")}
"""How a service that has begun comes to rest: nobody who is served goes back to the waiting list."""
