"""The engine: judges an invoice by its terms alone. Same input, same answer, in any program."""

from dataclasses import replace

from referral.billing.rules.checks import failures
from referral.billing.rules.claims import Claim, ClaimLine, FrequencyCode, PaidLine, settled
from referral.billing.rules.decisions import InvoiceDecision, LineDecision, decide, payable_total
from referral.billing.rules.money import ZERO, total
from referral.billing.rules.reasons import Outcome, Reason, ReasonCode
from referral.billing.rules.reductions import reduce_line
from referral.billing.rules.reversals import replacement, void
from referral.billing.rules.review import LineReview, review
from referral.billing.rules.terms import Terms


def adjudicate(claim: Claim, terms: Terms) -> InvoiceDecision:
    """Judge an invoice: a new one, a replacement (the old one is reversed first), or a void."""
    if claim.frequency is FrequencyCode.VOID:
        return void(claim, terms.history)
    if claim.frequency is FrequencyCode.ORIGINAL:
        return _judge(claim, terms)
    kept = tuple(paid for paid in terms.history if paid.invoice != claim.replaces)
    return replacement(_judge(claim, replace(terms, history=kept)), claim, terms.history)


def _judge(claim: Claim, terms: Terms) -> InvoiceDecision:
    """Judge the lines in order; each leans on the payable ones before it."""
    if not claim.lines:
        raise ValueError("An invoice has at least one line.")
    earlier: tuple[PaidLine, ...] = ()
    decisions = []
    for line in claim.lines:
        answer = judge_line(review(claim, line, terms, earlier))
        decisions.append(answer)
        if _may_later_lines_lean_on(answer):
            earlier = (*earlier, _settled(line, claim, answer))
    decision = decide(decisions)
    paid = payable_total(decision, total(line.paid for line in decisions))
    return InvoiceDecision(decision, paid, tuple(decisions))


def judge_line(review: LineReview) -> LineDecision:
    """Judge one line: the first failure decides how it is refused; else the reductions say what is paid."""
    number, row_id = review.line.number, review.row.id if review.row is not None else None
    approval_id = review.approval.id if review.approval is not None else None
    failed = failures(review)
    if failed:
        outcome = failed[0].code.outcome
        return LineDecision(number, outcome, ZERO, failed, authorization=approval_id, fee_row=row_id)
    if review.is_zero_pay:
        units, ok = review.line.units, (Reason(ReasonCode.OK),)
        return LineDecision(number, Outcome.ACCEPT_ZERO, ZERO, ok, units, approval_id, row_id)
    payable, reasons = reduce_line(review)
    if not reasons:
        ok = (Reason(ReasonCode.OK),)
        return LineDecision(number, Outcome.PAY, payable.amount, ok, payable.units, approval_id, row_id)
    outcome = Outcome.REDUCE if payable.amount else Outcome.DENY
    return LineDecision(number, outcome, payable.amount, reasons, payable.units, approval_id, row_id)


def _may_later_lines_lean_on(answer: LineDecision) -> bool:
    """Refused lines leave no trace, except that minutes too few by themselves still add up over the day."""
    refusals = [code for code in answer.codes if not code.is_reduction and code is not ReasonCode.OK]
    return set(refusals) <= {ReasonCode.BELOW_MINIMUM_TIME}


def _settled(line: ClaimLine, claim: Claim, answer: LineDecision) -> PaidLine:
    units = answer.units if answer.paid or answer.outcome is Outcome.ACCEPT_ZERO else ZERO
    return settled(line, claim, units=units, paid=answer.paid, authorization=answer.authorization)
