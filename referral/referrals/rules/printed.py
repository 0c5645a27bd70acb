"""The table of moves as the page docs/moves.md, so that the document cannot lag behind the rules."""

import sys
from collections.abc import Iterator

from referral.referrals.rules.moves import MOVES, OFF_PLATFORM_ONLY, WHO
from referral.referrals.rules.reasons import REASONS
from referral.referrals.rules.statuses import ENDED, Action, Channel, Status

_INTRODUCTION = """# The moves of a referral

Printed from the rules by `python -m referral.referrals.rules.printed`; a test compares the two.
Everything that is not in the table is refused with a sentence that says why and what is possible.
An ended referral (in *italics*) is never reopened; a new one is linked to it.
"""


def moves_page() -> str:
    """Return the whole page as Markdown, ending with a line break."""
    parts = [_INTRODUCTION, *_moves_table(), "", *_grid(), "", *_reasons_table()]
    return "\n".join(parts) + "\n"


def _moves_table() -> Iterator[str]:
    yield "## Who does what\n"
    yield "| action | from | to | by, in the network | by, off platform |"
    yield "|---|---|---|---|---|"
    for action in Action:
        sources = [status for status in Status if (status, action) in MOVES]
        target = MOVES[sources[0], action]
        told = ", ".join(_source(status, action) for status in sources)
        inside, outside = _who(Channel.NETWORK, action), _who(Channel.OFF_PLATFORM, action)
        yield f"| `{action}` | {told} | {_name(target)} | {inside} | {outside} |"


def _grid() -> Iterator[str]:
    yield "## From status to status\n"
    yield f"| from | {' | '.join(f'`{action}`' for action in Action)} |"
    yield f"|---{'|---' * len(Action)}|"
    for status in Status:
        cells = [
            f"{MOVES[status, action]}{' †' if (status, action) in OFF_PLATFORM_ONLY else ''}"
            if (status, action) in MOVES
            else ""
            for action in Action
        ]
        yield f"| {_name(status)} | {' | '.join(cells)} |"
    yield "\n† only off platform: nobody answers there, so the sender closes straight from `sent`."


def _reasons_table() -> Iterator[str]:
    yield "## Reasons\n"
    yield "| status | code | label | whose act | note | next step |"
    yield "|---|---|---|---|---|---|"
    for reason in REASONS:
        mark = "" if reason.is_verified else " (unverified)"
        note = "required" if reason.needs_note else ""
        yield (
            f"| {_name(reason.status)} | `{reason.code}` | {reason.label}{mark} | {reason.whose_act} "
            f"| {note} | {reason.next_step} |"
        )


def _source(status: Status, action: Action) -> str:
    return f"{_name(status)} †" if (status, action) in OFF_PLATFORM_ONLY else _name(status)


def _name(status: Status) -> str:
    return f"*{status}*" if status in ENDED else status.value


def _who(channel: Channel, action: Action) -> str:
    return ", ".join(sorted(WHO[channel].get(action, ()))) or "nobody"


if __name__ == "__main__":
    sys.stdout.write(moves_page())
