"""Which facts a report reads: the reader's scope, the period, and what the reader chose."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import ibis

from referral.equity.rules.periods import Period
from referral.equity.rules.scopes import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a reader narrows a report to; None is everything."""

    plan_id: UUID | None = None
    organization_id: UUID | None = None
    county: str | None = None
    service: str | None = None
    status: str | None = None


EVERYTHING = Choice()


def in_scope(table: ibis.Table, scope: Scope) -> ibis.Table:
    """Keep the rows of the reader's network, and plan or lead; facts of needs know no lead."""
    found = table.filter(table.network_id == _uuid(scope.network_id))
    if scope.plan_id is not None:
        found = found.filter(found.plan_id == _uuid(scope.plan_id))
    if scope.network_lead_id is not None and "network_lead_id" in found.columns:
        found = found.filter(found.network_lead_id == _uuid(scope.network_lead_id))
    return found


def between(table: ibis.Table, day: str, period: Period) -> ibis.Table:
    """Keep the rows whose day lies in the period, its first and last day included."""
    return table.filter(table[day].between(_day(period.first), _day(period.last)))


def chosen(table: ibis.Table, choice: Choice) -> ibis.Table:
    """Keep the rows that the reader chose."""
    for column, wanted in (("plan_id", choice.plan_id), ("organization_id", choice.organization_id)):
        if wanted is not None:
            table = table.filter(table[column] == _uuid(wanted))
    for column, words in (("county", choice.county), ("service_name", choice.service), ("status", choice.status)):
        if words is not None:
            table = table.filter(table[column] == words)
    return table


def after(table: ibis.Table, day: str, key: str, last: tuple[date, UUID] | None) -> ibis.Table:
    """Order the newest first, and keep what follows the last row that was shown."""
    if last is not None:
        on, identifier = last
        is_same_day = (table[day] == _day(on)) & (table[key].cast("string") < str(identifier))
        table = table.filter((table[day] < _day(on)) | is_same_day)
    return table.order_by(table[day].desc(), table[key].cast("string").desc())


def _uuid(value: UUID) -> ibis.Value:
    return ibis.literal(str(value), type="uuid")


def _day(value: date) -> ibis.Value:
    return ibis.literal(value, type="date")
