"""Before help is given: does a service authorization cover it? Answers warn, they never stop a service."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from referral.programs.rules.approvals import Approval, Balance

NOT_COVERED = "No approved service authorization covers this service: it may not be paid. You can start all the same."


def start_warning(approvals: Sequence[Approval], *, service: str, variant: str | None, on: date) -> str | None:
    """Return what to tell the organization that starts a paid service on the day; None when it is covered."""
    fitting = [approval for approval in approvals if approval.covers(service, variant)]
    if not fitting:
        return NOT_COVERED
    if any(approval.is_open_on(on) for approval in fitting):
        return None
    starts = [approval.window.first_on for approval in fitting if approval.window.starts_after(on)]
    starts_on = min((day for day in starts if day is not None), default=None)
    if starts_on is not None:
        return f"The service authorization starts on {starts_on:%m/%d/%Y}: what is delivered before is not paid."
    return "The service authorization has ended: what is delivered now is not paid without a new one."


def delivery_warnings(
    approval: Approval | None,
    balance: Balance,
    *,
    service: str,
    variant: str | None,
    on: date,
    units: Decimal,
) -> list[str]:
    """Return what stands against paying a delivery, as plain sentences; an empty list when nothing does."""
    if approval is None:
        return ["No approved service authorization covers this service."]
    warnings = []
    if not approval.covers(service, variant):
        warnings.append("The service authorization is for another service.")
    if not approval.is_open_on(on):
        warnings.append("The date lies outside the service authorization.")
    units_left = balance.units_left(approval)
    if units_left is not None and units > units_left:
        warnings.append(f"The service authorization has {units_left.normalize():f} units left.")
    if balance.amount_left(approval) == 0:
        warnings.append("The service authorization has no money left.")
    return warnings
