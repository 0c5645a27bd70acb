"""Questions about prices."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from referral.billing.models import FeeRow, FeeSchedule


def current_schedule(session: Session, program_id: UUID) -> FeeSchedule | None:
    """Return the fee schedule of a program that was loaded last."""
    query = select(FeeSchedule).where(FeeSchedule.program_id == program_id)
    return session.scalars(query.order_by(FeeSchedule.loaded_at.desc(), FeeSchedule.id.desc())).first()


def fee_rows(session: Session, schedule_id: UUID) -> Sequence[FeeRow]:
    """Return all rows of a schedule, in its order, older versions first."""
    query = select(FeeRow).where(FeeRow.fee_schedule_id == schedule_id)
    return session.scalars(query.order_by(FeeRow.position, FeeRow.effective_from, FeeRow.id)).all()
