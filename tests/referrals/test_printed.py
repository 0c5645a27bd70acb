"""The printed table of moves cannot lag behind the rules."""

import runpy
from pathlib import Path

import pytest

from referral.referrals.rules import MOVES, OFF_PLATFORM_ONLY, Action, Status
from referral.referrals.rules.printed import moves_page

PRINTED = Path(__file__).parents[2] / "docs" / "moves.md"


def test_the_printed_page_is_what_the_rules_say() -> None:
    assert PRINTED.read_text(encoding="utf-8") == moves_page(), (
        "print it again: python -m referral.referrals.rules.printed > docs/moves.md"
    )


def test_the_printed_grid_read_back_is_the_table() -> None:
    lines = [line for line in PRINTED.read_text(encoding="utf-8").splitlines() if line.count("|") == 15][2:]
    read = {}
    marked = set()
    for line in lines:
        status, *cells = (cell.strip() for cell in line.strip("|").split("|"))
        for action, cell in zip(Action, cells, strict=True):
            if cell:
                move = (Status(status.strip("*")), action)
                read[move] = Status(cell.removesuffix(" †"))
                marked |= {move} if cell.endswith("†") else set()
    assert read == MOVES
    assert marked == OFF_PLATFORM_ONLY


@pytest.mark.filterwarnings("ignore:.*found in sys.modules.*:RuntimeWarning")
def test_the_page_is_printed_by_running_the_module(capsys: pytest.CaptureFixture[str]) -> None:
    runpy.run_module("referral.referrals.rules.printed", run_name="__main__")
    assert capsys.readouterr().out == moves_page()
