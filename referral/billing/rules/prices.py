"""Prices that somebody brings in: each line names a service, an amount and the day from which it holds."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation

COLUMNS = ("service_code", "variant", "amount", "starts_on")
MOST_LINES = 500
_MOST = Decimal(10**8)
_YEARS = range(1900, 2101)


class BadPriceFile(ValueError):
    """A file of prices that cannot be read at all."""


@dataclass(frozen=True, slots=True)
class PriceLine:
    """One price as it was written; `problem` says what is wrong with the line, in plain words."""

    number: int
    service: str
    variant: str | None
    amount: Decimal | None
    starts_on: date | None
    problem: str = ""


def read_prices(text: str) -> list[PriceLine]:
    """Read a CSV text with the columns service_code, variant, amount and starts_on; raises BadPriceFile."""
    lines = csv.DictReader(io.StringIO(text.removeprefix("\ufeff").strip(), newline=""), restval="")
    missing = [name for name in COLUMNS if name not in (lines.fieldnames or ())]
    if missing:
        raise BadPriceFile(f"The first line has to name these columns: {', '.join(COLUMNS)}.")
    try:
        records = list(lines)
    except csv.Error:
        raise BadPriceFile("This is not a CSV file.") from None
    return price_lines(records)


def price_lines(records: Sequence[Mapping[str, str]]) -> list[PriceLine]:
    """Return each record as a line; raises BadPriceFile for none and for too many."""
    if not 1 <= len(records) <= MOST_LINES:
        raise BadPriceFile(f"Send between 1 and {MOST_LINES} prices.")
    found = [_line(number, record) for number, record in enumerate(records, start=1)]
    names = [(line.service, line.variant) for line in found]
    return [
        line if names.count(name) == 1 or line.problem else replace(line, problem="This service stands here twice.")
        for line, name in zip(found, names, strict=True)
    ]


def _line(number: int, record: Mapping[str, str]) -> PriceLine:
    written = {name: (record.get(name) or "").strip() for name in COLUMNS}
    amount, day = _amount(written["amount"]), _day(written["starts_on"])
    problem = ""
    if amount is None:
        problem = "Write an amount of dollars, with at most four decimals."
    elif day is None:
        problem = "Write the first day as 2026-12-31."
    return PriceLine(number, written["service_code"], written["variant"] or None, amount, day, problem)


def _amount(text: str) -> Decimal | None:
    """Return the exact amount; what the column could only keep rounded is none."""
    try:
        amount = Decimal(text.removeprefix("$").replace(",", ""))
    except InvalidOperation:
        return None
    is_kept_exactly = amount.is_finite() and 0 <= amount < _MOST and amount == round(amount, 4)
    return amount if is_kept_exactly else None


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year in _YEARS else None
