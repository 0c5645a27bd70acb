"""What a reader may narrow a report to."""

from datetime import date
from typing import Any
from uuid import UUID

from marshmallow import ValidationError, fields, validate, validates_schema

from referral.equity.queries.filters import Choice
from referral.equity.rules.periods import Period, complete_quarters, last_year
from referral.equity.rules.strata import Dimension
from referral.web.shapes import Strict


class ReportFilter(Strict):
    """What a reader of lines narrows a report to; without dates, the running month and the twelve before it."""

    first = fields.Date(load_default=None)
    last = fields.Date(load_default=None)
    plan_id = fields.UUID(load_default=None)
    organization_id = fields.UUID(load_default=None)
    county = fields.String(load_default=None, validate=validate.Length(max=100))
    service = fields.String(load_default=None, validate=validate.Length(max=300))
    status = fields.String(load_default=None, validate=validate.Length(max=60))
    after = fields.String(load_default=None, validate=validate.Length(max=60))

    @validates_schema
    def _in_order(self, data: dict[str, Any], **_: Any) -> None:
        if data["first"] and data["last"] and data["first"] > data["last"]:
            raise ValidationError("The last day is before the first.", "last")


class QuarterFilter(Strict):
    """What a reader of figures chooses: one complete quarter, so that no two tables can be subtracted."""

    quarter = fields.String(load_default=None, validate=validate.Regexp(r"^\d{4}-Q[1-4]$"))


class EquityFilter(Strict):
    """By what the cascade is grouped."""

    by = fields.Enum(Dimension, by_value=True, load_default=Dimension.RACE_ETHNICITY)


def period_of(filters: dict[str, Any], today: date) -> Period:
    """Return the chosen days, or the last year."""
    usual = last_year(today)
    return Period(filters["first"] or usual.first, filters["last"] or usual.last)


def quarter_of(filters: dict[str, Any], today: date) -> Period:
    """Return the chosen quarter, or the latest; raises ValidationError for one that is not over or not offered."""
    quarters = {period.key: period for period in complete_quarters(today)}
    chosen = filters["quarter"] or next(iter(quarters))
    if chosen not in quarters:
        raise ValidationError({"quarter": ["Choose one from the list."]})
    return quarters[chosen]


def choice_of(filters: dict[str, Any]) -> Choice:
    """Return what the reader narrowed the report to."""
    names = ("plan_id", "organization_id", "county", "service", "status")
    return Choice(**{name: filters[name] for name in names})


def cursor(day: date, identifier: UUID) -> str:
    """Return where a page of lines ends: the last row's day and id."""
    return f"{day.isoformat()}.{identifier}"


def cursor_of(written: str | None) -> tuple[date, UUID] | None:
    """Read where the page before ended; raises ValidationError for what we did not write."""
    if written is None:
        return None
    day, _, identifier = written.partition(".")
    try:
        return date.fromisoformat(day), UUID(identifier)
    except ValueError as error:
        raise ValidationError({"after": ["Go back to the first page."]}) from error
