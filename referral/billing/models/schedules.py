"""Fee schedules: priceable services with effective dates, and how well each amount is known."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric
from sqlalchemy.orm import Mapped, mapped_column, relationship

from referral.billing import rules
from referral.billing.rules import CapPeriod, Pricing
from referral.foundation.database import Base, Id, Money, UnitPrice
from referral.programs.rules import FactStatus, Window


class FeeSchedule(Base):
    """One loaded fee schedule of a program."""

    __tablename__ = "fee_schedule"
    id: Mapped[Id]
    program_id: Mapped[UUID] = mapped_column(ForeignKey("program.id"), index=True)
    name: Mapped[str]
    is_illustrative: Mapped[bool]
    notice: Mapped[str]
    loaded_at: Mapped[datetime]


class FeeRow(Base):
    """The price of one service and variant from one day to another; a row without an amount is unpriced."""

    __tablename__ = "fee_row"
    __table_args__ = (
        Index(None, "fee_schedule_id", "service_code", "variant"),
        CheckConstraint("price >= 0 AND cap_amount >= 0", name="amounts"),
        CheckConstraint("effective_to IS NULL OR effective_to >= effective_from", name="dates"),
        CheckConstraint("(milestone_phase IS NULL) = (milestone_classes IS NULL)", name="milestone"),
    )
    id: Mapped[Id]
    fee_schedule_id: Mapped[UUID] = mapped_column(ForeignKey("fee_schedule.id"))
    position: Mapped[int]
    """Place in the schedule, which is how people know it."""
    service_code: Mapped[str]
    variant: Mapped[str | None]
    service_name: Mapped[str]
    domain: Mapped[str]
    unit: Mapped[str]
    pricing: Mapped[Pricing]
    price: Mapped[UnitPrice | None]
    cap_per: Mapped[CapPeriod | None]
    cap_amount: Mapped[Money | None]
    cap_percent_of_fmr: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    is_cap_pooled: Mapped[bool] = mapped_column(default=False)
    evidence: Mapped[list[str]] = mapped_column(default=list)
    max_units_per_day: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    is_once_per_lifetime: Mapped[bool] = mapped_column(default=False)
    milestone_phase: Mapped[str | None]
    milestone_classes: Mapped[int | None]
    effective_from: Mapped[date | None]
    """None: no start is known, so nothing is priced by the row yet."""
    effective_to: Mapped[date | None]
    status: Mapped[FactStatus]
    is_sensitive: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str | None]
    source: Mapped[str | None]
    brought_in_at: Mapped[datetime | None]
    """When somebody brought this price in; None for a row of the file that the operator loaded."""
    brought_in_by_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    brought_in_by: Mapped[str | None]
    """Their name and their organization, as they were then."""
    schedule: Mapped[FeeSchedule] = relationship(lazy="joined")

    def as_rule(self) -> rules.FeeRow:
        """Return the row as the engine reads it; only for rows with a start."""
        has_milestone = self.milestone_phase is not None and self.milestone_classes is not None
        return rules.FeeRow(
            service=self.service_code,
            variant=self.variant,
            pricing=self.pricing,
            window=Window(self.effective_from, self.effective_to),
            price=self.price,
            cap=self._cap(),
            evidence=tuple(self.evidence),
            max_units_per_day=self.max_units_per_day,
            is_once_per_lifetime=self.is_once_per_lifetime,
            milestone=rules.MilestoneGoal(self.milestone_phase or "", self.milestone_classes or 0)
            if has_milestone
            else None,
            status=self.status,
            id=str(self.id),
        )

    def _cap(self) -> rules.Cap | None:
        if self.cap_per is None:
            return None
        return rules.Cap(
            per=self.cap_per,
            amount=self.cap_amount,
            percent_of_fmr=self.cap_percent_of_fmr,
            is_pooled_over_authorization=self.is_cap_pooled,
        )
