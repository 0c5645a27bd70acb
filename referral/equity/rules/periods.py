"""The fixed periods of reports: whole months, so that two readers never compare by one day."""

from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

MATURITY_DAYS = 30
"""A need has this long to be met before its month is compared."""


@dataclass(frozen=True, slots=True)
class Period:
    """From a first to a last day, both in."""

    first: date
    last: date

    @property
    def key(self) -> str:
        """Return what a form sends for a quarter: 2026-Q3."""
        return f"{self.first.year}-Q{(self.first.month + 2) // 3}"


def cohort_year(today: date) -> Period:
    """Return the twelve whole months whose last need has had 30 days to be met."""
    after = (today - timedelta(days=MATURITY_DAYS)).replace(day=1)
    return Period(after - relativedelta(years=1), after - timedelta(days=1))


def last_year(today: date) -> Period:
    """Return the running month and the twelve before it."""
    return Period(today.replace(day=1) - relativedelta(years=1), today)


def complete_quarters(today: date, how_many: int = 8) -> tuple[Period, ...]:
    """Return the last calendar quarters that are over, latest first; none overlaps another."""
    start = today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)
    firsts = [start - relativedelta(months=3 * back) for back in range(1, how_many + 1)]
    return tuple(Period(first, first + relativedelta(months=3) - timedelta(days=1)) for first in firsts)
