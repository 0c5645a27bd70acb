"""The shipped fee schedule: 43 rows, their marks, and their prices by date of service."""

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from referral.billing.rules import FeeRow, Pricing, ReasonCode, row_in_force, rows_of_record
from referral.billing.rules.schedule_file import BadScheduleLine
from referral.programs.rules import FactStatus

FOLDER = Path(__file__).parents[2] / "seed" / "programs" / "healthy_opportunities"
SECOND = date(2024, 7, 1)


def _records(name: str = "fee_schedule.csv") -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _rows() -> list[FeeRow]:
    return [
        row
        for record in _records()
        for row in rows_of_record(record, second_version_from=SECOND, pooled_services={"TRA-PRI"})
    ]


def _price(service: str, variant: str | None, day: date) -> Decimal | None:
    row = row_in_force(_rows(), service=service, variant=variant, on=day)
    return row.price if row else None


def test_the_file_has_29_services_in_43_rows_and_every_amount_carries_its_mark() -> None:
    records = _records()

    assert len(records) == 43
    assert len({record["service_no"] for record in records}) == 29
    assert all(FactStatus(record[column]) for record in records for column in ("amount_v1_status", "amount_v2_status"))


def test_a_first_price_ends_only_where_a_second_price_exists() -> None:
    assert _price("FOO-BOXD", "small", date(2024, 6, 30)) == Decimal("96.79")
    assert _price("FOO-BOXD", "small", date(2024, 7, 1)) == Decimal("104.97")
    assert _price("HOU-NAV", None, date(2026, 1, 1)) == Decimal("400.26")


def test_nothing_is_priced_before_its_launch_or_without_a_start_date() -> None:
    assert _price("FOO-BOXD", "small", date(2022, 3, 14)) is None
    assert _price("FOO-BOXD", "small", date(2022, 3, 15)) == Decimal("96.79")
    assert row_in_force(_rows(), service="IPV-CM", variant=None, on=date(2024, 1, 1)) is None


def test_rent_stays_unpriced_and_a_pooled_cap_is_marked_as_one() -> None:
    rent = row_in_force(_rows(), service="HOU-DEP", variant="first_month_rent", on=SECOND)
    repair = row_in_force(_rows(), service="TRA-PRI", variant="repair_or_other", on=SECOND)

    assert rent is not None
    assert rent.cap is not None
    assert (rent.cap.amount, rent.cap.percent_of_fmr) == (None, Decimal(110))
    assert rent.is_once_per_lifetime
    assert repair is not None
    assert repair.cap is not None
    assert repair.cap.is_pooled_over_authorization
    assert repair.status is FactStatus.VERIFIED


def test_milestones_know_their_classes() -> None:
    goals = [(row.milestone.phase, row.milestone.classes) for row in _rows() if row.milestone is not None]

    assert ("phase1", 16) in goals
    assert len(goals) == sum(row.pricing is Pricing.MILESTONE for row in _rows()) == 6


@pytest.mark.parametrize(
    ("column", "written"),
    [("amount_v1", "12,5"), ("amount_v1", "-1"), ("amount_v1", "NaN"), ("start_date", "1/2/22"), ("pricing", "barter")],
)
def test_a_line_that_cannot_be_read_names_its_column(column: str, written: str) -> None:
    record = _records()[0] | {column: written}

    with pytest.raises(BadScheduleLine, match=column):
        rows_of_record(record, second_version_from=SECOND)


def test_the_reason_file_agrees_with_the_engine() -> None:
    listed = {record["code"]: record["line_outcome"] for record in _records("reason_codes.csv")}

    for code in ReasonCode:
        assert code.outcome.value in listed[code.value]
        assert ("reduce" in listed[code.value]) is code.is_reduction
