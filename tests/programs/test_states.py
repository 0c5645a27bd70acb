"""State machines of enrollments and service authorizations, exhaustively, and what is derived from them."""

import itertools
from datetime import date, timedelta
from decimal import Decimal

import pytest

from referral.foundation.ids import uuid7
from referral.organizations.rules import Role
from referral.programs.rules import (
    AUTHORIZATION_MOVES,
    ENROLLMENT_MOVES,
    AuthorizationAction,
    AuthorizationState,
    EnrollmentAction,
    EnrollmentState,
    Machine,
    MoveRefused,
    Standing,
    Window,
    allowed_actions,
    is_separate,
    next_state,
    payable_window,
    refuse_own_work,
    refuse_same_organization,
    standing,
)

MOVERS = [*Role, Machine.SYSTEM]
MARCH = Window(date(2024, 3, 1), date(2024, 3, 31))


@pytest.mark.parametrize(
    ("state", "action"), list(itertools.product([None, *AuthorizationState], AuthorizationAction)), ids=str
)
def test_an_authorization_moves_only_as_the_table_says(
    state: AuthorizationState | None, action: AuthorizationAction
) -> None:
    move = AUTHORIZATION_MOVES.get((state, action))
    for mover in MOVERS:
        if move is not None and mover in move.by:
            assert next_state(AUTHORIZATION_MOVES, state, action, movers={mover}) is move.to
        else:
            with pytest.raises(MoveRefused):
                next_state(AUTHORIZATION_MOVES, state, action, movers={mover})


@pytest.mark.parametrize(
    ("state", "action"), list(itertools.product([None, *EnrollmentState], EnrollmentAction)), ids=str
)
def test_an_enrollment_moves_only_as_the_table_says(state: EnrollmentState | None, action: EnrollmentAction) -> None:
    move = ENROLLMENT_MOVES.get((state, action))
    for mover in MOVERS:
        if move is not None and mover in move.by:
            assert next_state(ENROLLMENT_MOVES, state, action, movers={mover}) is move.to
        else:
            with pytest.raises(MoveRefused):
                next_state(ENROLLMENT_MOVES, state, action, movers={mover})


@pytest.mark.parametrize("state", [AuthorizationState.DENIED, AuthorizationState.EXPIRED, AuthorizationState.CANCELLED])
def test_a_decided_authorization_is_never_reopened(state: AuthorizationState) -> None:
    assert not allowed_actions(AUTHORIZATION_MOVES, state, movers=MOVERS)


def test_only_the_plan_or_the_system_approves() -> None:
    approving = [move for (_, action), move in AUTHORIZATION_MOVES.items() if action is AuthorizationAction.APPROVE]

    assert all(move.by <= {Role.PLAN_CARE_MGR, Machine.SYSTEM} for move in approving)


def test_a_refusal_says_why_and_what_is_possible() -> None:
    with pytest.raises(MoveRefused, match="Only plan care mgr can approve what is in review") as refused:
        next_state(
            AUTHORIZATION_MOVES, AuthorizationState.IN_REVIEW, AuthorizationAction.APPROVE, movers={Role.NAVIGATOR}
        )

    assert refused.value.possible == (AuthorizationAction.CANCEL,)


def test_nobody_decides_what_they_submitted_in_whichever_role() -> None:
    ana, ben = uuid7(), uuid7()

    assert is_separate(ana, ben)
    assert is_separate(None, ben)
    with pytest.raises(MoveRefused, match="submitted"):
        refuse_own_work(ana, ben, ana)


def test_the_lead_step_and_the_plan_step_are_different_organizations() -> None:
    lead, plan = uuid7(), uuid7()

    refuse_same_organization(lead, plan)
    with pytest.raises(MoveRefused, match="network lead"):
        refuse_same_organization(plan, plan)


@pytest.mark.parametrize(
    ("on", "units_left", "expected"),
    [
        (date(2024, 2, 29), None, Standing.WAITING),
        (date(2024, 3, 1), None, Standing.CURRENT),
        (date(2024, 3, 31), Decimal(2), Standing.CURRENT),
        (date(2024, 3, 31), Decimal(0), Standing.EXHAUSTED),
        (date(2024, 4, 1), None, Standing.PAST),
    ],
)
def test_an_approved_authorization_waits_runs_ends_or_is_exhausted(
    on: date, units_left: Decimal | None, expected: Standing
) -> None:
    assert standing(AuthorizationState.APPROVED, MARCH, on=on, units_left=units_left) is expected


def test_what_is_open_is_undecided_and_what_was_denied_is_refused() -> None:
    on = date(2024, 3, 5)

    assert standing(AuthorizationState.REQUESTED, None, on=on) is Standing.UNDECIDED
    assert standing(AuthorizationState.DENIED, None, on=on) is Standing.REFUSED
    assert standing(AuthorizationState.EXPIRED, MARCH, on=on) is Standing.PAST
    assert standing(AuthorizationState.APPROVED, MARCH, on=on, is_superseded=True) is Standing.SUPERSEDED


def test_an_approval_that_ran_out_or_was_cancelled_still_pays_for_its_days() -> None:
    cancelled_from = date(2024, 3, 10)

    assert payable_window(AuthorizationState.APPROVED, MARCH) == MARCH
    assert payable_window(AuthorizationState.EXPIRED, MARCH) == MARCH
    assert payable_window(AuthorizationState.CANCELLED, MARCH, cancelled_from=cancelled_from) == Window(
        date(2024, 3, 1), cancelled_from - timedelta(days=1)
    )
    assert payable_window(AuthorizationState.CANCELLED, None) is None
    assert payable_window(AuthorizationState.DENIED, MARCH) is None
    assert payable_window(AuthorizationState.IN_REVIEW, MARCH) is None
