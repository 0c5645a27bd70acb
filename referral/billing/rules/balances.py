"""What was drawn on an approval, and which approval a line draws on."""

from collections.abc import Iterable, Sequence
from datetime import date

from referral.billing.rules.claims import ClaimLine, PaidLine
from referral.billing.rules.money import total
from referral.billing.rules.units import total_units
from referral.programs.rules import Approval, Balance, is_exhausted


def balance(approval: Approval, paid: Iterable[PaidLine]) -> Balance:
    """Sum the units and dollars that were paid on the approval."""
    drawn = [line for line in paid if line.authorization == approval.id]
    return Balance(total_units(line.units for line in drawn), total(line.paid for line in drawn))


def named_approvals(approvals: Sequence[Approval], line: ClaimLine) -> list[Approval]:
    """Return the approvals a line may mean: the one it names, or all where it names none."""
    return [approval for approval in approvals if line.authorization in (None, approval.id)]


def find_approval(approvals: Sequence[Approval], line: ClaimLine, paid: Sequence[PaidLine]) -> Approval | None:
    """Return the approval for the line's service that fits best, None where no approval is for that service.

    Best is open on the line's days, has something left, and ends first, so that nothing runs out unused.
    """
    fitting = [one for one in named_approvals(approvals, line) if one.covers(line.service, line.variant)]

    def rank(approval: Approval) -> tuple[bool, bool, date, str]:
        drawn = balance(approval, paid)
        nothing_left = is_exhausted(drawn.units_left(approval), drawn.amount_left(approval))
        return not is_open(approval, line), nothing_left, approval.window.last_on or date.max, approval.id

    return min(fitting, key=rank, default=None)


def is_open(approval: Approval, line: ClaimLine) -> bool:
    """Whether the first and the last day of the line lie in the approved window."""
    return approval.is_open_on(line.served_on) and approval.is_open_on(line.last_on)
