"""State machines of paid services: a table of moves with who may, and refusals that say why."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from referral.foundation.refusals import Refused
from referral.organizations.rules import Role


class Machine(StrEnum):
    """The one mover that is not a person: a named system job."""

    SYSTEM = "system"


Mover = Role | Machine
StateT = TypeVar("StateT", bound=StrEnum)
ActionT = TypeVar("ActionT", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Move(Generic[StateT]):
    """Where a move leads and which movers may take it."""

    to: StateT
    by: frozenset[Mover]


class MoveRefused(Refused):
    """A move that is not allowed now (HTTP 409); nothing was changed."""

    def __init__(self, told: str, *, possible: tuple[StrEnum, ...] = ()) -> None:
        super().__init__(told)
        self.possible = possible


def next_state(
    moves: Mapping[tuple[StateT | None, ActionT], Move[StateT]],
    state: StateT | None,
    action: ActionT,
    *,
    movers: Collection[Mover],
) -> StateT:
    """Return the state after the action, or raise MoveRefused; a None state is a record about to begin."""
    move = moves.get((state, action))
    possible = allowed_actions(moves, state, movers=movers)
    if move is None:
        raise MoveRefused(f"It is {_say(state)}: it is not possible to {_say(action)} now.", possible=possible)
    if not move.by.intersection(movers):
        who = " or ".join(sorted(_say(mover) for mover in move.by))
        raise MoveRefused(f"Only {who} can {_say(action)} what is {_say(state)}.", possible=possible)
    return move.to


def allowed_actions(
    moves: Mapping[tuple[StateT | None, ActionT], Move[StateT]],
    state: StateT | None,
    *,
    movers: Collection[Mover],
) -> tuple[ActionT, ...]:
    """Return the actions these movers may take from the state, in the order of the table."""
    return tuple(action for (source, action), move in moves.items() if source == state and move.by.intersection(movers))


def _say(word: StrEnum | None) -> str:
    return "new" if word is None else word.value.replace("_", " ")
