"""Service authorizations: what was requested, what the plan approved, and everything that was done with them."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric
from sqlalchemy.orm import Mapped, mapped_column, relationship

from referral.foundation.database import Base, EnumNumber, Id, Money, UnitPrice
from referral.organizations.models import Organization
from referral.people.rules import SensitivityLevel
from referral.programs.models.programs import Program
from referral.programs.rules import Approval, AuthorizationAction, AuthorizationState, Window, payable_window


class ServiceAuthorization(Base):
    """A plan's word on a paid service for one referral; requested and approved terms are kept apart."""

    __tablename__ = "service_authorization"
    __table_args__ = (
        Index(None, "plan_id", "state", "requested_at"),
        Index(None, "delivering_organization_id", "state"),
        Index(None, "requesting_organization_id", "state"),
        Index(None, "network_lead_id"),
        CheckConstraint("requested_ends_on >= requested_starts_on", name="requested_dates"),
        CheckConstraint("approved_ends_on >= approved_starts_on", name="approved_dates"),
        CheckConstraint("approved_units >= 0 AND approved_amount >= 0", name="approved_limits"),
        CheckConstraint("state <> 'approved' OR approved_starts_on IS NOT NULL", name="approval_has_dates"),
    )
    id: Mapped[Id]
    number: Mapped[str] = mapped_column(unique=True)
    """To read out on the phone: A-7F3K2Q."""
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    network_id: Mapped[UUID] = mapped_column(ForeignKey("network.id"))
    program_id: Mapped[UUID] = mapped_column(ForeignKey("program.id"))
    enrollment_id: Mapped[UUID] = mapped_column(ForeignKey("enrollment.id"), index=True)
    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referral.id"), index=True)
    coverage_id: Mapped[UUID | None] = mapped_column(ForeignKey("coverage.id"))
    requesting_organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    delivering_organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    network_lead_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"))
    level: Mapped[SensitivityLevel] = mapped_column(EnumNumber(SensitivityLevel))
    service_code: Mapped[str]
    variant: Mapped[str | None]
    state: Mapped[AuthorizationState]
    is_urgent: Mapped[bool] = mapped_column(default=False)
    is_auto_approved: Mapped[bool] = mapped_column(default=False)
    is_info_requested: Mapped[bool] = mapped_column(default=False)
    is_suggestion: Mapped[bool] = mapped_column(default=False)
    """Proposed by the delivering organization; waits for a navigator to confirm it."""
    requested_units: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    requested_amount: Mapped[Money | None]
    requested_starts_on: Mapped[date]
    requested_ends_on: Mapped[date]
    approved_units: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    approved_amount: Mapped[Money | None]
    approved_starts_on: Mapped[date | None]
    approved_ends_on: Mapped[date | None]
    unit_price: Mapped[UnitPrice | None]
    """Set by the plan where the fee schedule has no price."""
    cancelled_from: Mapped[date | None]
    requested_by_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    requested_at: Mapped[datetime]
    decided_by_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    decided_at: Mapped[datetime | None]
    reason_code: Mapped[str | None]
    note: Mapped[str | None]
    payer_number: Mapped[str | None]
    """The plan's own authorization number."""
    version: Mapped[int] = mapped_column()
    program: Mapped[Program] = relationship(lazy="joined")
    plan: Mapped[Organization] = relationship(lazy="joined", foreign_keys=[plan_id])
    delivering_organization: Mapped[Organization] = relationship(
        lazy="joined", foreign_keys=[delivering_organization_id]
    )
    requesting_organization: Mapped[Organization] = relationship(
        lazy="joined", foreign_keys=[requesting_organization_id]
    )
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 -- SQLAlchemy reads this attribute

    def approved_window(self) -> Window | None:
        """Return the days the plan approved, None before it did."""
        if self.approved_starts_on is None:
            return None
        return Window(self.approved_starts_on, self.approved_ends_on)

    def as_approval(self) -> Approval | None:
        """Return what is payable on it, None where nothing is."""
        window = payable_window(self.state, self.approved_window(), cancelled_from=self.cancelled_from)
        if window is None:
            return None
        return Approval(
            id=str(self.id),
            service=self.service_code,
            variant=self.variant,
            window=window,
            units=self.approved_units,
            amount=self.approved_amount,
            unit_price=self.unit_price,
        )


class AuthorizationChange(Base):
    """One thing that was done with a service authorization; never changed."""

    __tablename__ = "authorization_change"
    id: Mapped[Id]
    service_authorization_id: Mapped[UUID] = mapped_column(ForeignKey("service_authorization.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    network_id: Mapped[UUID] = mapped_column(ForeignKey("network.id"))
    requesting_organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    delivering_organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    network_lead_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"))
    level: Mapped[SensitivityLevel] = mapped_column(EnumNumber(SensitivityLevel))
    action: Mapped[AuthorizationAction]
    from_state: Mapped[AuthorizationState | None]
    to_state: Mapped[AuthorizationState]
    at: Mapped[datetime]
    by_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    by_name: Mapped[str]
    reason_code: Mapped[str | None]
    note: Mapped[str | None]
