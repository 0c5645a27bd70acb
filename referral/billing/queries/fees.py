"""Questions about prices."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from referral.billing.models import FeeRow, FeeSchedule, Invoice, InvoiceLine
from referral.billing.rules import LineState


def current_schedule(session: Session, program_id: UUID) -> FeeSchedule | None:
    """Return the fee schedule of a program that was loaded last."""
    query = select(FeeSchedule).where(FeeSchedule.program_id == program_id)
    return session.scalars(query.order_by(FeeSchedule.loaded_at.desc(), FeeSchedule.id.desc())).first()


def fee_rows(session: Session, schedule_id: UUID) -> Sequence[FeeRow]:
    """Return all rows of a schedule, in its order, older versions first."""
    query = select(FeeRow).where(FeeRow.fee_schedule_id == schedule_id)
    return session.scalars(query.order_by(FeeRow.position, FeeRow.effective_from, FeeRow.id)).all()


def billed_until(session: Session, program_id: UUID) -> dict[tuple[str, str | None], date]:
    """Return the last day for which each service and variant of a program stands on an invoice."""
    query = (
        select(InvoiceLine.service_code, InvoiceLine.variant, func.max(InvoiceLine.served_on))
        .join(Invoice, Invoice.id == InvoiceLine.invoice_id)
        .where(Invoice.program_id == program_id, InvoiceLine.state.not_in({LineState.REMOVED, LineState.REVERSED}))
        .group_by(InvoiceLine.service_code, InvoiceLine.variant)
    )
    return {(code, variant): last_on for code, variant, last_on in session.execute(query)}
