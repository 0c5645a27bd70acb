"""The invoice's state machine, exhaustively: what is not in the table is refused."""

import itertools

import pytest

from referral.billing.rules import (
    INVOICE_MOVES,
    STATE_AFTER,
    Decision,
    InvoiceAction,
    InvoiceState,
    LineState,
    Outcome,
    line_state,
)
from referral.organizations.rules import Role
from referral.programs.rules import Machine, MoveRefused, allowed_actions, next_state

MOVERS = [*Role, Machine.SYSTEM]
STARTS = [None, *InvoiceState]


@pytest.mark.parametrize(("state", "action"), list(itertools.product(STARTS, InvoiceAction)))
def test_a_move_happens_only_as_the_table_says_and_only_by_who_may(
    state: InvoiceState | None, action: InvoiceAction
) -> None:
    move = INVOICE_MOVES.get((state, action))
    for mover in MOVERS:
        if move is not None and mover in move.by:
            assert next_state(INVOICE_MOVES, state, action, movers={mover}) is move.to
            assert action in allowed_actions(INVOICE_MOVES, state, movers={mover})
        else:
            with pytest.raises(MoveRefused):
                next_state(INVOICE_MOVES, state, action, movers={mover})


def test_a_voided_invoice_ends_and_every_state_can_be_reached() -> None:
    assert not allowed_actions(INVOICE_MOVES, InvoiceState.VOIDED, movers=MOVERS)
    assert {move.to for move in INVOICE_MOVES.values()} == set(InvoiceState)


@pytest.mark.parametrize("role", [Role.NAVIGATOR, Role.PLAN_ANALYST, Role.SYSADMIN, Role.CLIENT_SELF, Role.CBO_INTAKE])
def test_people_outside_the_money_never_move_an_invoice(role: Role) -> None:
    assert all(role not in move.by for move in INVOICE_MOVES.values())


def test_money_moves_only_by_the_plan_or_a_system_job() -> None:
    paying = [
        move for (_, action), move in INVOICE_MOVES.items() if action in {InvoiceAction.PAY, InvoiceAction.ACCEPT}
    ]

    assert all(move.by <= {Role.PLAN_FINANCE, Machine.SYSTEM} for move in paying)


def test_every_decision_leads_to_a_state_that_the_table_can_reach() -> None:
    assert set(STATE_AFTER) == set(Decision)
    assert STATE_AFTER[Decision.PEND] is InvoiceState.APPROVED_BY_LEAD


@pytest.mark.parametrize(("state", "outcome"), list(itertools.product(InvoiceState, [None, *Outcome])))
def test_a_line_is_paid_only_when_its_invoice_is(state: InvoiceState, outcome: Outcome | None) -> None:
    found = line_state(state, outcome)

    assert isinstance(found, LineState)
    if found is LineState.PAID:
        assert state is InvoiceState.PAID
        assert outcome in {Outcome.PAY, Outcome.REDUCE, Outcome.ACCEPT_ZERO}
