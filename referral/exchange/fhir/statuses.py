"""Our statuses as Task.status and businessStatus, and which Task.status may follow which.

Sources: our table of statuses (design, section 6), and the state diagram and set-by table of the guide 3.0.0.
"""

from dataclasses import dataclass

from referral.referrals.rules import Action, Status


@dataclass(frozen=True, slots=True)
class Mapped:
    """How FHIR says where a referral stands."""

    task: str
    is_told: bool = False
    """Whether businessStatus says it more finely than Task.status does."""


MAPPED: dict[Status, Mapped] = {
    Status.DRAFT: Mapped("draft"),
    Status.SENT: Mapped("requested"),
    Status.IN_REVIEW: Mapped("requested", is_told=True),
    Status.ACCEPTED: Mapped("accepted"),
    Status.WAITLISTED: Mapped("on-hold", is_told=True),
    Status.NEEDS_PERSON: Mapped("on-hold", is_told=True),
    Status.IN_SERVICE: Mapped("in-progress"),
    Status.SERVED: Mapped("completed"),
    Status.NOT_SERVED: Mapped("failed"),
    Status.DECLINED: Mapped("rejected"),
    Status.RECALLED: Mapped("cancelled", is_told=True),
    Status.EXPIRED: Mapped("cancelled", is_told=True),
    Status.WITHDRAWN: Mapped("cancelled", is_told=True),
    Status.ENTERED_IN_ERROR: Mapped("entered-in-error"),
}
TASK_STATUSES = frozenset(mapped.task for mapped in MAPPED.values())
"""R4 knows ready and received too; the guide's referrals never are."""

_ERROR = "entered-in-error"
FOLLOWING: dict[str, frozenset[str]] = {
    "draft": frozenset({"requested", _ERROR}),
    "requested": frozenset({"accepted", "rejected", "cancelled", _ERROR}),
    "accepted": frozenset({"in-progress", "on-hold", "completed", "failed", "cancelled", _ERROR}),
    "in-progress": frozenset({"on-hold", "completed", "failed", "cancelled", _ERROR}),
    "on-hold": frozenset({"in-progress", "completed", "failed", "cancelled", _ERROR}),
    "completed": frozenset({_ERROR}),
    "failed": frozenset({_ERROR}),
    "rejected": frozenset({_ERROR}),
    "cancelled": frozenset({_ERROR}),
    _ERROR: frozenset(),
}
"""Task.status -> what it may become. Fewer than our own moves: on hold is reached through accepted."""

ACTIONS: dict[tuple[str, str | None], Action] = {
    ("requested", None): Action.SEND,
    ("requested", "in_review"): Action.REVIEW,
    ("accepted", None): Action.ACCEPT,
    ("rejected", None): Action.DECLINE,
    ("on-hold", "waitlisted"): Action.WAITLIST,
    ("on-hold", "needs_person"): Action.ASK_PERSON,
    ("in-progress", None): Action.START,
    ("completed", None): Action.SERVE,
    ("failed", None): Action.CLOSE_UNSERVED,
    ("cancelled", None): Action.RECALL,
    ("cancelled", "recalled"): Action.RECALL,
    ("cancelled", "withdrawn"): Action.WITHDRAW,
    (_ERROR, None): Action.MARK_ERROR,
}
"""Task.status and businessStatus that are asked for -> the verb of the loop. Only the clock expires."""
REQUESTERS_ONLY = frozenset({Action.MARK_ERROR})
"""What the set-by table leaves to the requester, although our own loop lets both sides do it."""


def statuses_of(task_status: str) -> frozenset[Status]:
    """Return which of our statuses a Task.status stands for; none for a word that is no status."""
    return frozenset(status for status, mapped in MAPPED.items() if mapped.task == task_status)
