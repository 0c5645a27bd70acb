"""The rules of billing: prices, units, caps, checks and states. Pure: time and history are arguments."""

from referral.billing.rules.adjudication import adjudicate, judge_line
from referral.billing.rules.claims import Claim, ClaimLine, FrequencyCode, PaidLine
from referral.billing.rules.decisions import Decision, InvoiceDecision, LineDecision, decide
from referral.billing.rules.invoices import (
    INVOICE_MOVES,
    STATE_AFTER,
    InvoiceAction,
    InvoiceState,
    LineState,
    line_state,
)
from referral.billing.rules.members import CountySpan, Member, PlanSpan
from referral.billing.rules.money import ZERO, to_cents, total
from referral.billing.rules.proposals import with_charge
from referral.billing.rules.reasons import Outcome, Reason, ReasonCode
from referral.billing.rules.schedule_file import rows_of_record
from referral.billing.rules.schedules import Cap, CapPeriod, FeeRow, MilestoneGoal, Pricing, row_in_force
from referral.billing.rules.terms import ContractLine, ProgramTerms, RuleKind, ServiceRule, Terms
from referral.billing.rules.units import nights, quarter_hours, quarter_hours_of_line
from referral.billing.rules.unshown import Sums, unshown
from referral.billing.rules.words import SENTENCES, is_refused_before_submission

__all__ = [
    "INVOICE_MOVES",
    "SENTENCES",
    "STATE_AFTER",
    "ZERO",
    "Cap",
    "CapPeriod",
    "Claim",
    "ClaimLine",
    "ContractLine",
    "CountySpan",
    "Decision",
    "FeeRow",
    "FrequencyCode",
    "InvoiceAction",
    "InvoiceDecision",
    "InvoiceState",
    "LineDecision",
    "LineState",
    "Member",
    "MilestoneGoal",
    "Outcome",
    "PaidLine",
    "PlanSpan",
    "Pricing",
    "ProgramTerms",
    "Reason",
    "ReasonCode",
    "RuleKind",
    "ServiceRule",
    "Sums",
    "Terms",
    "adjudicate",
    "decide",
    "is_refused_before_submission",
    "judge_line",
    "line_state",
    "nights",
    "quarter_hours",
    "quarter_hours_of_line",
    "row_in_force",
    "rows_of_record",
    "to_cents",
    "total",
    "unshown",
    "with_charge",
]
