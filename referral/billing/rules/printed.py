"""The states of paid services as the page docs/paid_services.md, so that the document cannot lag behind the rules."""

import sys
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

from referral.billing.rules.invoices import INVOICE_MOVES, STATE_AFTER
from referral.billing.rules.reasons import ReasonCode
from referral.billing.rules.words import SENTENCES, is_refused_before_submission
from referral.programs.rules import AUTHORIZATION_MOVES, ENROLLMENT_MOVES, Move

_INTRODUCTION = """# The states of paid services

Printed from the rules by `python -m referral.billing.rules.printed`; a test compares the two.
What is not in a table is refused. Nobody decides what they submitted, in whichever role;
the network lead's step and the plan's step belong to different organizations.
"""

Moves = Mapping[tuple[Any, Any], Move[Any]]


def paid_services_page() -> str:
    """Return the whole page as Markdown, ending with a line break."""
    parts = [
        _INTRODUCTION,
        *_table("Enrollment in a program", ENROLLMENT_MOVES),
        *_table("Service authorization", AUTHORIZATION_MOVES),
        *_table("Invoice", INVOICE_MOVES),
        *_decisions(),
        *_reasons(),
    ]
    return "\n".join(parts) + "\n"


def _table(heading: str, moves: Moves) -> Iterator[str]:
    yield f"## {heading}\n"
    yield "| from | action | to | by |"
    yield "|---|---|---|---|"
    for (state, action), move in moves.items():
        who = ", ".join(sorted(mover.value for mover in move.by))
        yield f"| {_name(state)} | `{action}` | {move.to} | {who} |"
    yield ""


def _decisions() -> Iterator[str]:
    yield "## What a decision makes of an invoice\n"
    yield "| decision | state |"
    yield "|---|---|"
    for decision, state in STATE_AFTER.items():
        yield f"| {decision} | {state} |"
    yield ""


def _reasons() -> Iterator[str]:
    yield "## Why a line is not paid as billed, in the order of the checks\n"
    yield "The first reason decides the line, all are listed. *Before submission* must be put right first.\n"
    yield "| code | does | before submission | says |"
    yield "|---|---|---|---|"
    for code in ReasonCode:
        early = "yes" if is_refused_before_submission(code) else ""
        yield f"| `{code}` | {code.outcome} | {early} | {SENTENCES[code]} |"


def _name(state: StrEnum | None) -> str:
    return "(new)" if state is None else state.value


if __name__ == "__main__":
    sys.stdout.write(paid_services_page())
