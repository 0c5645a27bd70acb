"""The parameters of a search for Tasks, read as the lists that a referral's two sides have (hl7.org/fhir/R4/search)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from referral.exchange.fhir.statuses import statuses_of
from referral.exchange.fhir.systems import TASK_CODE, TASK_STATUS
from referral.foundation.refusals import Unfit
from referral.referrals.rules import Status

INCLUDE = "Task:focus"
MOST, USUAL = 200, 50
IDS = {
    "_id": ("Task", "ids"),
    "focus": ("ServiceRequest", "ids"),
    "owner": ("Organization", "owners"),
    "requester": ("Organization", "requesters"),
    "patient": ("Patient", "patients"),
}
"""Parameter -> what it points at, and what it narrows: a Task and its ServiceRequest share one id."""


@dataclass(slots=True)
class Search:
    """What somebody looks for; None: any. `used` are the parameters that were understood, `unknown` the others."""

    statuses: frozenset[Status] = frozenset(Status)
    ids: frozenset[UUID] | None = None
    owners: frozenset[UUID] | None = None
    requesters: frozenset[UUID] | None = None
    patients: frozenset[UUID] | None = None
    limit: int = USUAL
    after: UUID | None = None
    is_included: bool = False
    used: list[tuple[str, str]] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


def searched(pairs: Iterable[tuple[str, str]], *, base: str) -> Search:
    """Return what the parameters ask for: a comma means or, a parameter that is repeated and."""
    search = Search()
    for name, value in pairs:
        is_used = _narrow(search, name, value, base)
        search.used += [(name, value)] if is_used else []
        search.unknown += [] if is_used else [name]
    return search


def _narrow(search: Search, name: str, value: str, base: str) -> bool:
    """Take one parameter in; False for one that is not known here."""
    values = value.split(",")
    if name in IDS:
        kind, narrowed = IDS[name]
        before: frozenset[UUID] | None = getattr(search, narrowed)
        found = frozenset(id_ for one in values if (id_ := _id(one, kind, base)))
        setattr(search, narrowed, found if before is None else before & found)
    elif name in {"status", "status:not"}:
        named = frozenset(status for one in values for status in statuses_of(_code(one, TASK_STATUS) or ""))
        search.statuses &= named if name == "status" else frozenset(Status) - named
    elif name == "code":
        is_ours = any(_code(one, TASK_CODE) == "fulfill" for one in values)
        search.statuses = search.statuses if is_ours else frozenset()
    elif name == "_include":
        search.is_included = search.is_included or value == INCLUDE
        return value == INCLUDE
    else:
        return _page(search, name, value)
    return True


def _page(search: Search, name: str, value: str) -> bool:
    if name == "_count":
        if not (value.isascii() and value.isdecimal()) or not int(value[:9]) > 0:
            raise Unfit("_count", f"Send a number from 1 to {MOST}.")
        search.limit = min(int(value[:9]), MOST)
    elif name == "_after":
        search.after = _uuid(value)
        if search.after is None:
            raise Unfit("_after", "Follow the next link as it stands.")
    return name in {"_count", "_after", "_format"}


def _code(token: str, system: str) -> str | None:
    """Return the code of a token `code`, `|code` or `system|code`; None for another system."""
    named, bar, code = token.rpartition("|")
    return code if not bar or named in {"", system} else None


def _id(value: str, kind: str, base: str) -> UUID | None:
    """Return the id of `id`, `Kind/id` or a whole address of ours; None for what is elsewhere or no id of ours."""
    return _uuid(value.removeprefix(f"{base}/").removeprefix(f"{kind}/"))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if len(text) == 36 else None
    except ValueError:
        return None


def refused_by(unknown: Sequence[str], prefer: str) -> bool:
    """Whether unknown parameters refuse the search: who prefers strict handling wants to hear of each."""
    return bool(unknown) and "handling=strict" in prefer.replace(" ", "").lower()
