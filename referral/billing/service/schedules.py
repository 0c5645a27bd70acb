"""Load a fee schedule from a program's folder."""

import csv
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from referral.audit import service as audit
from referral.billing import rules
from referral.billing.models import FeeRow, FeeSchedule
from referral.billing.queries import current_schedule
from referral.billing.rules import Pricing, rows_of_record
from referral.billing.service.prices import carry_over
from referral.foundation.principal import Principal
from referral.programs.models import Program


def load_fee_schedule(session: Session, program: Program, folder: Path, *, by: Principal, at: datetime) -> FeeSchedule:
    """Load the program's fee schedule as a new version; invoices keep the rows that priced them.

    Prices that people brought in stay, from their day on.
    """
    previous = current_schedule(session, program.id)
    given = program.document["fee_schedule"]
    schedule = FeeSchedule(
        program_id=program.id,
        name=f"{program.name} fee schedule",
        is_illustrative=program.is_illustrative,
        notice=program.notice,
        loaded_at=at,
    )
    session.add(schedule)
    session.flush()
    with (folder / given["file"]).open(encoding="utf-8", newline="") as file:
        for position, record in enumerate(csv.DictReader(file), start=1):
            versions = rows_of_record(
                record,
                second_version_from=date.fromisoformat(given["second_version_from"]),
                pooled_services=given["pooled_cap_services"],
            )
            rows: Sequence[rules.FeeRow | None] = versions or [None]
            session.add_all(_row(schedule, position, record, row) for row in rows)
    session.flush()
    if previous is not None:
        carry_over(session, previous, schedule)
    subject = ("fee_schedule", schedule.id)
    audit.record(session, "fee_schedule:loaded", by=by, at=at, network_id=program.network_id, subject=subject)
    return schedule


def _row(schedule: FeeSchedule, position: int, record: dict[str, str], row: rules.FeeRow | None) -> FeeRow:
    """Return the table row; a service whose start is not known has one without dates and without a price."""
    kept = FeeRow(
        fee_schedule_id=schedule.id,
        position=position,
        service_code=record["service_code"],
        variant=record["variant"] or None,
        service_name=record["service_name"],
        domain=record["domain"],
        unit=record["unit"],
        pricing=Pricing(record["pricing"]),
        status=record["amount_v1_status"],
        is_sensitive=record["sensitive"] == "yes",
        note=record["note"] or None,
        source=record["source"] or None,
    )
    if row is None:
        return kept
    kept.price = row.price
    kept.evidence = list(row.evidence)
    kept.max_units_per_day = row.max_units_per_day
    kept.is_once_per_lifetime = row.is_once_per_lifetime
    kept.effective_from, kept.effective_to = row.window.first_on, row.window.last_on
    kept.status = row.status
    if row.milestone is not None:
        kept.milestone_phase, kept.milestone_classes = row.milestone.phase, row.milestone.classes
    if row.cap is not None:
        kept.cap_per = row.cap.per
        kept.cap_amount = row.cap.amount
        kept.cap_percent_of_fmr = row.cap.percent_of_fmr
        kept.is_cap_pooled = row.cap.is_pooled_over_authorization
    return kept
