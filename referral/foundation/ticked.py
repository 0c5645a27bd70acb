"""One deed done to several records that somebody ticked in a list."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol, TypeVar
from uuid import UUID

from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from referral.foundation.refusals import NotFound, Refused, Stale, check_version

MOST = 200


class Numbered(Protocol):
    """A record that people call by its number, and that has versions."""

    id: UUID
    number: str
    version: int


@dataclass(frozen=True, slots=True)
class Tick:
    """A record that was ticked, and the version of it that was shown, where it was said."""

    id: UUID
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one of them: `reason` says why it was not done."""

    id: UUID
    number: str | None
    is_done: bool
    reason: str | None = None


Record = TypeVar("Record", bound=Numbered)


def do_each(
    session: Session, ticks: Iterable[Tick], opened: Callable[[UUID], Record], deed: Callable[[Record], object]
) -> list[Outcome]:
    """Do the deed to each that allows it; what one of them refuses leaves the others as they are.

    All happens in the one transaction of the request, each in a savepoint of its own: either the whole answer stands,
    with what it says was done, or nothing. Records are taken in the order of their ids, so that two people who tick
    the same ones wait for each other instead of standing in each other's way.
    """
    chosen = {tick.id: tick for tick in ticks}
    return [_do(session, chosen[id_], opened, deed) for id_ in sorted(chosen)]


def _do(session: Session, tick: Tick, opened: Callable[[UUID], Record], deed: Callable[[Record], object]) -> Outcome:
    try:
        record = opened(tick.id)
    except NotFound:
        return Outcome(tick.id, None, is_done=False, reason="We could not find it.")
    number = record.number
    try:
        with session.begin_nested():
            check_version(tick.version, record.version)
            deed(record)
    except (Stale, StaleDataError):
        return Outcome(tick.id, number, is_done=False, reason="Somebody changed it meanwhile. Look at it first.")
    except Refused as refusal:
        return Outcome(tick.id, number, is_done=False, reason=str(refusal) or "That is no longer possible.")
    return Outcome(tick.id, number, is_done=True)
