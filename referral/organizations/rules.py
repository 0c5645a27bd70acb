"""Who takes part, in which role, and when their doors are open."""

from collections.abc import Collection, Container, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

import holidays


class OrganizationKind(StrEnum):
    """What an organization is in a network; one row may deliver, another pay."""

    CBO = "cbo"
    CLINIC = "clinic"
    COORDINATION_CENTER = "coordination_center"
    NETWORK_LEAD = "network_lead"
    PLAN = "plan"
    STATE_AGENCY = "state_agency"


KIND_WORDS = {
    OrganizationKind.CBO: "Community organization",
    OrganizationKind.CLINIC: "Clinic",
    OrganizationKind.COORDINATION_CENTER: "Coordination center",
    OrganizationKind.NETWORK_LEAD: "Network lead",
    OrganizationKind.PLAN: "Health plan",
    OrganizationKind.STATE_AGENCY: "State agency",
}


KINDS_THAT_DELIVER = (OrganizationKind.CBO, OrganizationKind.CLINIC)
"""Who helps people, under a contract with a network lead where somebody pays for it."""


class Role(StrEnum):
    """What a user does in an organization; a membership holds a set of these and there are no others."""

    NAVIGATOR = "navigator"
    COORD_SUPERVISOR = "coord_supervisor"
    CBO_INTAKE = "cbo_intake"
    CBO_ADMIN = "cbo_admin"
    CBO_BILLER = "cbo_biller"
    NETWORK_LEAD = "network_lead"
    PLAN_CARE_MGR = "plan_care_mgr"
    PLAN_FINANCE = "plan_finance"
    PLAN_ANALYST = "plan_analyst"
    SYSADMIN = "sysadmin"
    CLIENT_SELF = "client_self"


def kinds_to_take_in(roles: Collection[str]) -> Sequence[OrganizationKind]:
    """Return which kinds of organization somebody may let take part: a lead who helps, an administrator any."""
    if Role.SYSADMIN.value in roles:
        return tuple(OrganizationKind)
    return KINDS_THAT_DELIVER if Role.NETWORK_LEAD.value in roles else ()


FIRST_RESPONSE_DAYS = 2
"""Within these a referral should be answered, unless its network chose otherwise; later it is overdue.

Source: `first_response_due` of the facts about the field.
"""
HARD_STOP_DAYS = 14
"""Business days of the receiver after which an unanswered referral expires, unless its network chose otherwise."""
MOST_RESPONSE_DAYS, MOST_STOP_DAYS = 10, 60
"""The longest that a network may choose: whoever waits longer has been forgotten."""

TIME_ZONES = {
    "America/New_York": "Eastern",
    "America/Chicago": "Central",
    "America/Denver": "Mountain",
    "America/Phoenix": "Arizona (no daylight saving time)",
    "America/Los_Angeles": "Pacific",
    "America/Anchorage": "Alaska",
    "Pacific/Honolulu": "Hawaii",
    "America/Puerto_Rico": "Atlantic (Puerto Rico)",
    "Pacific/Guam": "Chamorro (Guam)",
}
"""Zones an organization may choose, by the names people know."""

_MONDAY_TO_FRIDAY = frozenset(range(5))


@dataclass(frozen=True, slots=True)
class BusinessCalendar:
    """When the receiving organization works: zone, closing time, weekdays (Monday is 0), closed days."""

    zone: str
    closes_at: time = time(17)
    weekdays: frozenset[int] = _MONDAY_TO_FRIDAY
    network_holidays: Container[date] = frozenset()
    closures: frozenset[date] = frozenset()

    def is_business_day(self, day: date) -> bool:
        """True on a weekday the organization is open, unless its network or itself is closed."""
        is_closed = day in self.network_holidays or day in self.closures
        return day.weekday() in self.weekdays and not is_closed


def us_holidays(state: str | None = None) -> Container[date]:
    """The public holidays a network keeps: the nation's, or those of the state (NC) it follows."""
    return holidays.country_holidays("US", subdiv=state)


def due_at(calendar: BusinessCalendar, happened_at: datetime, business_days: int) -> datetime:
    """Closing time, in UTC, of the n-th business day after the day it happened where the receiver is.

    At or after closing time, or on a closed day, the next business day counts as the day it happened.
    Raises ValueError for a calendar without a business day in a year.
    """
    day = _day_zero(calendar, happened_at)
    for _ in range(business_days):
        day = _next_business_day(calendar, day)
    return datetime.combine(day, calendar.closes_at, tzinfo=ZoneInfo(calendar.zone)).astimezone(UTC)


def _day_zero(calendar: BusinessCalendar, happened_at: datetime) -> date:
    local = happened_at.astimezone(ZoneInfo(calendar.zone))
    if calendar.is_business_day(local.date()) and local.time() < calendar.closes_at:
        return local.date()
    return _next_business_day(calendar, local.date())


def _next_business_day(calendar: BusinessCalendar, day: date) -> date:
    for ahead in range(1, 367):
        following = day + timedelta(days=ahead)
        if calendar.is_business_day(following):
            return following
    raise ValueError("A calendar needs at least one business day in a year.")
