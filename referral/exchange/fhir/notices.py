"""What accompanies records of substance use treatment (42 CFR 2.32): security labels, and the notice in words."""

from collections.abc import Sequence
from html import escape

from referral.exchange.fhir.parts import Resource, coding
from referral.exchange.fhir.systems import ACT_CODE, CONFIDENTIALITY
from referral.people.rules.part2 import Disclosure
from referral.web.outcomes import issue

LABELS = (
    coding(CONFIDENTIALITY, "R", "restricted"),
    coding(ACT_CODE, "42CFRPart2", "42 CFR Part2"),
    coding(ACT_CODE, "NORDSCLCD", "no redisclosure without consent directive"),
)


def labelled(resource: Resource) -> Resource:
    """Return the resource with the labels of what is restricted."""
    return {**resource, "meta": {**resource.get("meta", {}), "security": list(LABELS)}}


def accompanied(resource: Resource, told: Disclosure) -> Resource:
    """Return an answer with its notice: a Bundle as one more entry, a resource in its narrative."""
    if resource["resourceType"] == "Bundle":
        return {**labelled(resource), "entry": [*resource.get("entry", []), _entry(told)]}
    return {**labelled(resource), "text": {"status": "additional", "div": _div(told.lines)}}


def _entry(told: Disclosure) -> Resource:
    issues = [issue("information", "informational", line) for line in told.lines]
    return {"resource": {"resourceType": "OperationOutcome", "issue": issues}, "search": {"mode": "outcome"}}


def _div(lines: Sequence[str]) -> str:
    words = "".join(f"<p>{escape(line)}</p>" for line in lines)
    return f'<div xmlns="http://www.w3.org/1999/xhtml">{words}</div>'
