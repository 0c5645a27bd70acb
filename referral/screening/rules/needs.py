"""The life of a need: found by a screen, confirmed with the person, ended by what happened."""

from enum import StrEnum

from referral.people.rules import SensitivityLevel


class NeedState(StrEnum):
    """Where a need stands; `identified` is what a screen says, `confirmed` what the person says."""

    IDENTIFIED = "identified"
    CONFIRMED = "confirmed"
    HELP_DECLINED = "help_declined"
    DISMISSED = "dismissed"
    MET = "met"
    MET_ELSEWHERE = "met_elsewhere"
    UNMET = "unmet"


class NeedAction(StrEnum):
    """What can happen to a need."""

    CONFIRM = "confirm"
    DECLINE_HELP = "decline_help"
    DISMISS = "dismiss"
    MEET = "meet"
    MEET_ELSEWHERE = "meet_elsewhere"
    LEAVE_UNMET = "leave_unmet"


class DismissReason(StrEnum):
    """Why something a screen suggested is not a need; `other` takes a note."""

    NOT_A_NEED = "not_a_need"
    MISUNDERSTOOD = "misunderstood"
    DUPLICATE = "duplicate"
    RECORDED_BY_MISTAKE = "recorded_by_mistake"
    OTHER = "other"


class NeedMoveRefused(ValueError):
    """A move of a need that the table does not hold."""


_FROM: dict[NeedAction, tuple[NeedState, ...]] = {
    # People change their minds, and a need that nobody could meet is tried again.
    NeedAction.CONFIRM: (NeedState.IDENTIFIED, NeedState.HELP_DECLINED, NeedState.UNMET),
    NeedAction.DECLINE_HELP: (NeedState.IDENTIFIED, NeedState.CONFIRMED, NeedState.UNMET),
    NeedAction.DISMISS: (NeedState.IDENTIFIED, NeedState.CONFIRMED, NeedState.HELP_DECLINED),
    NeedAction.MEET: (NeedState.CONFIRMED, NeedState.UNMET),
    NeedAction.MEET_ELSEWHERE: (
        NeedState.IDENTIFIED,
        NeedState.CONFIRMED,
        NeedState.HELP_DECLINED,
        NeedState.UNMET,
    ),
    # From met: the person said afterwards that help did not arrive.
    NeedAction.LEAVE_UNMET: (NeedState.CONFIRMED, NeedState.MET),
}

_TO: dict[NeedAction, NeedState] = {
    NeedAction.CONFIRM: NeedState.CONFIRMED,
    NeedAction.DECLINE_HELP: NeedState.HELP_DECLINED,
    NeedAction.DISMISS: NeedState.DISMISSED,
    NeedAction.MEET: NeedState.MET,
    NeedAction.MEET_ELSEWHERE: NeedState.MET_ELSEWHERE,
    NeedAction.LEAVE_UNMET: NeedState.UNMET,
}

NEED_MOVES: dict[tuple[NeedState, NeedAction], NeedState] = {
    (state, action): _TO[action] for action, states in _FROM.items() for state in states
}
"""Every allowed move; everything else is refused."""

OPEN_STATES = frozenset({NeedState.IDENTIFIED, NeedState.CONFIRMED, NeedState.UNMET})
"""States in which the need still asks for something; a new screening does not add it again."""


def next_need_state(state: NeedState, action: NeedAction) -> NeedState:
    """The state after the action; `NeedMoveRefused` says why not."""
    try:
        return NEED_MOVES[state, action]
    except KeyError:
        raise NeedMoveRefused(f"A need that is {state} cannot take the step {action}.") from None


def allowed_actions(state: NeedState) -> tuple[NeedAction, ...]:
    """What can happen to a need in this state, in the order pages offer it."""
    return tuple(action for action in NeedAction if (state, action) in NEED_MOVES)


def may_refer(state: NeedState) -> bool:
    """True for a need the person confirmed and wants help with."""
    return state is NeedState.CONFIRMED


def needs_warm_hand_off(level: SensitivityLevel) -> bool:
    """True for a need for which calling together comes first, and leaves no record (34 USC 12291(b)(2))."""
    return level is SensitivityLevel.L3
