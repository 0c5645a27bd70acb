"""One line under review, with its invoice, the terms and the lines before it: what every check looks at."""

from collections.abc import Iterator
from dataclasses import dataclass

from referral.billing.rules.balances import find_approval
from referral.billing.rules.claims import Claim, ClaimLine, PaidLine
from referral.billing.rules.schedules import FeeRow, Pricing, row_in_force
from referral.billing.rules.terms import Terms
from referral.programs.rules import Approval


@dataclass(frozen=True, slots=True)
class LineReview:
    """A line with all that may be known about it; `earlier` are payable lines of the same invoice."""

    claim: Claim
    line: ClaimLine
    terms: Terms
    earlier: tuple[PaidLine, ...]
    row: FeeRow | None
    approval: Approval | None

    @property
    def is_zero_pay(self) -> bool:
        """Whether the line is only reported as an encounter."""
        return self.row is not None and self.row.pricing is Pricing.ZERO_PAY

    def paid_before(self) -> Iterator[PaidLine]:
        """Yield what the member was paid for: the history, then the earlier lines of this invoice."""
        yield from self.terms.history
        yield from self.earlier

    def same_service_paid(self) -> Iterator[PaidLine]:
        """Yield earlier payments for this service and variant, by any plan and organization."""
        for paid in self.paid_before():
            if (paid.service, paid.variant) == (self.line.service, self.line.variant) and paid.paid > 0:
                yield paid


def review(claim: Claim, line: ClaimLine, terms: Terms, earlier: tuple[PaidLine, ...]) -> LineReview:
    """Find the fee row and the approval that belong to a line."""
    row = row_in_force(terms.fee_rows, service=line.service, variant=line.variant, on=line.served_on)
    approval = find_approval(terms.approvals, line, (*terms.history, *earlier))
    return LineReview(claim, line, terms, earlier, row, approval)
