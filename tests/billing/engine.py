"""A small invoice with plain terms, to be changed by a test in the one thing it is about."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from referral.billing.rules import (
    Claim,
    ClaimLine,
    ContractLine,
    FeeRow,
    InvoiceDecision,
    Member,
    PaidLine,
    Pricing,
    ProgramTerms,
    Terms,
    adjudicate,
)
from referral.programs.rules import Approval, Window

DAY = date(2024, 7, 10)
YEAR = Window(date(2024, 1, 1), date(2024, 12, 31))
ROW = FeeRow("BOX", None, Pricing.FIXED, YEAR, price=Decimal("10.00"))
TERMS = Terms(
    program=ProgramTerms("TEST"),
    member=Member("M", coverage=(YEAR,), consents=(YEAR,)),
    contracts=(ContractLine("HSO", frozenset({"BOX"}), YEAR),),
    fee_rows=(ROW,),
    approvals=(Approval("A", "BOX", None, YEAR),),
)


def line(number: int = 1, **fields: Any) -> ClaimLine:
    plain = ClaimLine(number, "BOX", None, DAY, Decimal(1), Decimal("10.00"), delivery=f"D{number}")
    return replace(plain, **fields)


def paid(**fields: Any) -> PaidLine:
    plain = PaidLine("OLD", "BOX", None, DAY, Decimal(1), Decimal("10.00"), "PLAN", "HSO", "A")
    return replace(plain, **fields)


def judge(*lines: ClaimLine, terms: Terms = TERMS, **fields: Any) -> InvoiceDecision:
    claim = Claim("NEW", "HSO", "PLAN", date(2024, 12, 31), lines or (line(),))
    return adjudicate(replace(claim, **fields), terms)


def codes(answer: InvoiceDecision) -> list[str]:
    return [code.value for decided in answer.lines for code in decided.codes]
