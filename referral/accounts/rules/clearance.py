"""Who may receive what survivors of violence told: trained, for a year, where survivors are served.

Source: `sensitivity levels` of this product; 34 USC 12291(b)(2) asks for nothing less. A year is this product's choice.
"""

from collections.abc import Iterable
from datetime import date

from dateutil.relativedelta import relativedelta

from referral.organizations.rules import Role

WORKS_WITH_SURVIVORS = frozenset({Role.NAVIGATOR.value, Role.CBO_INTAKE.value, Role.CBO_ADMIN.value})
OPENS_NAMED = frozenset(
    role.value for role in (Role.COORD_SUPERVISOR, Role.CBO_INTAKE, Role.CBO_ADMIN, Role.CBO_BILLER, Role.PLAN_CARE_MGR)
)


def last_cleared_day(trained_on: date) -> date:
    """Return the last day a training counts: a year, less a day."""
    return trained_on + relativedelta(years=1, days=-1)


def clearance_problem(trained_on: date, until: date, *, today: date) -> str | None:
    """Return why this training clears nobody until then, or None."""
    if trained_on > today:
        return "The training has to be in the past."
    if last_cleared_day(trained_on) < today:
        return "The training is more than a year old: it has to be renewed first."
    if not today <= until <= last_cleared_day(trained_on):
        return f"The clearance ends on {last_cleared_day(trained_on):%Y-%m-%d} at the latest, and not before today."
    return None


def may_be_cleared(roles: Iterable[str], *, is_victim_service: bool) -> bool:
    """Whether somebody in these roles may be cleared: navigators, and intake and heads of a victim service."""
    held = WORKS_WITH_SURVIVORS & set(roles)
    return Role.NAVIGATOR.value in held or (is_victim_service and bool(held))


def is_cleared(roles: Iterable[str], *, is_victim_service: bool, until: date | None, today: date) -> bool:
    """Whether the clearance counts today; it ends with the day, the role, or the mark of the organization."""
    return until is not None and today <= until and may_be_cleared(roles, is_victim_service=is_victim_service)


def opens_named(roles: Iterable[str]) -> bool:
    """Whether one of the roles reads what a named consent opens to the organization, and not to one user only."""
    return bool(OPENS_NAMED & set(roles))
