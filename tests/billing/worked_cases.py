"""Reads worked cases: a case's settings become the engine's own terms, its invoice a claim."""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from referral.billing.rules import (
    Cap,
    CapPeriod,
    Claim,
    ClaimLine,
    ContractLine,
    CountySpan,
    FeeRow,
    FrequencyCode,
    InvoiceDecision,
    Member,
    MilestoneGoal,
    PaidLine,
    PlanSpan,
    Pricing,
    ProgramTerms,
    Reason,
    RuleKind,
    ServiceRule,
    Terms,
)
from referral.programs.rules import Approval, RegionBasis, Window

Case = dict[str, Any]
PATH = Path(__file__).parent / "data" / "worked_cases.json"


def load(kind: str) -> list[Case]:
    """Return the cases of a type, in order."""
    return [case for case in json.loads(PATH.read_text(encoding="utf-8"))["cases"] if case["type"] == kind]


def terms_of(case: Case) -> Terms:
    settings = case["settings"]
    return Terms(
        program=_program(settings["program"]),
        member=_member(settings),
        contracts=tuple(
            ContractLine(one["hso"], frozenset(one["services"]), _window(one["from"], one["to"]))
            for one in settings["contracts"]
        ),
        fee_rows=tuple(_fee_row(row) for row in settings["fee_rows"]),
        service_rules=tuple(
            ServiceRule(rule["service"], RuleKind(rule["rule"]), frozenset(rule["services"]))
            for rule in settings["service_rules"]
        ),
        approvals=tuple(_approvals(settings["authorizations"])),
        history=tuple(_paid_line(line) for line in settings["history"]),
        fair_market_rent=_decimal(settings.get("fmr")),
    )


def claim_of(case: Case) -> Claim:
    invoice = case["invoice"]
    return Claim(
        id=invoice["id"],
        organization=invoice["hso"],
        plan=invoice["plan"],
        submitted_on=date.fromisoformat(invoice["submitted_on"]),
        lines=tuple(_line(line) for line in invoice["lines"]),
        frequency=FrequencyCode(invoice["frequency_code"]),
        replaces=invoice["replaces"],
    )


def as_expected(answer: InvoiceDecision, expected: Mapping[str, Any]) -> dict[str, Any]:
    """Say an answer in the words of a case, with the optional keys that the case states."""
    said: dict[str, Any] = {
        "decision": answer.decision.value,
        "total_paid": str(answer.total_paid),
        "lines": [
            {
                "line": line.number,
                "outcome": line.outcome.value,
                "paid": str(line.paid),
                "reasons": [_reason(reason) for reason in line.reasons],
            }
            for line in answer.lines
        ],
    }
    optional = {
        "route_to_plan": answer.route_to_plan,
        "reversal": str(answer.reversal),
        "new_amount": str(answer.new_amount),
        "restored": {"units": str(answer.restored_units), "amount": str(answer.restored_amount)},
        "encounter_required": answer.is_encounter_required,
    }
    return said | {key: value for key, value in optional.items() if key in expected}


def _reason(reason: Reason) -> dict[str, str]:
    said = {"code": reason.code.value}
    if reason.units is not None:
        said["units"] = f"{reason.units.normalize():f}"
    if reason.amount is not None:
        said["amount"] = str(reason.amount)
    return said


def _program(given: Mapping[str, Any]) -> ProgramTerms:
    return ProgramTerms(
        code=given["code"],
        filing_days=given["timely_filing_days"],
        region_basis=RegionBasis(given["region_basis"]),
        counties=frozenset(given["region_counties"]),
    )


def _member(settings: Mapping[str, Any]) -> Member:
    given = settings["member"]
    return Member(
        id=given["id"],
        coverage=tuple(_window(*span) for span in given["coverage"]),
        consents=tuple(_window(*span) for span in given["consents"]),
        plans=tuple(PlanSpan(plan, _window(first, last)) for plan, first, last in given["plans"]),
        counties=tuple(CountySpan(county, _window(first, last)) for county, first, last in given["counties"]),
        attendance=settings.get("attendance", {}),
    )


def _fee_row(given: Mapping[str, Any]) -> FeeRow:
    milestone = given.get("milestone")
    return FeeRow(
        service=given["service"],
        variant=given["variant"],
        pricing=Pricing(given["pricing"]),
        window=_window(given["effective_from"], given["effective_to"]),
        price=_decimal(given["price"]),
        cap=_cap(given["cap"]) if given["cap"] else None,
        evidence=tuple(given["evidence_required"]),
        max_units_per_day=_decimal(given.get("max_units_per_day")),
        is_once_per_lifetime=given.get("once_per_lifetime", False),
        milestone=MilestoneGoal(milestone["phase"], milestone["classes"]) if milestone else None,
    )


def _cap(given: Mapping[str, Any]) -> Cap:
    return Cap(
        per=CapPeriod(given["per"]),
        amount=_decimal(given.get("amount")),
        percent_of_fmr=_decimal(given.get("percent_of_fmr")),
        anchor_on=_date(given.get("anchor")),
        is_pooled_over_authorization=given.get("pool_over_authorization", False),
    )


def _approvals(authorizations: Iterable[Mapping[str, Any]]) -> Iterable[Approval]:
    for given in authorizations:
        if given["state"] == "approved":
            yield Approval(
                id=given["id"],
                service=given["service"],
                variant=given["variant"],
                window=_window(given["start"], given["end"]),
                units=_decimal(given["approved_units"]),
                amount=_decimal(given["approved_amount"]),
                months=given.get("months"),
            )


def _paid_line(given: Mapping[str, Any]) -> PaidLine:
    return PaidLine(
        invoice=given["invoice"],
        service=given["service"],
        variant=given["variant"],
        served_on=date.fromisoformat(given["date_of_service"]),
        units=Decimal(given["units"]),
        paid=Decimal(given["paid"]),
        plan=given["plan"],
        organization=given["hso"],
        authorization=given["authorization"],
        minutes=given.get("minutes"),
        discharged_on=_date(given.get("discharge_date")),
        delivery=given.get("delivery_id"),
    )


def _line(given: Mapping[str, Any]) -> ClaimLine:
    return ClaimLine(
        number=given["line"],
        service=given["service"],
        variant=given["variant"],
        served_on=date.fromisoformat(given["date_of_service"]),
        units=Decimal(given["units"]),
        billed=Decimal(given["billed"]),
        evidence=frozenset(given["evidence"]),
        minutes=given.get("minutes"),
        through_on=_date(given.get("through_date")),
        discharged_on=_date(given.get("discharge_date")),
        delivery=given.get("delivery_id"),
    )


def _window(first: str | None, last: str | None) -> Window:
    return Window(_date(first), _date(last))


def _date(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None


def _decimal(written: str | int | None) -> Decimal | None:
    return None if written is None else Decimal(written)
