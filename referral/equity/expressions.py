"""The measures as Ibis expressions: the same lines run on PostgreSQL, DuckDB and Spark, and return only counts."""

from collections.abc import Sequence

import ibis
from ibis import _

from referral.equity.rules.cascade import STAGES
from referral.equity.rules.strata import UNKNOWN

HIDDEN_LEVEL = 3  # interpersonal violence: a separate room, counted nowhere

NEED_FACT = ibis.schema(
    {
        "episode_id": "string",
        "network_id": "uuid",
        "plan_id": "uuid",
        "domain": "string",
        "need_on": "date",
        "level": "int16",
        "race_ethnicity": "string",
        "language": "string",
        **{f"is_{stage}": "boolean" for stage in STAGES},
        "is_asked": "boolean",
        "is_answered": "boolean",
    }
)
"""One row a need episode, and a domain screened without finding a need."""

REFERRAL_FACT = ibis.schema(
    {
        "referral_id": "uuid",
        "network_id": "uuid",
        "plan_id": "uuid",
        "plan_name": "string",
        "network_lead_id": "uuid",
        "organization_id": "uuid",
        "organization_name": "string",
        "service_name": "string",
        "domain": "string",
        "county": "string",
        "level": "int16",
        "channel": "string",
        "status": "string",
        "reason_code": "string",
        "sent_on": "date",
        "is_counted": "boolean",
        "is_closed": "boolean",
        "is_connected": "boolean",
        "is_confirmed": "boolean",
        "is_withheld": "boolean",
    }
)
"""One row a referral that was sent."""

LINE_FACT = ibis.schema(
    {
        "line_id": "uuid",
        "invoice_id": "uuid",
        "network_id": "uuid",
        "plan_id": "uuid",
        "plan_name": "string",
        "network_lead_id": "uuid",
        "organization_id": "uuid",
        "organization_name": "string",
        "service_code": "string",
        "service_name": "string",
        "county": "string",
        "delivered_on": "date",
        "status": "string",
        "billed": "decimal(12, 2)",
        "paid": "decimal(12, 2)",
    }
)
"""One row a line of a submitted invoice, amounts in US dollars."""

ASKED = ("asked", "answered")
OUTCOMES = ("closed", "connected", "confirmed", "withheld")


def cascade_counts(table: ibis.Table, *, by: Sequence[str] = ("race_ethnicity",)) -> ibis.Table:
    """Count the need episodes that reached each stage, and who was asked and answered whether help arrived.

    One row per group of `by`, one column per stage.
    """
    filled = _grouped(table, by)
    staged = filled.mutate(furthest=_furthest(filled))
    reached = {stage.value: (staged.furthest >= place).sum() for place, stage in enumerate(STAGES, start=1)}
    told = {name: staged[f"is_{name}"].sum() for name in ASKED}
    return staged.group_by(list(by)).aggregate(**reached, **told).order_by(list(by))


def loop_counts(table: ibis.Table, *, by: Sequence[str]) -> ibis.Table:
    """Count the sent referrals of each group that stand in the rates, and those closed, connected and confirmed."""
    counted = _grouped(table, by).filter(_.is_counted)
    outcomes = {name: counted[f"is_{name}"].sum() for name in OUTCOMES}
    return counted.group_by(list(by)).aggregate(sent=counted.count(), **outcomes).order_by(list(by))


def reason_counts(table: ibis.Table) -> ibis.Table:
    """Count the referrals of the rates that ended without help or wait, by status and reason, most first."""
    given = table.filter(_.level < HIDDEN_LEVEL, _.is_counted, _.status != "served", _.reason_code.notnull())
    counts = given.group_by(["status", "reason_code"]).aggregate(sent=given.count())
    return counts.order_by([ibis.desc("sent"), "status", "reason_code"])


def line_sums(table: ibis.Table, *, by: Sequence[str]) -> ibis.Table:
    """Add up the invoice lines of each group: how many, billed, and paid in US dollars."""
    named = _named(table, by)
    sums = {"lines": named.count(), "billed": named.billed.sum(), "paid": named.paid.sum()}
    return named.group_by(list(by)).aggregate(**sums).order_by(list(by))


def with_month(table: ibis.Table, day: str) -> ibis.Table:
    """Add the month of a day as text, 2026-11."""
    return table.mutate(month=table[day].strftime("%Y-%m"))


def _grouped(table: ibis.Table, by: Sequence[str]) -> ibis.Table:
    """Leave out what is counted nowhere, and name missing groups."""
    return _named(table.filter(_.level < HIDDEN_LEVEL), by)


def _named(table: ibis.Table, by: Sequence[str]) -> ibis.Table:
    """Name missing groups before grouping: engines disagree about what a null group is."""
    return table.mutate(**{name: table[name].cast("string").fill_null(UNKNOWN) for name in by})


def _furthest(table: ibis.Table) -> ibis.Value:
    """Return the place of the latest stage reached, 0 for none: reaching it implies every earlier one."""
    places = [table[f"is_{stage}"].fill_null(False).ifelse(place, 0) for place, stage in enumerate(STAGES, start=1)]
    return ibis.greatest(*places)
