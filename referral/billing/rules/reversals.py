"""Replacing and voiding a paid invoice: what was paid is taken back line by line, never edited."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from referral.billing.rules.claims import Claim, ClaimLine, PaidLine
from referral.billing.rules.decisions import Decision, InvoiceDecision, LineDecision, is_held
from referral.billing.rules.money import ZERO, total
from referral.billing.rules.reasons import Outcome, Reason, ReasonCode
from referral.billing.rules.units import total_units


def void(claim: Claim, history: Iterable[PaidLine]) -> InvoiceDecision:
    """Take back every line of the voided invoice; its units and dollars return to their authorizations."""
    taken_back = _lines_of(claim, history)
    lines = tuple(_reversal(line, paid) for line, paid in _pairs(claim.lines, taken_back))
    amount = total(paid.paid for paid in taken_back)
    return InvoiceDecision(
        Decision.RECOUP,
        ZERO - amount,
        lines,
        restored_units=total_units(paid.units for paid in taken_back),
        restored_amount=amount,
    )


def replacement(answer: InvoiceDecision, claim: Claim, history: Iterable[PaidLine]) -> InvoiceDecision:
    """Set the new decision against what the replaced invoice was paid; a held one changes nothing yet."""
    if is_held(answer.decision):
        return answer
    reversal = ZERO - total(paid.paid for paid in _lines_of(claim, history))
    return replace(
        answer,
        decision=Decision.PAY_DELTA,
        total_paid=answer.total_paid + reversal,
        reversal=reversal,
        new_amount=answer.total_paid,
    )


def _lines_of(claim: Claim, history: Iterable[PaidLine]) -> list[PaidLine]:
    return [paid for paid in history if paid.invoice == claim.replaces]


def _pairs(lines: Iterable[ClaimLine], taken_back: Sequence[PaidLine]) -> Iterator[tuple[ClaimLine, PaidLine | None]]:
    """Pair each line of the void with its payment, each payment once; the same delivery goes first."""
    remaining = list(taken_back)
    for line in lines:
        service = (line.service, line.variant, line.served_on)
        fitting = [paid for paid in remaining if (paid.service, paid.variant, paid.served_on) == service]
        paid = min(fitting, key=lambda one: one.delivery != line.delivery, default=None)
        if paid is not None:
            remaining.remove(paid)
        yield line, paid


def _reversal(line: ClaimLine, paid: PaidLine | None) -> LineDecision:
    reason = (Reason(ReasonCode.REVERSAL),)
    if paid is None:
        return LineDecision(line.number, Outcome.REVERSAL, ZERO, reason)
    return LineDecision(
        line.number,
        Outcome.REVERSAL,
        ZERO - paid.paid,
        reason,
        units=-paid.units,
        authorization=paid.authorization,
    )
