"""A Task that somebody puts back, read as the one verb of the loop that it asks for; nothing else may differ.

Source: the guide lets the owner of a Task change status, statusReason and output; ours takes what the loop knows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from referral.exchange.fhir.parts import Resource
from referral.exchange.fhir.statuses import ACTIONS, FOLLOWING, TASK_STATUSES
from referral.exchange.fhir.systems import REFERRAL_REASON, REFERRAL_STATUS, TEMPORARY_CODES
from referral.exchange.fhir.tasks import ACTIVITY
from referral.foundation.refusals import Unfit
from referral.referrals.rules import Action, MoveRefused, Refusal, reason_label
from referral.referrals.rules.statuses import Status

CHANGEABLE = ("statusReason", "businessStatus", "output")
NOT_COMPARED = frozenset({"status", *CHANGEABLE, "meta", "text", "lastModified"})
"""What may differ, and what a client writes of itself; `lastModified` is ours to say."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asks for: a verb, and what they say with it as the form of a move takes it."""

    action: Action
    said: dict[str, str]


def wish(sent: Mapping[str, object], now: Resource) -> Wish:
    """Return what the Task that was sent asks for, given the Task as its asker sees it now.

    Raises Unfit (422) for what cannot be kept here, and MoveRefused (409) for a status that cannot follow.
    """
    _check_same(sent, now)
    target = sent.get("status")
    if not isinstance(target, str) or target not in TASK_STATUSES:
        raise Unfit("Task.status", f"A referral is one of: {', '.join(sorted(TASK_STATUSES))}.")
    _check_follows(now["status"], target)
    # Whoever changes the status sends along what explained the one before: that is not said anew.
    is_stale = target != now["status"]
    new = {name: sent[name] for name in CHANGEABLE if name in sent and not (is_stale and _is(sent, now, name))}
    action = _action(target, _code(new.get("businessStatus"), REFERRAL_STATUS, "Task.businessStatus"))
    if action is not Action.SERVE and "output" in new:
        raise Unfit("Task.output", "Send an output with the status completed only.")
    return Wish(action, _said(new))


def _check_same(sent: Mapping[str, object], now: Resource) -> None:
    for name in sent.keys() - NOT_COMPARED:
        if not _is(sent, now, name):
            raise Unfit(f"Task.{name}", "Only status, businessStatus, statusReason and output can be changed.")


def _is(sent: Mapping[str, object], now: Resource, name: str) -> bool:
    theirs, ours = sent[name], now.get(name)
    if name == "authoredOn" and isinstance(theirs, str) and isinstance(ours, str):
        return _instant(theirs) == _instant(ours)
    return theirs == ours


def _instant(text: str) -> datetime | str:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return text


def _check_follows(now: str, target: str) -> None:
    """A status may stay while businessStatus changes; whether that is a move, the loop says."""
    following = FOLLOWING[now]
    if target != now and target not in following:
        possible = f"It can become {', '.join(sorted(following))}." if following else "It is final."
        raise MoveRefused(f"A Task that is {now} cannot become {target}. {possible}", why=Refusal.OUT_OF_TURN)


def _action(target: str, business: str | None) -> Action:
    found = ACTIONS.get((target, business))
    if found is None:
        codes = [code for status, code in ACTIONS if status == target and code]
        told = f"With {target} say one of: {', '.join(codes)}." if codes else f"{target} takes none."
        raise Unfit("Task.businessStatus", f"{told} ({REFERRAL_STATUS})")
    return found


def _said(new: Mapping[str, object]) -> dict[str, str]:
    why = new.get("statusReason")
    code = _activity(new["output"]) if "output" in new else _code(why, REFERRAL_REASON, "Task.statusReason")
    text = why.get("text") if isinstance(why, Mapping) else None
    if text is not None and not isinstance(text, str):
        raise Unfit("Task.statusReason", "text: write words.")
    is_label = any(text == reason_label(status, code) for status in Status)
    return ({"reason_code": code} if code else {}) | ({"note": text} if text and not is_label else {})


def _activity(output: object) -> str | None:
    """Return what came of it from the one output that a completed referral keeps."""
    one = output[0] if isinstance(output, list) and len(output) == 1 else None
    if not isinstance(one, Mapping) or _code(one.get("type"), TEMPORARY_CODES, "Task.output") != ACTIVITY:
        raise Unfit("Task.output", f"One {ACTIVITY} is kept, as a code of {REFERRAL_REASON}.")
    if one.keys() - {"type", "valueCodeableConcept"}:
        raise Unfit("Task.output", f"An {ACTIVITY} is kept as a valueCodeableConcept, without references.")
    return _code(one.get("valueCodeableConcept"), REFERRAL_REASON, "Task.output")


def _code(concept: object, system: str, field: str) -> str | None:
    """Return the code of this system, None where only text is sent; codes of others cannot be kept."""
    if concept is None:
        return None
    codings = concept.get("coding", []) if isinstance(concept, Mapping) else None
    if not isinstance(codings, list):
        raise Unfit(field, "This is no CodeableConcept.")
    codes = [one.get("code") for one in codings if isinstance(one, Mapping) and one.get("system") == system]
    if codings and not (len(codes) == len(codings) == 1 and isinstance(codes[0], str)):
        raise Unfit(field, f"Send one code of {system}.")
    return str(codes[0]) if codes else None
