"""The life of a need, move by move."""

from itertools import product

import pytest

from referral.screening.rules import (
    NEED_MOVES,
    OPEN_STATES,
    NeedAction,
    NeedMoveRefused,
    NeedState,
    allowed_actions,
    may_refer,
    next_need_state,
)

S, A = NeedState, NeedAction
TABLE = {
    A.CONFIRM: ({S.IDENTIFIED, S.HELP_DECLINED, S.UNMET}, S.CONFIRMED),
    A.DECLINE_HELP: ({S.IDENTIFIED, S.CONFIRMED, S.UNMET}, S.HELP_DECLINED),
    A.DISMISS: ({S.IDENTIFIED, S.CONFIRMED, S.HELP_DECLINED}, S.DISMISSED),
    A.MEET: ({S.CONFIRMED, S.UNMET}, S.MET),
    A.MEET_ELSEWHERE: ({S.IDENTIFIED, S.CONFIRMED, S.HELP_DECLINED, S.UNMET}, S.MET_ELSEWHERE),
    A.LEAVE_UNMET: ({S.CONFIRMED, S.MET}, S.UNMET),
}


@pytest.mark.parametrize(("state", "action"), list(product(NeedState, NeedAction)))
def test_every_move_is_in_the_table_or_refused(state, action):
    sources, target = TABLE[action]
    if state in sources:
        assert next_need_state(state, action) is target
        assert action in allowed_actions(state)
    else:
        with pytest.raises(NeedMoveRefused, match=action):
            next_need_state(state, action)
        assert action not in allowed_actions(state)


def test_only_a_confirmed_need_becomes_a_referral():
    assert [state for state in NeedState if may_refer(state)] == [NeedState.CONFIRMED]


def test_a_dismissed_need_never_moves_again():
    assert allowed_actions(NeedState.DISMISSED) == ()
    assert allowed_actions(NeedState.MET_ELSEWHERE) == ()


def test_every_state_but_identified_can_be_reached():
    assert set(NEED_MOVES.values()) == set(NeedState) - {NeedState.IDENTIFIED}


def test_open_needs_are_those_that_still_ask_for_something():
    assert {NeedState.IDENTIFIED, NeedState.CONFIRMED, NeedState.UNMET} == OPEN_STATES
