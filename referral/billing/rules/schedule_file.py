"""A line of a fee schedule file becomes fee rows with effective dates.

A first-version price stays in force until a second-version price exists for its row,
then until the day before it.
"""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from referral.billing.rules.schedules import Cap, CapPeriod, FeeRow, MilestoneGoal, Pricing
from referral.programs.rules import FactStatus, Window

_WordT = TypeVar("_WordT", Pricing, FactStatus)
_CAP_PERIODS = {
    "occurrence": CapPeriod.OCCURRENCE,
    "calendar_month": CapPeriod.CALENDAR_MONTH,
    "12_months": CapPeriod.TWELVE_MONTHS,
    "lifetime": CapPeriod.LIFETIME,
}


class BadScheduleLine(ValueError):
    """A line of a fee schedule file that cannot be used; the message names the column."""


def rows_of_record(
    record: Mapping[str, str], *, second_version_from: date, pooled_services: Collection[str] = ()
) -> list[FeeRow]:
    """Return the one or two versions of a line, none where no start is known; raises BadScheduleLine."""
    starts_on = _date(record, "start_date")
    if starts_on is None:
        return []
    first, second = _amount(record, "amount_v1"), _amount(record, "amount_v2")
    is_pooled = record["service_code"] in pooled_services
    if second is None:
        return [_row(record, first, "amount_v1_status", Window(starts_on), is_pooled=is_pooled)]
    return [
        _row(
            record,
            first,
            "amount_v1_status",
            Window(starts_on, second_version_from - timedelta(days=1)),
            is_pooled=is_pooled,
        ),
        _row(record, second, "amount_v2_status", Window(second_version_from), is_pooled=is_pooled),
    ]


def _row(
    record: Mapping[str, str], amount: Decimal | None, status_column: str, window: Window, *, is_pooled: bool
) -> FeeRow:
    pricing = _word(Pricing, record, "pricing")
    is_at_cost = pricing is Pricing.COST_CAPPED
    return FeeRow(
        service=record["service_code"],
        variant=record["variant"] or None,
        pricing=pricing,
        window=window,
        price=None if is_at_cost else amount,
        cap=_cap(record, amount, is_pooled=is_pooled) if is_at_cost else None,
        evidence=tuple(record["evidence"].split()),
        max_units_per_day=_amount(record, "max_units_per_day"),
        # "unverified" is unknown, and unknown never denies.
        is_once_per_lifetime=record["once_per_lifetime"] == "yes",
        milestone=_milestone(record),
        status=_word(FactStatus, record, status_column),
    )


def _cap(record: Mapping[str, str], amount: Decimal | None, *, is_pooled: bool) -> Cap:
    period = _CAP_PERIODS.get(record["cap_per"])
    if period is None:
        raise BadScheduleLine(f"cap_per: {record['cap_per']!r} is not a period.")
    percent = _amount(record, "percent_of_fmr")
    return Cap(per=period, amount=amount, percent_of_fmr=percent, is_pooled_over_authorization=is_pooled)


def _milestone(record: Mapping[str, str]) -> MilestoneGoal | None:
    if not record["milestone_phase"]:
        return None
    return MilestoneGoal(record["milestone_phase"], int(record["milestone_classes"]))


def _amount(record: Mapping[str, str], column: str) -> Decimal | None:
    written = record[column]
    if not written:
        return None
    try:
        amount = Decimal(written)
    except InvalidOperation:
        raise BadScheduleLine(f"{column}: {written!r} is not a number.") from None
    if not amount.is_finite() or amount < 0:
        raise BadScheduleLine(f"{column}: {written!r} is not an amount.")
    return amount


def _date(record: Mapping[str, str], column: str) -> date | None:
    written = record[column]
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        raise BadScheduleLine(f"{column}: {written!r} is not a date.") from None


def _word(kind: type[_WordT], record: Mapping[str, str], column: str) -> _WordT:
    try:
        return kind(record[column])
    except ValueError:
        raise BadScheduleLine(f"{column}: {record[column]!r} is not known.") from None
