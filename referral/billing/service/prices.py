"""Bring in new prices: looked at before they are kept, from a day on, and never for a day that is billed already.

A schedule belongs to a program, and a program to a network: every network lead and every plan there works with the same
prices. So either side may bring one in, it holds for both, and the schedule says who did, from where, and when.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from referral.audit import service as audit
from referral.billing import queries
from referral.billing.models import FeeRow, FeeSchedule
from referral.billing.rules import Pricing
from referral.billing.rules.money import to_cents
from referral.billing.rules.prices import PriceLine
from referral.foundation.elevation import seeing_all
from referral.foundation.principal import Principal
from referral.foundation.refusals import Refused
from referral.programs import queries as programs
from referral.programs.rules import FactStatus

Key = tuple[str, str | None]
COPIED = (
    "fee_schedule_id", "position", "service_code", "variant", "service_name", "domain", "unit", "pricing", "cap_per",
    "is_cap_pooled", "evidence", "max_units_per_day", "is_once_per_lifetime", "milestone_phase", "milestone_classes",
    "is_sensitive", "note",
)  # fmt: skip
"""What a service keeps when its price changes."""


@dataclass(frozen=True, slots=True)
class PriceChange:
    """What a line would change: the row that it replaces from its day on, or why it cannot be kept."""

    line: PriceLine
    before: FeeRow | None
    problem: str

    @property
    def amount_before(self) -> Decimal | None:
        """Return the price, or the cap of what is paid at cost, that holds on the first day now."""
        if self.before is None or not _holds_on(self.before, self.line.starts_on):
            return None
        return self.before.cap_amount if self.before.pricing is Pricing.COST_CAPPED else self.before.price

    @property
    def difference(self) -> Decimal | None:
        """Return by how much the amount changes, in dollars."""
        before = self.amount_before
        return None if before is None or self.line.amount is None else self.line.amount - before


def preview_prices(session: Session, schedule: FeeSchedule, lines: Sequence[PriceLine]) -> list[PriceChange]:
    """Return what each line would change; nothing is kept."""
    rows = _rows(session, schedule)
    with seeing_all(session, "prices"):
        billed = queries.billed_until(session, schedule.program_id)
    return [_change(line, rows.get((line.service, line.variant), ()), billed) for line in lines]


def bring_in_prices(
    session: Session,
    schedule: FeeSchedule,
    lines: Sequence[PriceLine],
    *,
    source: str,
    is_verified: bool,
    by: Principal,
    at: datetime,
) -> None:
    """Keep the prices, all or none; the price before each stays in force until the day before.

    `is_verified`: somebody compared them with the official schedule. Raises Refused where a line has a problem.
    """
    session.refresh(schedule, ["loaded_at"], with_for_update=True)
    wrong = [one for one in preview_prices(session, schedule, lines) if one.problem]
    if wrong:
        raise Refused(" ".join(f"Line {one.line.number}: {one.problem}" for one in wrong[:10]))
    rows = _rows(session, schedule)
    for line in lines:
        kept = _keep(session, rows[line.service, line.variant], line)
        kept.source, kept.status = source, FactStatus.VERIFIED if is_verified else FactStatus.UNVERIFIED
        kept.brought_in_at, kept.brought_in_by_user_id = at, by.user_id
        kept.brought_in_by = ", ".join(part for part in (by.name, by.organization_name) if part)
        _start(session, schedule, kept)
        session.flush()
        audit.record(
            session, "fee_schedule:priced", by=by, at=at, network_id=by.network_id, subject=("fee_row", kept.id)
        )


def carry_over(session: Session, previous: FeeSchedule, schedule: FeeSchedule) -> None:
    """Keep what people brought in when the operator loads the schedule anew."""
    rows = _rows(session, schedule)
    brought = [row for row in queries.fee_rows(session, previous.id) if row.brought_in_at is not None]
    for old in sorted(brought, key=lambda row: row.effective_from or date.min):
        known = rows.get((old.service_code, old.variant))
        if known:
            amount = old.cap_amount if old.pricing is Pricing.COST_CAPPED else old.price
            kept = _keep(session, known, PriceLine(0, old.service_code, old.variant, amount, old.effective_from))
            for name in ("source", "status", "brought_in_at", "brought_in_by_user_id", "brought_in_by"):
                setattr(kept, name, getattr(old, name))
            session.flush()
            rows = _rows(session, schedule)


def _change(line: PriceLine, rows: Sequence[FeeRow], billed: Mapping[Key, date]) -> PriceChange:
    before = _template(rows, line.starts_on) if rows else None
    return PriceChange(line, before, line.problem or _problem(line, before, billed.get((line.service, line.variant))))


def _problem(line: PriceLine, before: FeeRow | None, billed_until: date | None) -> str:
    if before is None:
        return "The schedule has no such service."
    if before.pricing in {Pricing.INDIVIDUAL_CONSIDERATION, Pricing.ZERO_PAY}:
        return "This service has no price of the schedule: the plan decides case by case, or pays nothing."
    if before.cap_percent_of_fmr is not None:
        return "This service is paid up to a percentage of the fair market rent, not up to an amount."
    if before.pricing is Pricing.COST_CAPPED and line.amount is not None and line.amount != to_cents(line.amount):
        return "What is paid at cost is capped in whole cents."
    if line.starts_on is not None and billed_until is not None and line.starts_on <= billed_until:
        return "The service is billed for this day, or a later one, already: choose a later first day."
    return ""


def _keep(session: Session, rows: Sequence[FeeRow], line: PriceLine) -> FeeRow:
    """Return the row of the line: the one that begins on its day or has no start, else a new one."""
    day = line.starts_on or date.min
    row = next((one for one in rows if one.effective_from in (day, None)), None)
    if row is None:
        template = _template(rows, day)
        row = FeeRow(**{name: getattr(template, name) for name in COPIED})
        for one in rows:
            if _holds_on(one, day):
                one.effective_to = day - timedelta(days=1)
        later = [one.effective_from for one in rows if one.effective_from and one.effective_from > day]
        row.effective_to = min(later) - timedelta(days=1) if later else None
        session.add(row)
    row.effective_from = day
    if row.pricing is Pricing.COST_CAPPED:
        row.cap_amount = line.amount
    else:
        row.price = line.amount
    return row


def _start(session: Session, schedule: FeeSchedule, row: FeeRow) -> None:
    """A service whose start was not known begins with its first price."""
    service = programs.service_coded(session, schedule.program_id, row.service_code, row.variant)
    if service is not None and service.starts_on is None:
        service.starts_on = row.effective_from


def _template(rows: Sequence[FeeRow], day: date | None) -> FeeRow:
    """Return the row in force on the day, else the latest one."""
    return next((one for one in reversed(rows) if _holds_on(one, day)), rows[-1])


def _holds_on(row: FeeRow, day: date | None) -> bool:
    if row.effective_from is None or day is None or row.effective_from > day:
        return False
    return row.effective_to is None or row.effective_to >= day


def _rows(session: Session, schedule: FeeSchedule) -> dict[Key, list[FeeRow]]:
    found: dict[Key, list[FeeRow]] = {}
    for row in queries.fee_rows(session, schedule.id):
        found.setdefault((row.service_code, row.variant), []).append(row)
    return found
